// SPDX-License-Identifier: MIT
//
// Half-precision conversions (v3d71 §9.2, .l and .h) and operations on pairs of halves (§9.3). A
// half travels as bits 15:0 of a word; the vf* operations work on both halves of a word. Their
// operand a arrives already unpacked (.ff .ll .hh .swp, see modifiers.hpp).
//
// The arithmetic on halves is done in float and rounded again to half, which is the same as
// rounding once. A float has 24 significant bits, and 24 >= 2 * 11 + 2 is the condition under which
// the first of the two roundings cannot spoil the second one for + and - (S. Figueroa, "When is
// double rounding innocuous?", 1995); * is even exact: two times 11 bits, exponents far inside the
// range of float. Where halves are denormal nothing is lost either: every half is a multiple of
// 2^-24, so a sum needs more than 24 bits only from 1.0 up.
#pragma once

#include <bit>
#include <cstdint>

#include "sim/exec/semantics/float.hpp"
#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

// f16 -> f32, exact. NaN keeps sign and payload and becomes quiet, as F16C and NEON do it.
constexpr std::uint32_t half_to_float(std::uint32_t half) {
  const std::uint32_t sign = (half & half_sign_bit) << 16;
  const std::uint32_t magnitude = half & 0x7fff;
  if (magnitude > half_infinity) return sign | 0x7fc0'0000 | magnitude << 13;
  if (magnitude == half_infinity) return sign | infinity;
  // Denormal halves count units of 2^-24 and are normal floats.
  if (magnitude < 0x0400) {
    return sign | std::bit_cast<std::uint32_t>(static_cast<float>(magnitude) * 0x1p-24F);
  }
  return sign | ((magnitude << 13) + ((127U - 15U) << 23));
}

// f32 -> f16, nearest even, overflow to infinity. NaN keeps the sign and the payload bits that fit
// and becomes quiet, as F16C and NEON do it.
constexpr std::uint32_t float_to_half(std::uint32_t word) {
  const std::uint32_t sign = word >> 16 & half_sign_bit;
  const std::uint32_t magnitude = word & ~sign_bit;
  if (magnitude > infinity) return sign | canonical_half_nan | (magnitude >> 13 & 0x03ff);
  // 65520 lies half way between the largest half, 65504, and what would follow it: ties to "even"
  // make it and all above infinite.
  if (magnitude >= 0x477f'f000) return sign | half_infinity;
  if (magnitude < 0x3880'0000) {
    // Below 2^-14 halves count units of 2^-24, which is the last place of floats in [0.5, 1): the
    // addition rounds, and leaves the count in the low bits (up to 0x400, the least normal half).
    return sign | (std::bit_cast<std::uint32_t>(as_float(magnitude) + 0.5F) - 0x3f00'0000);
  }
  // Adding just less than half a unit, or exactly half of one above an odd result, carries when the
  // rounding goes up, into the exponent too.
  const std::uint32_t rebiased = magnitude - ((127U - 15U) << 23);
  return sign | (rebiased + 0x0fff + (rebiased >> 13 & 1)) >> 13;
}

// One rounding of an arithmetic float result to half.
constexpr std::uint32_t half_result(std::uint32_t word) {
  return is_nan(word) ? canonical_half_nan : float_to_half(word);
}

constexpr std::uint32_t half_add(std::uint32_t a, std::uint32_t b) {
  return half_result(fadd(half_to_float(a), half_to_float(b)));
}
constexpr std::uint32_t half_sub(std::uint32_t a, std::uint32_t b) {
  return half_result(fsub(half_to_float(a), half_to_float(b)));
}
constexpr std::uint32_t half_mul(std::uint32_t a, std::uint32_t b) {
  return half_result(fmul(half_to_float(a), half_to_float(b)));
}
// The rules of fmin and fmax. In the upper half of a word, halves are in the order of floats.
constexpr std::uint32_t half_min(std::uint32_t a, std::uint32_t b) {
  if (is_half_nan(a)) return is_half_nan(b) ? canonical_half_nan : b;
  if (is_half_nan(b)) return a;
  return float_order(a << 16) < float_order(b << 16) ? a : b;
}
constexpr std::uint32_t half_max(std::uint32_t a, std::uint32_t b) {
  if (is_half_nan(a)) return is_half_nan(b) ? canonical_half_nan : b;
  if (is_half_nan(b)) return a;
  return float_order(a << 16) > float_order(b << 16) ? a : b;
}

constexpr std::uint32_t vfadd(std::uint32_t a, std::uint32_t b) {
  return join_halves(half_add(low_half(a), low_half(b)), half_add(high_half(a), high_half(b)));
}
constexpr std::uint32_t vfsub(std::uint32_t a, std::uint32_t b) {
  return join_halves(half_sub(low_half(a), low_half(b)), half_sub(high_half(a), high_half(b)));
}
constexpr std::uint32_t vfmul(std::uint32_t a, std::uint32_t b) {
  return join_halves(half_mul(low_half(a), low_half(b)), half_mul(high_half(a), high_half(b)));
}
constexpr std::uint32_t vfmin(std::uint32_t a, std::uint32_t b) {
  return join_halves(half_min(low_half(a), low_half(b)), half_min(high_half(a), high_half(b)));
}
constexpr std::uint32_t vfmax(std::uint32_t a, std::uint32_t b) {
  return join_halves(half_max(low_half(a), low_half(b)), half_max(high_half(a), high_half(b)));
}
// The value is the difference, as for fcmp; which flags it sets is unknown (§9.3).
constexpr std::uint32_t vfcmp(std::uint32_t a, std::uint32_t b) { return vfsub(a, b); }

// Bit operations: NaNs keep their bits.
constexpr std::uint32_t vfmov(std::uint32_t a) { return a; }
constexpr std::uint32_t vfabs(std::uint32_t a) { return a & ~0x8000'8000U; }
constexpr std::uint32_t vfneg(std::uint32_t a) { return a ^ 0x8000'8000; }
constexpr std::uint32_t vfnab(std::uint32_t a) { return a | 0x8000'8000; }

}  // namespace vc7::sim::semantics
