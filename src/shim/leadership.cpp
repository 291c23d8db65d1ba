// SPDX-License-Identifier: MIT
#include "leadership.hpp"

namespace vc7::shim {

bool Leadership::wait() {
  std::unique_lock lock{mutex_};
  const auto free = [&] { return ended_ || state_ == State::free; };
  while (true) {
    changed_.wait(lock, [&] { return free() || watched_; });
    const auto loan = loans_;
    const bool now = free() || changed_.wait_for(lock, patience, free);
    if (ended_) return false;
    // Lent for as long as it takes to lose it.
    if (now || (state_ == State::lent && loans_ == loan)) break;
    watched_ = loans_ != loan;
  }
  state_ = State::held;
  return true;
}

void Leadership::leave() {
  {
    const std::lock_guard lock{mutex_};
    state_ = State::free;
  }
  changed_.notify_all();
}

std::uint64_t Leadership::lend() {
  std::uint64_t loan;
  {
    const std::lock_guard lock{mutex_};
    state_ = State::lent;
    loan = ++loans_;
    if (watched_ && !ended_) return loan;
    watched_ = true;
  }
  changed_.notify_all();
  return loan;
}

bool Leadership::resume(std::uint64_t loan) {
  const std::lock_guard lock{mutex_};
  // The other one may have lent it in turn.
  if (state_ != State::lent || loans_ != loan) return false;
  state_ = State::held;
  return true;
}

void Leadership::end() {
  std::unique_lock lock{mutex_};
  ended_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return state_ != State::held; });
  state_ = State::held;
}

}  // namespace vc7::shim
