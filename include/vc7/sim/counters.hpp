// SPDX-License-Identifier: MIT
//
// The performance counters of the hardware, by name (v3d71 §14.7).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>

namespace vc7::sim {

/// The enumerators have the numbers that the kernel and the registers use.
enum class Counter : std::uint8_t {
#define VC7_COUNTER(number, identifier, ...) identifier = number,
#include <vc7/sim/counters.def>
#undef VC7_COUNTER
};

/// When the device model counts: never (0), in jobs that it times (Options::timing), or in all.
enum class Counted : std::uint8_t { never, timed, always };

struct CounterInfo {
  Counter counter{};
  std::string_view identifier;       ///< the enumerator: "qpu_active"
  std::string_view category;         ///< "QPU"
  std::string_view name;             ///< what the kernel calls it: "QPU-active"
  Counted counted = Counted::never;  ///< by the device model
  std::string_view text;             ///< what it counts
};

/// All of them, in the order of their numbers.
inline constexpr auto counters = std::to_array<CounterInfo>({
#define VC7_COUNTER(number, identifier, category, counted, name, text) \
  {Counter::identifier, #identifier, #category, name, Counted::counted, text},
#include <vc7/sim/counters.def>
#undef VC7_COUNTER
});

namespace detail {
consteval bool in_order() {
  for (std::size_t i = 0; i < counters.size(); ++i)
    if (static_cast<std::size_t>(counters[i].counter) != i) return false;
  return true;
}
}  // namespace detail
static_assert(detail::in_order(), "counters.def: the numbers are 0, 1, 2 and so on");

constexpr const CounterInfo& info(Counter counter) {
  return counters[static_cast<std::size_t>(counter)];
}

/// What one job counted; counters that are not in it stood still.
using CounterValues = std::map<Counter, std::uint64_t>;

}  // namespace vc7::sim

namespace vc7 {
using sim::Counter;
}
