// SPDX-License-Identifier: MIT
#include <vc7/device/uniforms.hpp>

#include <limits>

#include "message.hpp"

namespace vc7::detail {
namespace {

constexpr auto lowest = std::numeric_limits<std::int32_t>::min();
constexpr auto highest = std::numeric_limits<std::uint32_t>::max();

template <class T>
[[noreturn]] void does_not_fit(T value, const std::source_location& where) {
  fail(where, fmt::format("a uniform is {}, allowed are {} to {}: it has 32 bits", value, lowest,
                          highest));
}

}  // namespace

std::uint32_t uniform_word(std::int64_t value, const std::source_location& where) {
  if (value < lowest || value > std::int64_t{highest}) does_not_fit(value, where);
  return static_cast<std::uint32_t>(value);
}

std::uint32_t uniform_word(std::uint64_t value, const std::source_location& where) {
  if (value > highest) does_not_fit(value, where);
  return static_cast<std::uint32_t>(value);
}

}  // namespace vc7::detail
