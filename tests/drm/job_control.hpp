// SPDX-License-Identifier: MIT
//
// Jobs whose course a test decides: an executor for the simulated device that looks at cfg[0] only.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <vc7/drm/simulated.hpp>

namespace vc7::drm::test {

enum JobKind : std::uint32_t {
  quick,     ///< ends at once
  held,      ///< runs until open_gate() or until it is stopped
  faulting,  ///< faults at GPU address 0x1234000
  throwing,  ///< the executor throws
};

class JobControl {
 public:
  CsdExecutor executor() {
    return
        [this](const sim::CsdConfig& cfg, const std::atomic<bool>& stop) { return run(cfg, stop); };
  }

  /// Lets all held jobs go, those that come later too.
  void open_gate() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }

  /// Waits until `count` jobs have been started.
  void wait_started(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return tags_.size() >= count; });
  }

  /// cfg[1] of the jobs in the order of their execution.
  std::vector<std::uint32_t> tags() {
    const std::lock_guard lock{mutex_};
    return tags_;
  }

  /// Jobs that ended because they were told to stop.
  int stopped() {
    const std::lock_guard lock{mutex_};
    return stopped_;
  }

 private:
  sim::JobResult run(const sim::CsdConfig& cfg, const std::atomic<bool>& stop) {
    std::unique_lock lock{mutex_};
    tags_.push_back(cfg[1]);
    changed_.notify_all();
    sim::JobResult result;
    if (cfg[0] == held)
      while (!open_ && !stop) changed_.wait_for(lock, std::chrono::milliseconds{1});
    if (stop) ++stopped_;
    if (cfg[0] == faulting)
      result.fault =
          sim::Fault{.kind = sim::FaultKind::memory, .message = "x", .address = 0x1234000};
    if (cfg[0] == throwing) throw std::runtime_error{"out of order"};
    if (!result.fault) result.batches = 1;
    result.instructions = 100;
    return result;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint32_t> tags_;
  bool open_ = false;
  int stopped_ = 0;
};

}  // namespace vc7::drm::test
