// SPDX-License-Identifier: MIT
//
// Input unpacks and output packs, v3d71 §2.1. Sources are unpacked before the operation, the
// result is packed after it; the code "none" has no function.
#pragma once

#include <cstdint>

#include "sim/exec/semantics/float.hpp"
#include "sim/exec/semantics/half.hpp"
#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

// --- f32 operands -------------------------------------------------------------------------------

constexpr std::uint32_t unpack_abs(std::uint32_t a) { return a & ~sign_bit; }
constexpr std::uint32_t unpack_l(std::uint32_t a) { return half_to_float(low_half(a)); }
constexpr std::uint32_t unpack_h(std::uint32_t a) { return half_to_float(high_half(a)); }

// Clamps. NaN gives 0 ([choose]); fmax does that by itself where 0 is the lower bound. As the lower
// bound is +0, -0 becomes +0 there, while [-1, 1] keeps it.
constexpr std::uint32_t unpack_max0(std::uint32_t a) { return fmax(a, 0); }
constexpr std::uint32_t unpack_sat(std::uint32_t a) { return fmin(fmax(a, 0), 0x3f80'0000); }
constexpr std::uint32_t unpack_nsat(std::uint32_t a) {
  return is_nan(a) ? 0 : fmin(fmax(a, 0xbf80'0000), 0x3f80'0000);
}

// --- f16x2 operands (first source of vf* only) --------------------------------------------------

constexpr std::uint32_t unpack_ff(std::uint32_t a) {
  const std::uint32_t half = float_to_half(a);
  return join_halves(half, half);
}
constexpr std::uint32_t unpack_ll(std::uint32_t a) { return join_halves(a, low_half(a)); }
constexpr std::uint32_t unpack_hh(std::uint32_t a) {
  return join_halves(high_half(a), high_half(a));
}
constexpr std::uint32_t unpack_swp(std::uint32_t a) {
  return join_halves(high_half(a), low_half(a));
}

// --- int32 operands (mov only) ------------------------------------------------------------------

constexpr std::uint32_t unpack_ul(std::uint32_t a) { return low_half(a); }
constexpr std::uint32_t unpack_uh(std::uint32_t a) { return high_half(a); }
constexpr std::uint32_t unpack_il(std::uint32_t a) { return sign_extend_16(a); }
constexpr std::uint32_t unpack_ih(std::uint32_t a) { return sign_extend_16(high_half(a)); }

// --- float results ------------------------------------------------------------------------------

// `old` is what the destination held: the other half survives (Mesa's liveness pass counts on it).
// For a magic destination pass 0 (§6 [choose]).
constexpr std::uint32_t pack_l(std::uint32_t old, std::uint32_t result) {
  return join_halves(float_to_half(result), high_half(old));
}
constexpr std::uint32_t pack_h(std::uint32_t old, std::uint32_t result) {
  return join_halves(old, float_to_half(result));
}

}  // namespace vc7::sim::semantics
