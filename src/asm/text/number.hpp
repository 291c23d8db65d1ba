// SPDX-License-Identifier: MIT
//
// Numbers of the assembly language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cursor.hpp"

namespace vc7::text {

/// -16, 0x3f800000, 0.5, -1e-2. An integer is kept as sign and magnitude, so that all 64-bit words
/// and all negative numbers fit.
struct Number {
  bool is_real = false;
  bool negative = false;
  std::uint64_t magnitude = 0;
  double real = 0;

  /// The integer, if it is one in lowest..highest.
  std::optional<std::int64_t> integer(std::int64_t lowest, std::int64_t highest) const;
};

struct ScannedNumber {
  std::optional<Number> value;
  std::string problem;  ///< if there is no value
};

/// Reads a number. A dot that no digit follows is not part of it: `5.l` is 5 with a modifier.
ScannedNumber scan_number(Cursor& cursor);

/// The index of the small immediate with this value.
std::optional<std::uint8_t> immediate_index(const Number& number);

/// For messages: "16", "-16", "0.5".
std::string to_string(const Number& number);

/// "15", or "0.25 and 0.5": the small immediates next to a number that is none.
std::string nearest_immediates(const Number& number);

}  // namespace vc7::text
