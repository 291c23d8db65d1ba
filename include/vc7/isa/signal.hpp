// SPDX-License-Identifier: MIT
//
// Signals: what an ALU instruction does besides its two operations (v3d71 §3).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace vc7::isa {

/// In the order in which they are printed. smimm_* make a source field a small-immediate index.
enum class Signal : std::uint8_t {
  thrsw,
  ldvary,
  ldtmu,
  ldtlb,
  ldtlbu,
  ldunif,
  ldunifrf,
  ldunifa,
  ldunifarf,
  wrtmuc,
  ucb,
  smimm_a,
  smimm_b,
  smimm_c,
  smimm_d,
};
inline constexpr std::size_t signal_count = 15;
inline constexpr std::array<std::string_view, signal_count> signal_names{
    "thrsw",     "ldvary", "ldtmu", "ldtlb",   "ldtlbu",  "ldunif",  "ldunifrf", "ldunifa",
    "ldunifarf", "wrtmuc", "ucb",   "smimm_a", "smimm_b", "smimm_c", "smimm_d"};

namespace detail {
constexpr std::uint16_t signal_bit(Signal s) {
  return static_cast<std::uint16_t>(1u << static_cast<unsigned>(s));
}
inline constexpr unsigned load_signal_bits =
    signal_bit(Signal::ldvary) | signal_bit(Signal::ldtmu) | signal_bit(Signal::ldtlb) |
    signal_bit(Signal::ldtlbu) | signal_bit(Signal::ldunifrf) | signal_bit(Signal::ldunifarf);
}  // namespace detail

/// A set of signals.
class Signals {
 public:
  constexpr Signals() = default;
  constexpr Signals(std::initializer_list<Signal> list) {
    for (const Signal s : list) bits_ |= detail::signal_bit(s);
  }
  constexpr bool has(Signal s) const { return (bits_ & detail::signal_bit(s)) != 0; }
  constexpr Signals with(Signal s) const {
    return from_bits(static_cast<std::uint16_t>(bits_ | detail::signal_bit(s)));
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::uint16_t bits() const { return bits_; }
  static constexpr Signals from_bits(std::uint16_t bits) {
    Signals s;
    s.bits_ = bits;
    return s;
  }
  /// True if one of the signals has a destination, which then takes the place of the condition
  /// field.
  constexpr bool has_destination() const { return (bits_ & detail::load_signal_bits) != 0; }
  friend constexpr bool operator==(Signals, Signals) = default;

 private:
  std::uint16_t bits_ = 0;
};

/// The signals that have a destination address.
constexpr bool has_destination(Signal s) { return Signals{s}.has_destination(); }

namespace detail {
inline constexpr auto signal_sets = [] {
  using enum Signal;
  using S = Signals;
  return std::array<std::optional<Signals>, 32>{S{},
                                                S{thrsw},
                                                S{ldunif},
                                                S{thrsw, ldunif},
                                                S{ldtmu},
                                                S{thrsw, ldtmu},
                                                S{ldtmu, ldunif},
                                                S{thrsw, ldtmu, ldunif},
                                                S{ldvary},
                                                S{thrsw, ldvary},
                                                S{ldvary, ldunif},
                                                S{thrsw, ldvary, ldunif},
                                                S{ldunifrf},
                                                S{thrsw, ldunifrf},
                                                S{smimm_a},
                                                S{smimm_b},
                                                S{ldtlb},
                                                S{ldtlbu},
                                                S{wrtmuc},
                                                S{thrsw, wrtmuc},
                                                S{ldvary, wrtmuc},
                                                S{thrsw, ldvary, wrtmuc},
                                                S{ucb},
                                                std::nullopt,
                                                S{ldunifa},
                                                S{ldunifarf},
                                                S{ldtmu, wrtmuc},
                                                S{thrsw, ldtmu, wrtmuc},
                                                std::nullopt,
                                                std::nullopt,
                                                S{smimm_c},
                                                S{smimm_d}};
}();
}  // namespace detail

/// The set that signal index 0..31 stands for, nothing if the index is reserved.
constexpr std::optional<Signals> signals_from_index(unsigned index) {
  return detail::signal_sets[index];
}

namespace detail {
// The bits of each set, for a search that is cheap in constant evaluation too. No set has all bits.
inline constexpr auto signal_set_bits = [] {
  std::array<std::uint16_t, 32> bits{};
  for (std::size_t i = 0; i < bits.size(); ++i)
    bits[i] = signal_sets[i] ? signal_sets[i]->bits() : std::uint16_t{0xffff};
  return bits;
}();
}  // namespace detail

/// The index of a set, nothing if the set cannot be encoded.
constexpr std::optional<std::uint8_t> signal_index(Signals signals) {
  const std::uint16_t wanted = signals.bits();
  for (std::uint8_t index = 0; index < 32; ++index)
    if (detail::signal_set_bits[index] == wanted) return index;
  return std::nullopt;
}

}  // namespace vc7::isa
