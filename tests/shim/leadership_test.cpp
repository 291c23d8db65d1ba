// SPDX-License-Identifier: MIT
#include "shim/leadership.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace vc7::shim {
namespace {

// Two threads that count, as those of the server do: in turns, and not at the same time.
TEST(Leadership, OneLeadsAtATime) {
  Leadership leadership;
  std::uint64_t counted = 0;  // not atomic: it is what the leader alone may touch
  std::atomic<bool> quit = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      while (leadership.wait()) {
        bool leads = true;
        while (leads && !quit) {
          for (int short_ones = 0; leads && short_ones < 100; ++short_ones) {
            ++counted;
            leads = leadership.resume(leadership.lend());
          }
          if (!leads) break;
          const auto loan = leadership.lend();
          std::this_thread::sleep_for(2 * Leadership::patience);
          leads = leadership.resume(loan);
        }
        if (leads) leadership.leave();
      }
    });
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  quit = true;
  leadership.end();
  EXPECT_GT(counted, 100u);
  for (auto& thread : threads) thread.join();
}

TEST(Leadership, ALongLoanIsLost) {
  Leadership leadership;
  ASSERT_TRUE(leadership.wait());
  std::atomic<int> step = 0;
  std::thread other{[&] {
    ASSERT_TRUE(leadership.wait());
    step = 1;
    // The loan of the first thread is over, and this is another one.
    const auto loan = leadership.lend();
    step = 2;
    while (step != 3) std::this_thread::yield();
    EXPECT_TRUE(leadership.resume(loan));
    leadership.leave();
  }};
  const auto loan = leadership.lend();
  while (step != 2) std::this_thread::yield();
  EXPECT_FALSE(leadership.resume(loan));
  step = 3;
  other.join();
  EXPECT_TRUE(leadership.wait());
}

TEST(Leadership, TheEndTakesWhatIsLent) {
  Leadership leadership;
  ASSERT_TRUE(leadership.wait());
  const auto loan = leadership.lend();
  std::thread other{[&] { leadership.end(); }};
  other.join();
  EXPECT_FALSE(leadership.resume(loan));
  EXPECT_FALSE(leadership.wait());
}

TEST(Leadership, TheEndWaitsForTheLeader) {
  Leadership leadership;
  ASSERT_TRUE(leadership.wait());
  std::atomic<bool> ended = false;
  std::thread other{[&] {
    leadership.end();
    ended = true;
  }};
  std::this_thread::sleep_for(std::chrono::milliseconds{20});
  EXPECT_FALSE(ended);
  leadership.lend();
  other.join();
}

}  // namespace
}  // namespace vc7::shim
