// SPDX-License-Identifier: MIT
#include <vc7/device/uniforms.hpp>

#include <limits>

#include "message.hpp"

namespace vc7::detail {
namespace {

constexpr auto lowest = std::numeric_limits<std::int32_t>::min();
constexpr auto highest = std::numeric_limits<std::uint32_t>::max();

template <class T>
[[noreturn]] void does_not_fit(T value, std::size_t index, const std::source_location& where) {
  fail(where, fmt::format("uniform {} is {}, allowed are {} to {}: a uniform has 32 bits", index,
                          value, lowest, highest));
}

}  // namespace

std::uint32_t uniform_word(std::int64_t value, std::size_t index,
                           const std::source_location& where) {
  if (value < lowest || value > std::int64_t{highest}) does_not_fit(value, index, where);
  return static_cast<std::uint32_t>(value);
}

std::uint32_t uniform_word(std::uint64_t value, std::size_t index,
                           const std::source_location& where) {
  if (value > highest) does_not_fit(value, index, where);
  return static_cast<std::uint32_t>(value);
}

}  // namespace vc7::detail
