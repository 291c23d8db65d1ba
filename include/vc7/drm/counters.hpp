// SPDX-License-Identifier: MIT
//
// Names of the performance counters. The device model counts what its JobResult knows, the others
// stay 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vc7::drm {

/// The number of a counter for perfmons and in the counter registers.
enum class Counter : std::uint8_t {
#define VC7_COUNTER(identifier, category, name, description) identifier,
#include <vc7/drm/counters.def>
#undef VC7_COUNTER
};

struct CounterInfo {
  std::string_view category;  ///< the part of the GPU: "QPU"
  std::string_view name;      ///< as the kernel spells it: "QPU-active"
  std::string_view description;
};

inline constexpr auto counters = std::to_array<CounterInfo>({
#define VC7_COUNTER(identifier, category, name, description) {category, name, description},
#include <vc7/drm/counters.def>
#undef VC7_COUNTER
});
static_assert(counters.size() == 93);

constexpr const CounterInfo& info(Counter counter) {
  return counters[static_cast<std::size_t>(counter)];
}

/// By the kernel's name, upper and lower case as given there.
constexpr std::optional<Counter> find_counter(std::string_view name) {
  for (std::size_t i = 0; i < counters.size(); ++i)
    if (counters[i].name == name) return static_cast<Counter>(i);
  return std::nullopt;
}

/// How many one perfmon can have.
inline constexpr std::size_t max_perfmon_counters = 32;

}  // namespace vc7::drm
