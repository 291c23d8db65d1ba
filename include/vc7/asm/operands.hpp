// SPDX-License-Identifier: MIT
//
// Parameter types of the operations. What an operation does not take has no conversion to them.
#pragma once

#include <type_traits>

#include <vc7/asm/immediate.hpp>
#include <vc7/asm/registers.hpp>
#include <vc7/isa/instruction.hpp>

namespace vc7::qpu {

/// A source of an operation whose modifiers are those of `kind`: a register, a register with a
/// modifier of that kind, or a small immediate.
template <isa::SourceKind kind>
class SourceOperand {
 public:
  constexpr SourceOperand(Register r)
      : value_{.address = r.address()} {}  // NOLINT(google-explicit-constructor)

  template <isa::Unpack U>
  requires(isa::may_assemble(kind, U)) constexpr SourceOperand(
      UnpackedRegister<U> r)  // NOLINT(google-explicit-constructor)
      : value_{.address = r.address, .immediate = false, .unpack = U} {}

  constexpr SourceOperand(Immediate value)  // NOLINT(google-explicit-constructor)
      : value_{.address = value.index(), .immediate = true} {}

  /// A constant. Does not compile if it is not a small immediate, or not a constant: see imm().
  template <Number T>
  consteval SourceOperand(T value)
      : SourceOperand{imm(value)} {}  // NOLINT(google-explicit-constructor)

  constexpr const isa::Source& value() const { return value_; }

 private:
  isa::Source value_;
};

/// A destination that is written whole.
class Destination {
 public:
  constexpr Destination(Register r)
      : address_{r.write_address()} {}  // NOLINT(google-explicit-constructor)
  constexpr Destination(MagicRegister r)
      : address_{r.write_address()} {}         // NOLINT(google-explicit-constructor)
  constexpr Destination(detail::SyncFunction)  // NOLINT(google-explicit-constructor)
      : address_{isa::write_address(isa::Magic::sync)} {}

  constexpr isa::WriteAddress address() const { return address_; }
  static constexpr isa::Pack pack() { return isa::Pack::none; }

 private:
  isa::WriteAddress address_;
};

/// A destination of a float result, written whole or packed.
class FloatDestination {
 public:
  constexpr FloatDestination(Register r)
      : address_{r.write_address()} {}  // NOLINT(google-explicit-constructor)
  constexpr FloatDestination(MagicRegister r)
      : address_{r.write_address()} {}             // NOLINT(google-explicit-constructor)
  constexpr FloatDestination(PackedDestination d)  // NOLINT(google-explicit-constructor)
      : address_{d.address}, pack_{d.pack} {}
  constexpr FloatDestination(detail::SyncFunction)  // NOLINT(google-explicit-constructor)
      : address_{isa::write_address(isa::Magic::sync)} {}

  constexpr isa::WriteAddress address() const { return address_; }
  constexpr isa::Pack pack() const { return pack_; }

 private:
  isa::WriteAddress address_;
  isa::Pack pack_ = isa::Pack::none;
};

/// A destination of an operation that cannot write magic addresses (ldvpm*, v3d71 §2.3).
class RegisterDestination {
 public:
  constexpr RegisterDestination(Register r)
      : address_{r.write_address()} {}  // NOLINT(google-explicit-constructor)

  constexpr isa::WriteAddress address() const { return address_; }
  static constexpr isa::Pack pack() { return isa::Pack::none; }

 private:
  isa::WriteAddress address_;
};

namespace detail {

constexpr bool writes_registers_only(isa::Form form) {
  return form == isa::Form::sub_segment_in || form == isa::Form::sub_segment_out ||
         form == isa::Form::segment_in || form == isa::Form::segment_out;
}

template <isa::Form form, isa::Packing packing>
using DestinationOf = std::conditional_t<
    writes_registers_only(form), RegisterDestination,
    std::conditional_t<packing == isa::Packing::packed, FloatDestination, Destination>>;

}  // namespace detail
}  // namespace vc7::qpu
