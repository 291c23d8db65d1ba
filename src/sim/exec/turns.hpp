// SPDX-License-Identifier: MIT
//
// Order among supergroups that run on several host threads. Atomics of different supergroups happen
// in the order of the supergroups, so that results do not depend on the number of host threads.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>

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

  void done(std::uint32_t task) {
    bool anybody = false;
    {
      const std::lock_guard lock{mutex_};
      if (task == first_open_)
        ++first_open_;  // nearly always with one host thread
      else
        done_.insert(task);
      while (!done_.empty() && done_.erase(first_open_) != 0) ++first_open_;
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
  std::set<std::uint32_t> done_;  ///< at or after first_open_
  std::uint32_t first_open_ = 0;
  unsigned waiting_ = 0;
  std::uint32_t last_wanted_ = 0xffffffff;
};

}  // namespace vc7::sim
