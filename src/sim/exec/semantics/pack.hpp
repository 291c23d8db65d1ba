// SPDX-License-Identifier: MIT
//
// Packing and normalised formats, v3d71 §9.3.
//
// The conversions to normalised integers round once: the product of a float and a 16-bit constant
// is exact in double, that of a half and a 10-bit constant is exact in float.
#pragma once

#include <cstdint>

#include "sim/exec/semantics/convert.hpp"
#include "sim/exec/semantics/float.hpp"
#include "sim/exec/semantics/half.hpp"
#include "sim/exec/semantics/modifiers.hpp"
#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

constexpr std::uint32_t vfpack(std::uint32_t a, std::uint32_t b) {
  return join_halves(float_to_half(a), float_to_half(b));
}
constexpr std::uint32_t vpack(std::uint32_t a, std::uint32_t b) { return join_halves(a, b); }

// The low byte of each of four 16-bit numbers; nothing is clamped.
constexpr std::uint32_t v8pack(std::uint32_t a, std::uint32_t b) {
  return byte_of(a, 0) | byte_of(a, 2) << 8 | byte_of(b, 0) << 16 | byte_of(b, 2) << 24;
}
// The low 10, 10, 10 and 2 bits of four 16-bit numbers; nothing is clamped.
constexpr std::uint32_t v10pack(std::uint32_t a, std::uint32_t b) {
  return (a & 0x3ff) | (high_half(a) & 0x3ff) << 10 | (b & 0x3ff) << 20 |
         (high_half(b) & 0x3) << 30;
}

// A half with its mantissa cut to 10 - `dropped` bits, nearest even, and without a sign: the small
// floats have the exponent of a half, so one rounding of the bit pattern serves normal numbers,
// denormals and the carry to infinity. Negative numbers give 0; any NaN gives the quiet NaN.
constexpr std::uint32_t small_float(std::uint32_t half, unsigned dropped) {
  if (is_half_nan(half)) return canonical_half_nan >> dropped;
  if ((half & half_sign_bit) != 0) return 0;
  return (half + (1U << (dropped - 1)) - 1 + (half >> dropped & 1)) >> dropped;
}
constexpr std::uint32_t v11fpack(std::uint32_t a, std::uint32_t b) {
  return small_float(low_half(a), 4) | small_float(high_half(a), 4) << 11 |
         small_float(low_half(b), 5) << 22;
}

// Nearest even of a double below 2^51, as two's complement.
constexpr std::uint32_t round_to_integer(double value) {
  return from_signed(static_cast<std::int32_t>((value + 0x1.8p52) - 0x1.8p52));
}
constexpr std::uint32_t ftounorm16(std::uint32_t a) {
  return round_to_integer(static_cast<double>(as_float(unpack_sat(a))) * 65535.0);
}
constexpr std::uint32_t ftosnorm16(std::uint32_t a) {
  return low_half(round_to_integer(static_cast<double>(as_float(unpack_nsat(a))) * 32767.0));
}

// One half, clamped to [0, 1] or [-1, 1], in units of 1 / scale (a float as a word).
constexpr std::uint32_t half_to_unorm(std::uint32_t half, float scale) {
  return ftoin(from_float(as_float(unpack_sat(half_to_float(half))) * scale));
}
constexpr std::uint32_t half_to_snorm(std::uint32_t half, float scale) {
  return ftoin(from_float(as_float(unpack_nsat(half_to_float(half))) * scale));
}
constexpr std::uint32_t vftounorm8(std::uint32_t a) {
  return join_halves(half_to_unorm(low_half(a), 255.0F), half_to_unorm(high_half(a), 255.0F));
}
// Each half of the result is sign-extended to 16 bits ([choose]); v8pack takes the low bytes.
constexpr std::uint32_t vftosnorm8(std::uint32_t a) {
  return join_halves(half_to_snorm(low_half(a), 127.0F), half_to_snorm(high_half(a), 127.0F));
}
// These two feed v10pack: blue has 10 bits and alpha 2. Mesa's constant folding of them is wrong.
constexpr std::uint32_t vftounorm10lo(std::uint32_t a) {
  return join_halves(half_to_unorm(low_half(a), 1023.0F), half_to_unorm(high_half(a), 1023.0F));
}
constexpr std::uint32_t vftounorm10hi(std::uint32_t a) {
  return join_halves(half_to_unorm(low_half(a), 1023.0F), half_to_unorm(high_half(a), 3.0F));
}

// A normalised byte as a half. Both divisions are of integers below 2^11, so that the argument of
// half.hpp holds for them, too: float, then half, is one rounding. -128 and -127 both mean -1.
constexpr std::uint32_t unorm8_to_half(std::uint32_t byte) {
  return float_to_half(from_float(static_cast<float>(byte & 0xff) / 255.0F));
}
constexpr std::uint32_t snorm8_to_half(std::uint32_t byte) {
  return float_to_half(
      fmax(from_float(static_cast<float>(as_signed(sign_extend_8(byte))) / 127.0F), 0xbf80'0000));
}
// Lane placement is open (§18 row 18); plainly: the lower byte goes to the lower half.
constexpr std::uint32_t funpackunormlo(std::uint32_t a) {
  return join_halves(unorm8_to_half(byte_of(a, 0)), unorm8_to_half(byte_of(a, 1)));
}
constexpr std::uint32_t funpackunormhi(std::uint32_t a) {
  return join_halves(unorm8_to_half(byte_of(a, 2)), unorm8_to_half(byte_of(a, 3)));
}
constexpr std::uint32_t funpacksnormlo(std::uint32_t a) {
  return join_halves(snorm8_to_half(byte_of(a, 0)), snorm8_to_half(byte_of(a, 1)));
}
constexpr std::uint32_t funpacksnormhi(std::uint32_t a) {
  return join_halves(snorm8_to_half(byte_of(a, 2)), snorm8_to_half(byte_of(a, 3)));
}

}  // namespace vc7::sim::semantics
