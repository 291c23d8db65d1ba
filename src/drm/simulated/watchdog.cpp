// SPDX-License-Identifier: MIT
#include "watchdog.hpp"

namespace vc7::drm::simulated {

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock{mutex_};
    quit_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::begin(std::atomic<bool>& stop, const std::atomic<std::uint64_t>& ended) {
  if (period_ == period_.zero()) return;
  if (!thread_.joinable()) thread_ = std::thread{[this] { work(); }};
  {
    const std::lock_guard lock{mutex_};
    stop_ = &stop;
    ended_ = &ended;
    stopped_ = false;
    ++jobs_;
  }
  changed_.notify_all();
}

bool Watchdog::end() {
  const std::lock_guard lock{mutex_};
  stop_ = nullptr;
  ended_ = nullptr;
  return stopped_;
}

// The end of a job wakes nobody: most jobs are short, and the thread notices after the period.
void Watchdog::work() {
  std::unique_lock lock{mutex_};
  while (!quit_) {
    changed_.wait(lock, [&] { return quit_ || (stop_ != nullptr && !stopped_); });
    if (quit_) return;
    const auto job = jobs_;
    const auto before = ended_->load(std::memory_order_relaxed);
    const auto other = [&] { return quit_ || jobs_ != job; };
    if (changed_.wait_for(lock, period_, other) || stop_ == nullptr) continue;
    if (ended_->load(std::memory_order_relaxed) != before) continue;
    stopped_ = true;
    stop_->store(true);
  }
}

}  // namespace vc7::drm::simulated
