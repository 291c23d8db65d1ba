// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace vc7::tool {

/// Shows on standard error how many batches of a job have ended, if that is a terminal and the job
/// takes longer than half a second. The line is gone in the end.
class Progress {
 public:
  explicit Progress(std::uint64_t batches);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  std::atomic<std::uint64_t>* ended() { return &ended_; }

 private:
  void show();

  const std::uint64_t batches_;
  std::atomic<std::uint64_t> ended_ = 0;
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace vc7::tool
