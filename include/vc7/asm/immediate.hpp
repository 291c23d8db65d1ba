// SPDX-License-Identifier: MIT
//
// Small immediates as operands (v3d71 §5): literals are checked by the compiler, computed values by
// imm().
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <source_location>
#include <utility>

#include <vc7/asm/error.hpp>
#include <vc7/isa/immediate.hpp>

namespace vc7::qpu {

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

/// Numbers that can be small immediates.
template <class T>
concept Number = Integer<T> || std::floating_point<T>;

class Immediate;

/// A computed small immediate: an integer -16..15 (or its unsigned 32-bit form, or the bits of one
/// of the floats), or a float 2^-8 .. 2^7 or 0. Throws AssembleError for other values.
template <Number T>
constexpr Immediate imm(T value, std::source_location where = std::source_location::current());

/// A constant that fits a source field. Made by imm(), or by the compiler from a literal.
class Immediate {
 public:
  constexpr std::uint8_t index() const { return index_; }
  friend constexpr bool operator==(Immediate, Immediate) = default;

 private:
  template <Number T>
  friend constexpr Immediate imm(T value, std::source_location where);
  constexpr explicit Immediate(std::uint8_t index) : index_{index} {}
  std::uint8_t index_;
};

namespace detail {

template <Number T>
constexpr std::optional<std::uint8_t> immediate_index(T value) {
  if constexpr (std::integral<T>) {
    if (std::in_range<std::int32_t>(value))
      return isa::small_immediate_index(static_cast<std::uint32_t>(value));
    if (std::in_range<std::uint32_t>(value))
      return isa::small_immediate_index(static_cast<std::uint32_t>(value));
    return std::nullopt;
  } else {
    const auto single = static_cast<float>(value);
    if (static_cast<T>(single) != value) return std::nullopt;  // also NaN
    return isa::small_immediate_index(single);
  }
}

}  // namespace detail

template <Number T>
constexpr Immediate imm(T value, std::source_location where) {
  const auto index = detail::immediate_index(value);
  if (!index) {
    if constexpr (std::integral<T>)
      detail::no_such_immediate(static_cast<std::int64_t>(value), where);
    else
      detail::no_such_immediate(static_cast<double>(value), where);
  }
  return Immediate{*index};
}

}  // namespace vc7::qpu
