// SPDX-License-Identifier: MIT
//
// Rounding to integral values and conversions between integers and floats, v3d71 §9.2.
//
// libm's rounding functions are not used: floor and friends are calls on baseline x86-64, and
// nearbyint follows the caller's rounding mode. Adding and subtracting 2^23 rounds to nearest even.
#pragma once

#include <cstdint>

#include "sim/exec/semantics/float.hpp"
#include "sim/exec/semantics/modifiers.hpp"
#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

// From 2^23 up every float is integral; infinities and NaNs are above as well.
inline constexpr std::uint32_t first_all_integral = 0x4b00'0000;

constexpr bool is_always_integral(std::uint32_t a) { return (a & ~sign_bit) >= first_all_integral; }

// Ties to even: py-videocore7's test_unary_ops compares hardware with numpy.round. The results of
// all four keep the sign of the operand when they are zero, as IEEE asks.
constexpr std::uint32_t fround(std::uint32_t a) {
  if (is_always_integral(a)) return from_float(as_float(a));
  const float magnitude = as_float(a & ~sign_bit);
  return (a & sign_bit) | from_float((magnitude + 0x1p23F) - 0x1p23F);
}
constexpr std::uint32_t ftrunc(std::uint32_t a) {
  if (is_always_integral(a)) return from_float(as_float(a));
  const auto magnitude = static_cast<float>(static_cast<std::int32_t>(as_float(a & ~sign_bit)));
  return (a & sign_bit) | from_float(magnitude);
}
constexpr std::uint32_t ffloor(std::uint32_t a) {
  const std::uint32_t truncated = ftrunc(a);
  return as_float(truncated) > as_float(a) ? fsub(truncated, 0x3f80'0000) : truncated;
}
constexpr std::uint32_t fceil(std::uint32_t a) {
  const std::uint32_t truncated = ftrunc(a);
  return as_float(truncated) < as_float(a) ? fadd(truncated, 0x3f80'0000) : truncated;
}

// Toward zero, signed. Out of range saturates and NaN gives 0 ([choose], §18 row 14).
constexpr std::uint32_t ftoiz(std::uint32_t a) {
  if (is_nan(a)) return 0;
  if (as_float(a) >= 0x1p31F) return 0x7fff'ffff;
  if (as_float(a) < -0x1p31F) return 0x8000'0000;
  return from_signed(static_cast<std::int32_t>(as_float(a)));
}
// Nearest even, signed.
constexpr std::uint32_t ftoin(std::uint32_t a) { return ftoiz(fround(a)); }
// Toward zero, unsigned. That negative operands give 0 is hardware-proven (test_unary_ops), the
// saturation at the top is [choose].
constexpr std::uint32_t ftouz(std::uint32_t a) {
  if (is_nan(a) || as_float(a) <= 0.0F) return 0;
  if (as_float(a) >= 0x1p32F) return 0xffff'ffff;
  return static_cast<std::uint32_t>(as_float(a));
}

constexpr std::uint32_t itof(std::uint32_t a) {
  return from_float(static_cast<float>(as_signed(a)));
}
constexpr std::uint32_t utof(std::uint32_t a) { return from_float(static_cast<float>(a)); }

}  // namespace vc7::sim::semantics
