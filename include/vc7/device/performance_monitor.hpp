// SPDX-License-Identifier: MIT
//
// The GPU's counters, added up over jobs.
//
//   vc7::PerformanceMonitor monitor{device, {vc7::drm::Counter::qpu_active}};
//   device.run(code, dispatch, uniforms);
//   const std::uint64_t instructions = monitor.values()[0];
#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <vector>

#include <vc7/device/device.hpp>
#include <vc7/drm/counters.hpp>

namespace vc7 {

/// Counts during the jobs that this Device submits while the monitor exists, and during no others:
/// the kernel switches the counters on and off with each job. One at a time per Device. The device
/// model counts instructions (qpu_active); its other counters stay 0.
///
/// Move-only; may outlive the Device. Functions may be called by several threads at once.
class PerformanceMonitor {
 public:
  using Where = std::source_location;

  /// 1 to 32 counters. Throws Error for other numbers of them, if the Device has a monitor, and if
  /// the kernel does not count (drm::Param::supports_perfmon).
  PerformanceMonitor(Device& device, std::vector<drm::Counter> counters,
                     Where where = Where::current());
  ~PerformanceMonitor();
  PerformanceMonitor(PerformanceMonitor&&) noexcept;
  PerformanceMonitor& operator=(PerformanceMonitor&&) noexcept;

  std::span<const drm::Counter> counters() const { return counters_; }

  /// What they have counted so far, in their order. Waits for the jobs in flight, whatever becomes
  /// of them: their errors stay with their Events. Throws Error if the Device is closed.
  std::vector<std::uint64_t> values(Where where = Where::current()) const;

 private:
  void end() noexcept;

  std::vector<drm::Counter> counters_;
  std::shared_ptr<detail::Core> core_;
  drm::PerfmonId perfmon_ = 0;
};

}  // namespace vc7
