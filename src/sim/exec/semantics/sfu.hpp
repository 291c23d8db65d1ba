// SPDX-License-Identifier: MIT
//
// The special function unit, v3d71 §9.4. The bit patterns of the hardware are unknown; results are
// computed in double and rounded once to float ([choose]), so tests against hardware must allow a
// tolerance (py-videocore7 uses 1e-2, Vulkan conformance about 2.5 ulp).
//
// recip and rsqrt use only IEEE operations and are the same on every host. exp, log and sin come
// from libm, whose last bit of a double may differ between hosts; that reaches the float only when
// the value lies within a few 2^-53 of a rounding boundary. Between the code paths of glibc 2.36 on
// x86-64 with and without FMA it never does: they were compared for all 2^32 operands.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

inline std::uint32_t recip(std::uint32_t a) {
  // Written out because dividing by zero is undefined in C++, if not in IEEE.
  if ((a & ~sign_bit) == 0) return a | infinity;
  return from_float(static_cast<float>(1.0 / static_cast<double>(as_float(a))));
}

// rsqrt(-0) = -inf is IEEE's rule; it makes recip(rsqrt(-0)), which is Mesa's square root, -0.
inline std::uint32_t rsqrt(std::uint32_t a) {
  if ((a & ~sign_bit) == 0) return a | infinity;
  if (as_float(a) < 0.0F) return canonical_nan;
  return from_float(static_cast<float>(1.0 / std::sqrt(static_cast<double>(as_float(a)))));
}
inline std::uint32_t rsqrt2(std::uint32_t a) { return rsqrt(a); }

// Base 2. Too large and too small operands give infinity and 0 through the rounding to float.
inline std::uint32_t exp(std::uint32_t a) {
  return from_float(static_cast<float>(std::exp2(static_cast<double>(as_float(a)))));
}
inline std::uint32_t log(std::uint32_t a) {
  if ((a & ~sign_bit) == 0) return sign_bit | infinity;
  if (as_float(a) < 0.0F) return canonical_nan;
  return from_float(static_cast<float>(std::log2(static_cast<double>(as_float(a)))));
}

// sin(pi a) on [-0.5, 0.5] and the value of the nearer end outside, as VideoCore VI hardware does.
// Newer Mesa folds it with 2 pi; py-videocore7's test_unary_ops shows pi.
inline std::uint32_t sin(std::uint32_t a) {
  if (as_float(a) >= 0.5F) return 0x3f80'0000;
  if (as_float(a) <= -0.5F) return 0xbf80'0000;
  return from_float(
      static_cast<float>(std::sin(std::numbers::pi * static_cast<double>(as_float(a)))));
}

}  // namespace vc7::sim::semantics
