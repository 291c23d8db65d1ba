// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <vc7/drm/raw_file.hpp>

namespace vc7::shim {

/// Closes files on a thread of its own: that may wait for jobs for a second.
class Closer {
 public:
  /// `closed` is called after each.
  explicit Closer(std::function<void()> closed);
  /// After all are closed.
  ~Closer();
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;

  void close(std::unique_ptr<drm::raw::RawFile> file);
  /// Files that are not closed yet.
  std::size_t open() const { return open_; }

 private:
  void work();

  const std::function<void()> closed_;
  std::atomic<std::size_t> open_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<drm::raw::RawFile>> queue_;
  bool quit_ = false;
  std::thread thread_;
};

}  // namespace vc7::shim
