// SPDX-License-Identifier: MIT
#include <vc7/device/perfmon.hpp>

#include <algorithm>

#include <vc7/device/device.hpp>

#include "core.hpp"
#include "message.hpp"

namespace vc7 {
namespace {

// The kernel says no more than EINVAL.
void check(drm::Node& node, std::span<const Counter> counters, const std::source_location& where) {
  if (counters.empty() || counters.size() > drm::most_perfmon_counters)
    detail::fail(where, fmt::format("perfmon: {} counters, allowed are 1 to {}", counters.size(),
                                    drm::most_perfmon_counters));
  const auto ask = [&](drm::Param param) {
    const auto answer = node.get_param(param);
    return answer ? answer.value() : 0;
  };
  if (ask(drm::Param::supports_perfmon) == 0)
    detail::fail(where, "perfmon: the kernel has no performance monitors");
  // Older kernels do not tell how many counters they know.
  const auto known = ask(drm::Param::max_perf_counters);
  for (const Counter counter : counters)
    if (known != 0 && static_cast<std::uint64_t>(counter) >= known)
      detail::fail(where, fmt::format("perfmon: counter {}, the kernel knows those below {}",
                                      static_cast<unsigned>(counter), known));
}

}  // namespace

Perfmon Device::perfmon(std::span<const Counter> counters, Where where) const {
  if (core_ == nullptr) detail::fail(where, "perfmon: this Device was moved to another one");
  check(core_->node(), counters, where);
  std::vector<std::uint8_t> numbers;
  for (const Counter counter : counters) numbers.push_back(static_cast<std::uint8_t>(counter));
  std::vector<Counter> kept{counters.begin(), counters.end()};
  const auto id = detail::value_or_fail(core_->node().perfmon_create(numbers), where, "perfmon");
  return Perfmon{core_, id, std::move(kept)};
}

Perfmon::~Perfmon() {
  if (core_ == nullptr) return;
  // It ends with the node if the Device is closed.
  if (const auto node = core_->open_node()) (void)node->perfmon_destroy(id_);
}

std::vector<std::uint64_t> Perfmon::values(Where where) const {
  if (core_ == nullptr) detail::fail(where, "perfmon: this Perfmon was moved to another one");
  const auto node = core_->open_node();
  if (node == nullptr) detail::fail(where, "perfmon: the Device was closed");
  return detail::value_or_fail(node->perfmon_get_values(id_), where, "perfmon");
}

std::uint64_t Perfmon::value(Counter counter, Where where) const {
  const auto found = std::ranges::find(counters_, counter);
  if (found == counters_.end()) {
    std::string list;
    for (const Counter c : counters_)
      list += fmt::format("{}{}", list.empty() ? "" : ", ", sim::info(c).name);
    detail::fail(where, fmt::format("perfmon: it does not count {}, only {}",
                                    sim::info(counter).name, list));
  }
  return values(where)[static_cast<std::size_t>(found - counters_.begin())];
}

}  // namespace vc7
