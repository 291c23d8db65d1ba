// SPDX-License-Identifier: MIT
//
// Stops compute jobs that make no progress, as the kernel does (v3d71 §14.5).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace vc7::drm::simulated {

/// Looks at a job after every period: one in which no batch has ended is the last. Watches one job
/// at a time.
class Watchdog {
 public:
  /// A period of 0 means that no job is ever stopped.
  explicit Watchdog(std::chrono::milliseconds period) : period_{period} {}
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// The job begins: `stop` will be set if `ended`, the number of its batches that have ended, does
  /// not grow. Throws std::system_error if there is no thread for it.
  void begin(std::atomic<bool>& stop, const std::atomic<std::uint64_t>& ended);
  /// The job is over. True if it was stopped.
  bool end();

  std::chrono::milliseconds period() const { return period_; }

 private:
  void work();

  const std::chrono::milliseconds period_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool>* stop_ = nullptr;  // null: no job
  const std::atomic<std::uint64_t>* ended_ = nullptr;
  std::uint64_t jobs_ = 0;  // how many have begun: tells one from the next
  bool stopped_ = false, quit_ = false;
  std::thread thread_;  // from the first job on
};

}  // namespace vc7::drm::simulated
