// SPDX-License-Identifier: MIT
#include "closer.hpp"

#include <utility>

namespace vc7::shim {

Closer::Closer(std::function<void()> closed)
    : closed_{std::move(closed)}, thread_{[this] { work(); }} {}

Closer::~Closer() {
  {
    const std::lock_guard lock{mutex_};
    quit_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Closer::close(std::unique_ptr<drm::raw::RawFile> file) {
  ++open_;
  {
    const std::lock_guard lock{mutex_};
    queue_.push_back(std::move(file));
  }
  wake_.notify_one();
}

void Closer::work() {
  std::unique_lock lock{mutex_};
  while (true) {
    wake_.wait(lock, [this] { return quit_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto file = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    file.reset();
    --open_;
    closed_();
    lock.lock();
  }
}

}  // namespace vc7::shim
