// SPDX-License-Identifier: MIT
//
// From a 64-bit word to the decoded form (v3d71 §1). Any word is accepted; those that are no
// instruction give an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <vc7/isa/instruction.hpp>

namespace vc7::isa {

/// Why a word is not an instruction.
enum class DecodeError : std::uint8_t {
  none,
  no_mul_and_no_branch,  ///< op_mul 0 without the branch marker
  signal,                ///< reserved signal index 23, 28 or 29
  add_opcode,
  mul_opcode,        ///< undefined operation or sub-opcode
  flags,             ///< condition field 0x10
  immediate_index,   ///< small-immediate index above 47
  branch_condition,  ///< branch condition 1
  branch_msf,        ///< msfign 3
  branch_uniforms,   ///< uniform-address source 4-7
};

/// What the error means, in one line without a line end.
std::string_view message(DecodeError error);

/// An instruction, or the reason why the word is none.
struct Decoded {
  std::optional<Instruction> instruction;
  DecodeError error = DecodeError::none;
  explicit operator bool() const { return instruction.has_value(); }
};

/// Decodes a word. encode(*decode(w).instruction) gives w back for every word that decodes.
Decoded decode(std::uint64_t word);

/// The word with all don't-care bits at their canonical values; nothing if it does not decode.
std::optional<std::uint64_t> canonical_word(std::uint64_t word);

}  // namespace vc7::isa
