// SPDX-License-Identifier: MIT
//
// Machine words to assembly text that assemble_text() reads, or to C++ for vc7::Assembler.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace vc7 {

struct DisassembleOptions {
  /// Labels where branches inside the program go; other targets stay numbers.
  bool labels = false;
  bool addresses = false;  ///< of each word, as a comment behind it
  bool words = false;      ///< the word itself, likewise
  /// Words with other don't-care bits than the canonical ones become `.quad` with the text as a
  /// comment. Without it the text gives their canonical words.
  bool exact = false;
  std::uint32_t base_address = 0;  ///< GPU address of the first word
};

/// One line per word, and one per label. Every word is accepted; what is no instruction becomes
/// `.quad`. assemble_text() with the same base address gives the words back, with canonical
/// don't-care bits.
std::string disassemble(std::span<const std::uint64_t> words,
                        const DisassembleOptions& options = {});

/// A C++ function `void NAME(vc7::Assembler& a)` that assembles to exactly these words: a whole
/// file that includes what it needs. Words that the assembler cannot make are `a.raw(0x...)`.
std::string disassemble_cpp(std::span<const std::uint64_t> words,
                            const DisassembleOptions& options = {},
                            const std::string& name = "kernel");

}  // namespace vc7
