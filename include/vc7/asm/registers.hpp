// SPDX-License-Identifier: MIT
//
// Registers and write addresses as kernels name them (v3d71 §6), and their modifiers (v3d71 §2.1).
#pragma once

#include <concepts>
#include <cstdint>
#include <source_location>
#include <utility>

#include <vc7/asm/error.hpp>
#include <vc7/isa/magic.hpp>
#include <vc7/isa/modifier.hpp>

namespace vc7::qpu {

/// The name of a modifier: `rf1.unpack(h)`, `rf1.pack(l)`.
template <isa::Unpack U>
struct ModifierName {};

namespace detail {
// abs, sync and link are also functions of the C library in the global namespace. Behind `using
// namespace vc7::qpu` a variable of that name would be ambiguous; functions are only one more
// overload, and the parameter type picks ours.
struct AbsName {};
struct SyncName {};
struct LinkName {};
}  // namespace detail

constexpr detail::AbsName abs(detail::AbsName name) { return name; }
constexpr detail::SyncName sync(detail::SyncName name) { return name; }
constexpr detail::LinkName link(detail::LinkName name) { return name; }

namespace detail {
using AbsFunction = AbsName (&)(AbsName);
using SyncFunction = SyncName (&)(SyncName);
using LinkFunction = LinkName (&)(LinkName);
}  // namespace detail

inline constexpr ModifierName<isa::Unpack::none> none{};
inline constexpr ModifierName<isa::Unpack::l> l{};
inline constexpr ModifierName<isa::Unpack::h> h{};
inline constexpr ModifierName<isa::Unpack::sat> sat{};
inline constexpr ModifierName<isa::Unpack::nsat> nsat{};
inline constexpr ModifierName<isa::Unpack::max0> max0{};
inline constexpr ModifierName<isa::Unpack::ff> ff{}, r32{};
inline constexpr ModifierName<isa::Unpack::ll> ll{}, rl2h{};
inline constexpr ModifierName<isa::Unpack::hh> hh{}, rh2l{};
inline constexpr ModifierName<isa::Unpack::swp> swp{}, swap{};
inline constexpr ModifierName<isa::Unpack::ul> ul{};
inline constexpr ModifierName<isa::Unpack::uh> uh{};
inline constexpr ModifierName<isa::Unpack::il> il{};
inline constexpr ModifierName<isa::Unpack::ih> ih{};

/// A register read through a modifier. Has no unpack(): one modifier per operand.
template <isa::Unpack U>
struct UnpackedRegister {
  std::uint8_t address;
};

/// A destination that takes a float result as f16 into one half. Has no pack(): one modifier per
/// operand.
struct PackedDestination {
  isa::WriteAddress address;
  isa::Pack pack;
};

namespace detail {
constexpr isa::Pack pack_of(ModifierName<isa::Unpack::none>) { return isa::Pack::none; }
constexpr isa::Pack pack_of(ModifierName<isa::Unpack::l>) { return isa::Pack::l; }
constexpr isa::Pack pack_of(ModifierName<isa::Unpack::h>) { return isa::Pack::h; }

template <class T>
concept PackName = requires(T name) {
  pack_of(name);
};
}  // namespace detail

class RegisterFile;

/// One of the 64 registers.
class Register {
 public:
  constexpr std::uint8_t address() const { return address_; }
  constexpr isa::WriteAddress write_address() const { return {address_, false}; }

  template <isa::Unpack U>
  constexpr UnpackedRegister<U> unpack(ModifierName<U>) const {
    return {address_};
  }
  constexpr UnpackedRegister<isa::Unpack::abs> unpack(detail::AbsFunction) const {
    return {address_};
  }
  constexpr PackedDestination pack(detail::PackName auto half) const {
    return {write_address(), detail::pack_of(half)};
  }
  friend constexpr bool operator==(Register, Register) = default;

 private:
  friend class RegisterFile;
  constexpr explicit Register(std::uint8_t address) : address_{address} {}
  std::uint8_t address_;
};

/// A write address that is no register. Cannot be read.
class MagicRegister {
 public:
  constexpr explicit MagicRegister(isa::Magic magic) : magic_{magic} {}
  constexpr isa::WriteAddress write_address() const { return isa::write_address(magic_); }
  constexpr PackedDestination pack(detail::PackName auto half) const {
    return {write_address(), detail::pack_of(half)};
  }

 private:
  isa::Magic magic_;
};

/// A register number and who asked for it.
struct RegisterIndex {
  std::uint8_t value;

  template <std::integral T>
  constexpr RegisterIndex(T index,
                          std::source_location where = std::source_location::current())  // NOLINT
      : value{static_cast<std::uint8_t>(index)} {
    if (std::cmp_less(index, 0) || std::cmp_greater_equal(index, isa::register_count))
      detail::register_out_of_range(static_cast<std::int64_t>(index), where);
  }
};

/// The register file: `rf[i]`. Throws AssembleError for an index outside 0..63; in constant
/// evaluation that does not compile. A constant index is better written rf0 .. rf63: `rf64` does
/// not exist, `rf[64]` is found when it runs.
class RegisterFile {
 public:
  constexpr Register operator[](RegisterIndex index) const { return Register{index.value}; }
  static constexpr unsigned size() { return isa::register_count; }
};
inline constexpr RegisterFile rf{};

inline constexpr Register rf0 = rf[0], rf1 = rf[1], rf2 = rf[2], rf3 = rf[3], rf4 = rf[4],
                          rf5 = rf[5];
inline constexpr Register rf6 = rf[6], rf7 = rf[7], rf8 = rf[8], rf9 = rf[9], rf10 = rf[10],
                          rf11 = rf[11];
inline constexpr Register rf12 = rf[12], rf13 = rf[13], rf14 = rf[14], rf15 = rf[15], rf16 = rf[16];
inline constexpr Register rf17 = rf[17], rf18 = rf[18], rf19 = rf[19], rf20 = rf[20], rf21 = rf[21];
inline constexpr Register rf22 = rf[22], rf23 = rf[23], rf24 = rf[24], rf25 = rf[25], rf26 = rf[26];
inline constexpr Register rf27 = rf[27], rf28 = rf[28], rf29 = rf[29], rf30 = rf[30], rf31 = rf[31];
inline constexpr Register rf32 = rf[32], rf33 = rf[33], rf34 = rf[34], rf35 = rf[35], rf36 = rf[36];
inline constexpr Register rf37 = rf[37], rf38 = rf[38], rf39 = rf[39], rf40 = rf[40], rf41 = rf[41];
inline constexpr Register rf42 = rf[42], rf43 = rf[43], rf44 = rf[44], rf45 = rf[45], rf46 = rf[46];
inline constexpr Register rf47 = rf[47], rf48 = rf[48], rf49 = rf[49], rf50 = rf[50], rf51 = rf[51];
inline constexpr Register rf52 = rf[52], rf53 = rf[53], rf54 = rf[54], rf55 = rf[55], rf56 = rf[56];
inline constexpr Register rf57 = rf[57], rf58 = rf[58], rf59 = rf[59], rf60 = rf[60], rf61 = rf[61];
inline constexpr Register rf62 = rf[62], rf63 = rf[63];

// `sync` is a function, see above.
inline constexpr MagicRegister quad{isa::Magic::quad}, quad_broadcast = quad,
                                                       null{isa::Magic::null};
inline constexpr MagicRegister tlb{isa::Magic::tlb}, tlbu{isa::Magic::tlbu},
    unifa{isa::Magic::unifa};
inline constexpr MagicRegister tmul{isa::Magic::tmul}, tmud{isa::Magic::tmud},
    tmua{isa::Magic::tmua};
inline constexpr MagicRegister tmuau{isa::Magic::tmuau}, vpm{isa::Magic::vpm},
    vpmu{isa::Magic::vpmu};
inline constexpr MagicRegister syncu{isa::Magic::syncu}, syncb{isa::Magic::syncb},
    tmuc{isa::Magic::tmuc};
inline constexpr MagicRegister tmus{isa::Magic::tmus}, tmut{isa::Magic::tmut},
    tmur{isa::Magic::tmur};
inline constexpr MagicRegister tmui{isa::Magic::tmui}, tmub{isa::Magic::tmub};
inline constexpr MagicRegister tmudref{isa::Magic::tmudref}, tmuoff{isa::Magic::tmuoff};
inline constexpr MagicRegister tmuscm{isa::Magic::tmuscm}, tmusf{isa::Magic::tmusf};
inline constexpr MagicRegister tmuslod{isa::Magic::tmuslod}, tmuhs{isa::Magic::tmuhs};
inline constexpr MagicRegister tmuhscm{isa::Magic::tmuhscm}, tmuhsf{isa::Magic::tmuhsf};
inline constexpr MagicRegister tmuhslod{isa::Magic::tmuhslod};
inline constexpr MagicRegister rep{isa::Magic::rep}, broadcast = rep;

}  // namespace vc7::qpu
