// SPDX-License-Identifier: MIT
//
// What the calls of an assembler return: an instruction that waits for its mul half, and a branch
// that waits for its options. Both are meant to be used in the same expression; later use throws
// AssembleError.
#pragma once

#include <cstdint>
#include <source_location>

#include <vc7/asm/labels.hpp>
#include <vc7/asm/methods.hpp>

namespace vc7::qpu {

/// An instruction whose add half is written. The type holds what the modifiers of the add half
/// leave to the mul half.
template <detail::HalfFacts add>
class Chain : public MulMethods<Chain<add>> {
 private:
  friend class vc7::Assembler;
  friend class MulMethods<Chain<add>>;
  constexpr Chain(Assembler& assembler, std::uint32_t serial)
      : assembler_{&assembler}, serial_{serial} {}

  template <class Half>
  constexpr auto mul_half(isa::MulOp op, const detail::HalfValues& values,
                          const detail::ModifierValues& modifiers,
                          const std::source_location& where) const ->
      typename detail::InstructionModifiers<add, Half::facts>::Complete;

  using Checked = typename detail::InstructionModifiers<add, detail::HalfFacts{}>::Complete;

  Assembler* assembler_;
  std::uint32_t serial_;
};

/// A branch whose options can still be given.
class BranchChain {
 public:
  using Where = std::source_location;

  /// The branch also writes the address of the instruction after the delay slots to the link
  /// register.
  constexpr BranchChain set_link(Where where = Where::current()) const;
  /// The any and all tests ignore lanes (p), or quads (q), that are not live (v3d71 §4.6).
  constexpr BranchChain p(Where where = Where::current()) const;
  constexpr BranchChain q(Where where = Where::current()) const;

  /// The branch also moves the uniform stream: by the distance in the next uniform, ...
  constexpr BranchChain unif_addr(Where where = Where::current()) const;
  /// ... to the address in the next uniform,
  constexpr BranchChain unif_addr(AbsoluteOption, Where where = Where::current()) const;
  /// ... to the address in a register (the one of the target, if that is a register too),
  constexpr BranchChain unif_addr(Register address, Where where = Where::current()) const;
  /// ... or to the address in the link register.
  constexpr BranchChain unif_addr(detail::LinkFunction, Where where = Where::current()) const;

 private:
  friend class vc7::Assembler;
  constexpr BranchChain(Assembler& assembler, std::uint32_t serial)
      : assembler_{&assembler}, serial_{serial} {}

  template <class Change>
  constexpr BranchChain change(const Where& where, Change change) const;
  constexpr BranchChain set_msf(isa::MsfIgnore msf, const Where& where) const;
  constexpr BranchChain set_uniforms(isa::UniformTarget target, const Where& where) const;

  Assembler* assembler_;
  std::uint32_t serial_;
};

}  // namespace vc7::qpu
