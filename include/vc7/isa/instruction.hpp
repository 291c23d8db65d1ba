// SPDX-License-Identifier: MIT
//
// The decoded form of an instruction word (v3d71 §1). Plain values; encode.hpp and decode.hpp turn
// them into 64-bit words and back.
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include <vc7/isa/condition.hpp>
#include <vc7/isa/magic.hpp>
#include <vc7/isa/modifier.hpp>
#include <vc7/isa/op.hpp>
#include <vc7/isa/signal.hpp>

namespace vc7::isa {

/// A source of an ALU operation: register 0..63, or small-immediate index 0..47.
struct Source {
  std::uint8_t address = 0;
  bool immediate = false;
  Unpack unpack = Unpack::none;
  friend constexpr bool operator==(const Source&, const Source&) = default;
};

/// The add or the mul half of an instruction. Sources past the operation's count and the
/// destination of an operation without one keep their default values.
template <class Op>
struct AluHalf {
  Op op = Op::nop;
  WriteAddress dst;
  Pack pack = Pack::none;
  std::array<Source, 2> src{};
  friend constexpr bool operator==(const AluHalf&, const AluHalf&) = default;
};
using AddHalf = AluHalf<AddOp>;
using MulHalf = AluHalf<MulOp>;

/// An ALU instruction: two operations, flags, signals. A source is immediate exactly if the signal
/// that says so (smimm_a, smimm_b of the add half, smimm_c, smimm_d of the mul half) is set.
struct AluInstruction {
  AddHalf add;
  MulHalf mul;
  FlagUses flags;  ///< all default if a signal has a destination
  Signals signals;
  WriteAddress signal_destination;  ///< default (null) if no signal has a destination
  /// Bits in which the word that was decoded differs from the canonical one, all of them without
  /// effect (v3d71 §1.2). Zero in instructions that are built.
  std::uint64_t residue = 0;
  friend constexpr bool operator==(const AluInstruction&, const AluInstruction&) = default;
};

/// A branch. Three delay slots follow and always execute.
struct BranchInstruction {
  BranchCondition condition = BranchCondition::always;
  MsfIgnore msf = MsfIgnore::none;
  BranchTarget target = BranchTarget::relative;
  UniformTarget uniforms = UniformTarget::unchanged;
  bool set_link = false;
  std::uint8_t reg = 0;  ///< register of target reg and of uniforms reg (they share the field)
  std::uint32_t offset =
      0;  ///< bytes, a multiple of 8: address, or distance from the instruction after the slots
  std::uint64_t residue = 0;  ///< as in AluInstruction
  friend constexpr bool operator==(const BranchInstruction&, const BranchInstruction&) = default;
  constexpr bool uses_register() const {
    return target == BranchTarget::reg || uniforms == UniformTarget::reg;
  }
  constexpr bool uses_offset() const {
    return target == BranchTarget::absolute || target == BranchTarget::relative;
  }
};

using Instruction = std::variant<AluInstruction, BranchInstruction>;

/// The same instruction without don't-care bits.
constexpr Instruction canonical(Instruction instruction) {
  std::visit([](auto& i) { i.residue = 0; }, instruction);
  return instruction;
}

/// The word of `nop ; nop` (v3d71 §1.2).
inline constexpr std::uint64_t nop_word = 0x38003186bb03f000;

}  // namespace vc7::isa
