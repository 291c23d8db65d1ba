// SPDX-License-Identifier: MIT
#include "half.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vc7::detail {

std::optional<std::uint16_t> half_from(double value) {
  const unsigned sign = std::signbit(value) ? 0x8000 : 0;
  const auto bits = [sign](unsigned magnitude) {
    return static_cast<std::uint16_t>(sign | magnitude);
  };
  if (std::isnan(value)) return bits(0x7e00);
  if (std::isinf(value)) return bits(0x7c00);
  if (value == 0) return bits(0);
  // Units of the last of 11 bits; denormals have that of the smallest normal number.
  int exponent = std::max(std::ilogb(value), -14);
  auto units = static_cast<unsigned>(std::nearbyint(std::ldexp(std::fabs(value), 10 - exponent)));
  if (units == 2048) {
    units = 1024;
    ++exponent;
  }
  if (exponent > 15) return {};
  if (units < 1024) return bits(units);
  return bits(static_cast<unsigned>(exponent + 15) << 10 | (units - 1024));
}

float float_from_half(std::uint16_t half) {
  const int exponent = half >> 10 & 31;
  const unsigned fraction = half & 1023u;
  const float sign = (half & 0x8000) != 0 ? -1.0f : 1.0f;
  if (exponent == 31)
    return fraction != 0 ? std::numeric_limits<float>::quiet_NaN()
                         : sign * std::numeric_limits<float>::infinity();
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  return sign * std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
}

}  // namespace vc7::detail
