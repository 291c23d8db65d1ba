// SPDX-License-Identifier: MIT
//
// Instruction text in Mesa's syntax and column layout (v3d71 §1.3, §3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <vc7/isa/instruction.hpp>

namespace vc7::isa {

/// The text of an instruction, without a line end. A branch that sets the link register, which Mesa
/// does not know, has an `l` after b or bu. A signal smimm_* of a source that the operation does
/// not have is written as a signal, which Mesa leaves out; so the text determines the canonical
/// word.
std::string print(const Instruction& instruction);

/// The text of a word; `.quad 0x... # reason` if it is not an instruction.
std::string print_word(std::uint64_t word);

/// "rf5", "tmua", "-": a write address as the text shows it.
std::string print(WriteAddress address);

/// The same, appended to `out`: nothing is allocated if there is room.
void print_to(std::string& out, const Instruction& instruction);
void print_word_to(std::string& out, std::uint64_t word);
/// `.quad 0x...`, with ` # comment` if there is one.
void print_quad_to(std::string& out, std::uint64_t word, std::string_view comment = {});
/// What stands before and after the target of a branch: "bu.anya  " and ", r:unif".
void print_branch_mnemonic(std::string& out, const BranchInstruction& branch);
void print_branch_uniforms(std::string& out, const BranchInstruction& branch);

}  // namespace vc7::isa
