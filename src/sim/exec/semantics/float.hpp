// SPDX-License-Identifier: MIT
//
// Single-precision operations, v3d71 §9.2: IEEE, nearest even, denormals kept. A NaN result of
// arithmetic is the canonical NaN whatever NaNs went in.
//
// The arithmetic is usable in constant expressions as long as the result is neither NaN nor an
// overflow, which C++ does not allow there.
#pragma once

#include <cstdint>

#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

constexpr std::uint32_t fadd(std::uint32_t a, std::uint32_t b) {
  return from_float(as_float(a) + as_float(b));
}
// What "nf" stands for is documented nowhere; hardware tests see no difference (§18 row 7).
constexpr std::uint32_t faddnf(std::uint32_t a, std::uint32_t b) { return fadd(a, b); }
constexpr std::uint32_t fsub(std::uint32_t a, std::uint32_t b) {
  return from_float(as_float(a) - as_float(b));
}
constexpr std::uint32_t fmul(std::uint32_t a, std::uint32_t b) {
  return from_float(as_float(a) * as_float(b));
}

// Orders all words that are not NaN as numbers, with -0 below +0: negative floats have descending
// bit patterns, so all bits but the sign are inverted.
constexpr std::int32_t float_order(std::uint32_t word) {
  return as_signed(word ^ (from_signed(as_signed(word) >> 31) & ~sign_bit));
}

// A single NaN loses, as in C's fminf, with which Mesa folds these. fmin(-0, +0) is -0 and fmax +0
// in either order of the operands ([choose]).
constexpr std::uint32_t fmin(std::uint32_t a, std::uint32_t b) {
  if (is_nan(a)) return is_nan(b) ? canonical_nan : b;
  return is_nan(b) || float_order(a) < float_order(b) ? a : b;
}
constexpr std::uint32_t fmax(std::uint32_t a, std::uint32_t b) {
  if (is_nan(a)) return is_nan(b) ? canonical_nan : b;
  return is_nan(b) || float_order(a) > float_order(b) ? a : b;
}

// The value is the difference; the flags compare the operands and are in flags.hpp, so equal
// infinities are "equal" there although their difference here is NaN.
constexpr std::uint32_t fcmp(std::uint32_t a, std::uint32_t b) { return fsub(a, b); }

// A copy, NaN bits included: what can change them is only the unpack or pack around it.
constexpr std::uint32_t fmov(std::uint32_t a) { return a; }

}  // namespace vc7::sim::semantics
