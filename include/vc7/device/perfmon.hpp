// SPDX-License-Identifier: MIT
//
// A performance monitor of the kernel: hardware counters, added up over chosen jobs.
//
//   vc7::Perfmon perfmon = device.perfmon({vc7::Counter::cycle_count, vc7::Counter::qpu_active});
//   device.run(code, {.workgroups = {64}, .perfmon = &perfmon}, uniforms);
//   std::uint64_t instructions = perfmon.value(vc7::Counter::qpu_active);
//
// docs/counters.md lists the counters and says which of them the device model counts; the others
// stay 0 there.
#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <utility>
#include <vector>

#include <vc7/drm/node.hpp>
#include <vc7/sim/counters.hpp>

namespace vc7 {

class Device;
namespace detail {
class Core;
}

/// Made by Device::perfmon(). Move-only. May outlive its jobs and its Device; jobs in flight go on
/// without it. Its functions may be called by several threads at once.
class Perfmon {
 public:
  using Where = std::source_location;

  ~Perfmon();
  Perfmon(Perfmon&&) noexcept = default;
  Perfmon& operator=(Perfmon&& other) noexcept {
    std::swap(core_, other.core_);
    std::swap(id_, other.id_);
    std::swap(counters_, other.counters_);
    return *this;
  }

  const std::vector<Counter>& counters() const { return counters_; }

  /// The sums over all jobs that are done, in the order of counters(). On hardware each job adds
  /// the low 32 bits of what it counted. Throws Error if the Device is closed.
  std::vector<std::uint64_t> values(Where where = Where::current()) const;
  /// The same of one of the counters. Also throws Error if it is none of them.
  std::uint64_t value(Counter counter, Where where = Where::current()) const;

 private:
  friend class Device;
  Perfmon(std::shared_ptr<detail::Core> core, drm::PerfmonId id, std::vector<Counter> counters)
      : core_{std::move(core)}, id_{id}, counters_{std::move(counters)} {}

  std::shared_ptr<detail::Core> core_;
  drm::PerfmonId id_ = 0;
  std::vector<Counter> counters_;
};

}  // namespace vc7
