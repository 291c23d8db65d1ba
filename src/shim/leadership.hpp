// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace vc7::shim {

/// Which of two threads may touch what they share. The one that leads can lend the lead while it
/// does something else, and mostly has it back before the other one notices: that looks once in
/// `patience`, and sleeps if nothing has been lent for as long.
class Leadership {
 public:
  static constexpr std::chrono::milliseconds patience{1};

  /// Until this thread leads; false at the end.
  bool wait();
  /// Gives the lead to whoever waits for it. By the leader.
  void leave();

  /// By the leader, who then does not lead until resume(), with the result, is true.
  std::uint64_t lend();
  /// False if the other thread leads by now.
  bool resume(std::uint64_t loan);

  /// Takes the lead once it is free or lent; nobody else ever gets it again.
  void end();

 private:
  enum class State { free, held, lent };

  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::free;
  std::uint64_t loans_ = 0;  // tells one from the next
  bool watched_ = false;     // somebody looks whether a loan takes too long
  bool ended_ = false;
};

}  // namespace vc7::shim
