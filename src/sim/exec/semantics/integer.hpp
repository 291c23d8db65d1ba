// SPDX-License-Identifier: MIT
//
// Integer and logic operations, v3d71 §9.1.
#pragma once

#include <bit>
#include <cstdint>

#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

constexpr std::uint32_t add(std::uint32_t a, std::uint32_t b) { return a + b; }
constexpr std::uint32_t sub(std::uint32_t a, std::uint32_t b) { return a - b; }

constexpr std::uint32_t min(std::uint32_t a, std::uint32_t b) {
  return as_signed(a) < as_signed(b) ? a : b;
}
constexpr std::uint32_t max(std::uint32_t a, std::uint32_t b) {
  return as_signed(a) > as_signed(b) ? a : b;
}
constexpr std::uint32_t umin(std::uint32_t a, std::uint32_t b) { return a < b ? a : b; }
constexpr std::uint32_t umax(std::uint32_t a, std::uint32_t b) { return a > b ? a : b; }

// Only the low five bits of the amount count: py-videocore7's test_binary_ops passes on hardware
// with amounts from the full 32-bit range.
constexpr std::uint32_t shl(std::uint32_t a, std::uint32_t b) { return a << (b & 31); }
constexpr std::uint32_t shr(std::uint32_t a, std::uint32_t b) { return a >> (b & 31); }
constexpr std::uint32_t asr(std::uint32_t a, std::uint32_t b) {
  return from_signed(as_signed(a) >> (b & 31));
}
constexpr std::uint32_t ror(std::uint32_t a, std::uint32_t b) {
  return std::rotr(a, static_cast<int>(b & 31));
}

constexpr std::uint32_t band(std::uint32_t a, std::uint32_t b) { return a & b; }
constexpr std::uint32_t bor(std::uint32_t a, std::uint32_t b) { return a | b; }
constexpr std::uint32_t bxor(std::uint32_t a, std::uint32_t b) { return a ^ b; }
constexpr std::uint32_t bnot(std::uint32_t a) { return ~a; }
constexpr std::uint32_t neg(std::uint32_t a) { return 0 - a; }
constexpr std::uint32_t mov(std::uint32_t a) { return a; }

// clz(0) = 32 is what Mesa's compiler assumes; hardware tests cover non-zero operands only.
constexpr std::uint32_t clz(std::uint32_t a) {
  return static_cast<std::uint32_t>(std::countl_zero(a));
}

// Two 16-bit integers per word. Newer Mesa folds these as float operations; that hardware works on
// integers was shown by py-videocore7's test_binary_ops.
constexpr std::uint32_t vadd(std::uint32_t a, std::uint32_t b) {
  return join_halves(low_half(a) + low_half(b), high_half(a) + high_half(b));
}
constexpr std::uint32_t vsub(std::uint32_t a, std::uint32_t b) {
  return join_halves(low_half(a) - low_half(b), high_half(a) - high_half(b));
}

// `rtop` is what a preceding multop left behind; clearing it afterwards is the caller's business,
// because these functions have no state.
constexpr std::uint32_t umul24(std::uint32_t a, std::uint32_t b, std::uint32_t rtop = 0) {
  return (a & 0xff'ffff) * (b & 0xff'ffff) + rtop;
}
constexpr std::uint32_t smul24(std::uint32_t a, std::uint32_t b) {
  return sign_extend_24(a) * sign_extend_24(b);
}
// The contribution to rtop that makes a following umul24 of the same operands a full 32-bit product
// ([choose] formula). The product of the two top bytes would start at bit 48 and drops out.
constexpr std::uint32_t multop(std::uint32_t a, std::uint32_t b) {
  return ((a >> 24) * (b & 0xff'ffff) + (b >> 24) * (a & 0xff'ffff)) << 24;
}

// Which operands of v8dot hold signed bytes, first letter = operand a ([choose], §18 row 17). The
// values are the low two bits of the setnnmode_* sub-opcodes (§2.2): bit 0 says that a is signed,
// bit 1 that b is.
enum class DotMode : std::uint8_t { uu = 0, su = 1, us = 2, ss = 3 };

constexpr std::uint32_t v8dot(std::uint32_t a, std::uint32_t b, DotMode mode) {
  const bool a_is_signed = mode == DotMode::su || mode == DotMode::ss;
  const bool b_is_signed = mode == DotMode::us || mode == DotMode::ss;
  std::uint32_t sum = 0;
  for (unsigned k = 0; k < 4; ++k) {
    const std::uint32_t x = byte_of(a, k);
    const std::uint32_t y = byte_of(b, k);
    sum += (a_is_signed ? sign_extend_8(x) : x) * (b_is_signed ? sign_extend_8(y) : y);
  }
  return sum;
}

}  // namespace vc7::sim::semantics
