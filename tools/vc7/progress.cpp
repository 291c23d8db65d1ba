// SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace vc7::tool {

Progress::Progress(std::uint64_t batches) : batches_{batches} {
  if (isatty(STDERR_FILENO) != 0 && batches != 0) thread_ = std::thread{[this] { show(); }};
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    is_over_ = true;
  }
  over_.notify_one();
  thread_.join();
}

void Progress::show() {
  using namespace std::chrono_literals;
  std::unique_lock lock{mutex_};
  auto pause = 500ms;
  bool shown = false;
  while (!over_.wait_for(lock, pause, [this] { return is_over_; })) {
    const std::uint64_t ended = ended_;
    fmt::print(stderr, "\r{} of {} batches, {} %", ended, batches_, 100 * ended / batches_);
    std::fflush(stderr);
    shown = true;
    pause = 200ms;
  }
  if (shown) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace vc7::tool
