// SPDX-License-Identifier: MIT
//
// Order among supergroups that run on several host threads. Atomics of different supergroups happen
// in the order of the supergroups, so that results do not depend on the number of host threads.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>

namespace vc7::sim {

class Turns {
 public:
  /// Returns when every task before `task` is done, or never will be.
  void wait_for(std::uint32_t task) {
    std::unique_lock lock{mutex_};
    ++waiting_;
    changed_.wait(lock, [&] { return first_open_ >= task || task > last_wanted_; });
    --waiting_;
  }

  /// The tasks `first` to `end` - 1 are over.
  void done(std::uint32_t first, std::uint32_t end) {
    bool anybody = false;
    {
      const std::lock_guard lock{mutex_};
      done_.emplace(first, end);
      for (auto next = done_.begin(); next != done_.end() && next->first == first_open_;
           next = done_.erase(next))
        first_open_ = next->second;
      anybody = waiting_ != 0;
    }
    if (anybody) changed_.notify_all();
  }

  /// Nobody waits for tasks after `task` any more.
  void cancel_after(std::uint32_t task) {
    {
      const std::lock_guard lock{mutex_};
      last_wanted_ = std::min(last_wanted_, task);
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint32_t, std::uint32_t> done_;  ///< ranges after first_open_, by the first
  std::uint32_t first_open_ = 0;
  unsigned waiting_ = 0;
  std::uint32_t last_wanted_ = 0xffffffff;
};

}  // namespace vc7::sim
