// SPDX-License-Identifier: MIT
//
// The perfmon of a Core.
#include "core.hpp"
#include "message.hpp"

namespace vc7::detail {
namespace {

constexpr std::chrono::hours a_year{24 * 365};  // without limit would overflow the clock

}  // namespace

drm::PerfmonId Core::start_monitor(std::span<const drm::Counter> counters, const Where& where) {
  if (counters.empty() || counters.size() > drm::max_perfmon_counters)
    fail(where, fmt::format("performance monitor: {} counters, allowed are 1 to {}",
                            counters.size(), drm::max_perfmon_counters));
  const Lock lock{mutex_};
  if (node_ == nullptr) fail(where, "performance monitor: the Device was closed");
  if (perfmon_ != 0)
    fail(where, "performance monitor: the Device has one, and only one can count at a time");
  const auto supported = node_->get_param(drm::Param::supports_perfmon);
  if (!supported || supported.value() == 0)
    fail(where, "performance monitor: the kernel has none (supports_perfmon is 0)");
  perfmon_ = value_or_fail(node_->perfmon_create(counters), where, "performance monitor");
  return perfmon_;
}

std::vector<std::uint64_t> Core::monitor_values(drm::PerfmonId perfmon, const Where& where) {
  (void)wait_for_all(a_year);
  const Lock lock{mutex_};
  if (node_ == nullptr) fail(where, "performance monitor: the Device was closed");
  return value_or_fail(node_->perfmon_values(perfmon), where, "performance monitor");
}

void Core::end_monitor(drm::PerfmonId perfmon) noexcept {
  const Lock lock{mutex_};
  perfmon_ = 0;
  if (node_ != nullptr) (void)node_->perfmon_destroy(perfmon);
}

}  // namespace vc7::detail
