// SPDX-License-Identifier: MIT
//
// Instruction text in Mesa's syntax and column layout (v3d71 §1.3, §3).
#pragma once

#include <cstdint>
#include <string>

#include <vc7/isa/instruction.hpp>

namespace vc7::isa {

/// The text of an instruction, without a line end. A branch that sets the link register, which Mesa
/// does not know, has an `l` after b or bu.
std::string print(const Instruction& instruction);

/// The text of a word; `.quad 0x... # reason` if it is not an instruction.
std::string print_word(std::uint64_t word);

/// "rf5", "tmua", "-": a write address as the text shows it.
std::string print(WriteAddress address);

}  // namespace vc7::isa
