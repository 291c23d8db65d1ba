// SPDX-License-Identifier: MIT
//
// Half floats in job files.
#pragma once

#include <cstdint>
#include <optional>

namespace vc7::detail {

/// The half next to a number, ties to even; nothing if that would be more than 65504. Infinity and
/// NaN are halves.
std::optional<std::uint16_t> half_from(double value);

/// Exact.
float float_from_half(std::uint16_t half);

}  // namespace vc7::detail
