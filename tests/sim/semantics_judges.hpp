// SPDX-License-Identifier: MIT
//
// Second opinions for the tests of the semantics functions. Nothing here uses the headers under
// test: halves are judged by their numeric value in double, where sums, differences and products of
// halves are exact, and by searching a table of all values.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace vc7::sim::judge {

inline float to_float(std::uint32_t word) { return std::bit_cast<float>(word); }
inline double to_double(std::uint32_t word) { return static_cast<double>(to_float(word)); }
inline std::uint32_t to_word(float value) { return std::bit_cast<std::uint32_t>(value); }

// What a double becomes as a float, any NaN being the canonical one.
inline std::uint32_t rounded_word(double value) {
  return std::isnan(value) ? 0x7fc00000U : to_word(static_cast<float>(value));
}

// The number that a small float without sign stands for, given the number of its mantissa bits and
// five exponent bits.
inline double unsigned_value(std::uint32_t bits, int mantissa_bits) {
  const int exponent = static_cast<int>(bits >> mantissa_bits);
  const int mantissa = static_cast<int>(bits) - (exponent << mantissa_bits);
  if (exponent == 31) {
    return mantissa == 0 ? std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  }
  if (exponent == 0) return std::ldexp(mantissa, -14 - mantissa_bits);
  return std::ldexp(mantissa + (1 << mantissa_bits), exponent - 15 - mantissa_bits);
}

inline double half_value(std::uint32_t half) {
  return std::copysign(unsigned_value(half & 0x7fff, 10), half >= 0x8000 ? -1.0 : 1.0);
}

// The pattern of the nearest non-negative small float: looks the value up in the list of all finite
// ones, followed by 2^16 in the place of infinity, and takes the even pattern in the middle.
class NearestUnsigned {
 public:
  explicit NearestUnsigned(int mantissa_bits) {
    const std::uint32_t infinity = 31U << mantissa_bits;
    for (std::uint32_t bits = 0; bits < infinity; ++bits) {
      values_.push_back(unsigned_value(bits, mantissa_bits));
    }
    values_.push_back(65536.0);
  }
  std::uint32_t operator()(double value) const {
    if (value >= values_.back()) return static_cast<std::uint32_t>(values_.size() - 1);
    const auto above = std::upper_bound(values_.begin(), values_.end(), value);
    const auto below = above - 1;
    const auto pattern = static_cast<std::uint32_t>(below - values_.begin());
    const double to_below = value - *below;
    const double to_above = *above - value;
    if (to_below == to_above) return pattern + pattern % 2;
    return to_below < to_above ? pattern : pattern + 1;
  }

 private:
  std::vector<double> values_;
};

inline std::uint32_t nearest_half(double value) {
  static const NearestUnsigned nearest(10);
  if (std::isnan(value)) return 0x7e00;
  return nearest(std::fabs(value)) | (std::signbit(value) ? 0x8000U : 0U);
}

// Zeros, denormals, the borders of the binades that matter, ties, infinities and NaNs (quiet and
// signalling, both signs, with payload).
inline constexpr std::array<std::uint32_t, 52> float_specials = {
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x00000002, 0x007fffff, 0x807fffff, 0x00400000,
    0x00800000, 0x80800000, 0x00800001, 0x01000000, 0x33000000, 0x33000001, 0x33800000, 0x387fffff,
    0x38800000, 0x3b808081, 0x3e800000, 0x3effffff, 0x3f000000, 0xbf000000, 0x3f000001, 0x3f7fffff,
    0x3f800000, 0xbf800000, 0x3f800001, 0xbf800001, 0x3fc00000, 0xbfc00000, 0x40000000, 0x40200000,
    0x40490fdb, 0xc0490fdb, 0x477fefff, 0x477ff000, 0x4b000000, 0x4b000001, 0xcb7fffff, 0x4b800000,
    0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001, 0x4f7fffff, 0x4f800000, 0x7f7fffff, 0xff7fffff,
    0x7f800000, 0xff800000, 0x7fc00000, 0xff812345};

inline constexpr std::array<std::uint32_t, 7> float_nans = {
    0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff, 0x7fabcdef};

inline constexpr std::array<std::uint32_t, 32> half_specials = {
    0x0000, 0x8000, 0x0001, 0x8001, 0x0002, 0x01ff, 0x0200, 0x03ff, 0x83ff, 0x0400, 0x8400,
    0x0401, 0x1000, 0x13ff, 0x3555, 0x3800, 0xb800, 0x3bff, 0x3c00, 0xbc00, 0x3c01, 0x3e00,
    0x4248, 0x5bff, 0x63ff, 0x6400, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0xfd55};

inline constexpr std::array<std::uint32_t, 24> integer_corners = {
    0,          1,          2,          3,          0x7f,       0x80,       0xff,       0x100,
    0x7fff,     0x8000,     0xffff,     0x10000,    0x7fffff,   0x800000,   0xffffff,   0x1000000,
    0x12345678, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xdeadbeef, 0xfffffffe, 0xffffffff};

// The same words on every host and in every run.
inline std::vector<std::uint32_t> random_words(std::size_t count, std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<std::uint32_t> words(count);
  for (auto& word : words) word = static_cast<std::uint32_t>(engine());
  return words;
}

}  // namespace vc7::sim::judge
