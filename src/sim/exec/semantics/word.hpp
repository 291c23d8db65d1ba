// SPDX-License-Identifier: MIT
//
// What a 32-bit register word can be read as: the helpers below all other semantics headers.
//
// Floating-point semantics are host IEEE arithmetic in the default environment (round to nearest
// even, denormals kept), which is what v3d71 §9.2 states for the GPU. NaN handling never relies on
// the host: NaNs are found and made with integer operations.
#pragma once

#include <bit>
#include <cfloat>
#include <cstdint>
#include <limits>

#if defined(__FAST_MATH__)
#error "the device model needs IEEE arithmetic: do not compile it with -ffast-math"
#endif

namespace vc7::sim::semantics {

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);
// 16 is what AArch64 reports when only _Float16 is evaluated in its own precision.
static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16,
              "float arithmetic must not be carried out in a wider type");

// Every NaN that arithmetic makes. Hosts differ in which operand's NaN they pass on, and x86 makes
// a negative one where Arm makes a positive one.
inline constexpr std::uint32_t canonical_nan = 0x7fc0'0000;
inline constexpr std::uint32_t canonical_half_nan = 0x7e00;

inline constexpr std::uint32_t sign_bit = 0x8000'0000;
inline constexpr std::uint32_t infinity = 0x7f80'0000;
inline constexpr std::uint32_t half_sign_bit = 0x8000;
inline constexpr std::uint32_t half_infinity = 0x7c00;

constexpr std::int32_t as_signed(std::uint32_t word) { return std::bit_cast<std::int32_t>(word); }
constexpr std::uint32_t from_signed(std::int32_t value) {
  return std::bit_cast<std::uint32_t>(value);
}

constexpr float as_float(std::uint32_t word) { return std::bit_cast<float>(word); }

constexpr bool is_nan(std::uint32_t word) { return (word & ~sign_bit) > infinity; }
constexpr bool is_half_nan(std::uint32_t half) { return (half & 0x7fff) > half_infinity; }

// The word of an arithmetic result.
constexpr std::uint32_t from_float(float value) {
  const auto word = std::bit_cast<std::uint32_t>(value);
  return is_nan(word) ? canonical_nan : word;
}

constexpr std::uint32_t low_half(std::uint32_t word) { return word & 0xffff; }
constexpr std::uint32_t high_half(std::uint32_t word) { return word >> 16; }
constexpr std::uint32_t join_halves(std::uint32_t low, std::uint32_t high) {
  return low_half(low) | high << 16;
}
constexpr std::uint32_t byte_of(std::uint32_t word, unsigned index) {
  return word >> 8 * index & 0xff;
}

// Two's complement numbers narrower than a word.
constexpr std::uint32_t sign_extend_8(std::uint32_t word) {
  return from_signed(static_cast<std::int8_t>(word & 0xff));
}
constexpr std::uint32_t sign_extend_16(std::uint32_t word) {
  return from_signed(static_cast<std::int16_t>(word & 0xffff));
}
constexpr std::uint32_t sign_extend_24(std::uint32_t word) {
  return from_signed(as_signed(word << 8) >> 8);
}

}  // namespace vc7::sim::semantics
