// SPDX-License-Identifier: MIT
#include "number.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <vc7/asm/immediate.hpp>

namespace vc7::text {
namespace {

constexpr double smallest_float = 0x1p-8, largest_float = 0x1p7;

template <class... Format>
bool parse(std::string_view text, auto& value, Format... format) {
  return std::from_chars(text.data(), text.data() + text.size(), value, format...).ec ==
         std::errc{};
}

/// The fraction and the exponent of a decimal number, if they are there.
bool take_fraction(Cursor& cursor) {
  bool real = false;
  if (cursor.peek() == '.' && cursor.next_is_digit(1)) {
    cursor.take('.');
    cursor.digits();
    real = true;
  }
  if (cursor.peek() == 'e') {
    const bool sign = cursor.peek(1) == '-' || cursor.peek(1) == '+';
    if (cursor.next_is_digit(sign ? 2 : 1)) {
      cursor.take('e');
      if (!cursor.take('-')) cursor.take('+');
      cursor.digits();
      real = true;
    }
  }
  return real;
}

std::string nearest_floats(double value) {
  const double size = std::fabs(value);
  if (value < 0) return "0";
  if (size < smallest_float) return fmt::format("0 and {}", smallest_float);
  if (size > largest_float) return fmt::format("{:.1f}", largest_float);
  const double below = std::exp2(std::floor(std::log2(size)));
  return fmt::format("{} and {}", below, below * 2);
}

}  // namespace

std::optional<std::int64_t> Number::integer(std::int64_t lowest, std::int64_t highest) const {
  if (is_real) return std::nullopt;
  // Compared as magnitudes: no negation can overflow.
  const auto size = [](std::int64_t value) {
    return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  };
  if (negative ? magnitude != 0 && (lowest >= 0 || magnitude > size(lowest))
               : highest < 0 || magnitude > size(highest))
    return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

ScannedNumber scan_number(Cursor& cursor) {
  const char* const begin = cursor.position();
  Number number;
  number.negative = cursor.take('-');
  const char* const after_sign = cursor.position();
  bool good = true, fits = true;
  if (cursor.peek() == '0' && (cursor.peek(1) == 'x' || cursor.peek(1) == 'X')) {
    cursor.take('0');
    cursor.word();  // the x and all digits
    const std::string_view digits = cursor.since(after_sign).substr(2);
    Cursor check{digits};
    good = !digits.empty() && check.hex_digits().size() == digits.size();
    if (good) fits = parse(digits, number.magnitude, 16);
  } else {
    good = !cursor.digits().empty();
    number.is_real = take_fraction(cursor);
    const std::string_view text = cursor.since(after_sign);
    if (good && number.is_real) {
      fits = parse(text, number.real);
      if (number.negative) number.real = -number.real;
    } else if (good) {
      fits = parse(text, number.magnitude, 10);
    }
    if (!cursor.word().empty()) good = false;  // 5x
  }
  if (!good)
    return {std::nullopt, fmt::format("`{}` is no number: numbers are 16, -16, 0x3f800000 or 0.5",
                                      cursor.since(begin))};
  if (!fits)
    return {std::nullopt, fmt::format("`{}` is out of range: integers have at most 64 bits, floats "
                                      "are those of double precision",
                                      cursor.since(begin).substr(0, 40))};
  return {number, {}};
}

std::optional<std::uint8_t> immediate_index(const Number& number) {
  if (number.is_real) return qpu::detail::immediate_index(number.real);
  const auto value = number.integer(std::numeric_limits<std::int32_t>::min(),
                                    std::numeric_limits<std::uint32_t>::max());
  if (!value) return std::nullopt;
  return isa::small_immediate_index(static_cast<std::uint32_t>(*value));
}

std::string to_string(const Number& number) {
  if (number.is_real) return fmt::format("{}", number.real);
  return fmt::format("{}{}", number.negative ? "-" : "", number.magnitude);
}

std::string nearest_immediates(const Number& number) {
  if (number.is_real) return nearest_floats(number.real);
  const auto word = number.integer(0, std::numeric_limits<std::uint32_t>::max());
  if (word && *word > 0x3b000000 && *word < 0x44000000) {  // the bits of a float, more likely
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(*word));
    return fmt::format("{} (this is {} as a float)", nearest_floats(value), value);
  }
  return number.negative ? "-16" : "15";
}

}  // namespace vc7::text
