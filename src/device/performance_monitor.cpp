// SPDX-License-Identifier: MIT
#include <vc7/device/performance_monitor.hpp>

#include <utility>

#include "core.hpp"

namespace vc7 {

PerformanceMonitor::PerformanceMonitor(Device& device, std::vector<drm::Counter> counters,
                                       Where where)
    : counters_{std::move(counters)},
      core_{device.core_},
      perfmon_{core_->start_monitor(counters_, where)} {}

PerformanceMonitor::~PerformanceMonitor() { end(); }

PerformanceMonitor::PerformanceMonitor(PerformanceMonitor&& other) noexcept
    : counters_{std::move(other.counters_)},
      core_{std::move(other.core_)},
      perfmon_{std::exchange(other.perfmon_, 0)} {}

PerformanceMonitor& PerformanceMonitor::operator=(PerformanceMonitor&& other) noexcept {
  if (this == &other) return *this;
  end();
  counters_ = std::move(other.counters_);
  core_ = std::move(other.core_);
  perfmon_ = std::exchange(other.perfmon_, 0);
  return *this;
}

std::vector<std::uint64_t> PerformanceMonitor::values(Where where) const {
  return core_->monitor_values(perfmon_, where);
}

void PerformanceMonitor::end() noexcept {
  if (perfmon_ != 0) core_->end_monitor(perfmon_);
}

}  // namespace vc7
