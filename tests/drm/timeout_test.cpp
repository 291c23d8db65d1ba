// SPDX-License-Identifier: MIT
//
// Jobs without progress (v3d71 §14.5).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <vc7/drm/simulated.hpp>
#include <vc7/sim/machine.hpp>

#include "drm/simulated/watchdog.hpp"
#include "job_control.hpp"

namespace vc7::drm::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

class TimeoutTest : public testing::Test {
 protected:
  SimulatedOptions options(CsdExecutor executor, milliseconds timeout) {
    SimulatedOptions all;
    all.executor = std::move(executor);
    all.job_timeout = timeout;
    return all;
  }
  FenceStatus run(Node& node, JobKind kind) {
    const auto bo = node.create_bo(4096).value().handle;
    const auto out = node.syncobj_create().value();
    SubmitCsd job;
    job.cfg = {kind};
    job.bo_handles = {&bo, 1};
    job.out_sync = out;
    EXPECT_TRUE(node.submit_csd(job).ok());
    EXPECT_TRUE(node.wait_bo(bo, 20'000'000'000).ok());
    report = node.report(out);
    return node.fence_status(out).value();
  }

  JobControl jobs;
  std::shared_ptr<const sim::JobResult> report;  ///< of the last job
};

TEST_F(TimeoutTest, KillsWhatHangs) {
  const auto node = open_simulated(options(jobs.executor(), milliseconds{20}));
  EXPECT_EQ(run(*node, held), (FenceStatus{true, ECANCELED}));
  EXPECT_EQ(jobs.stopped(), 1);
  ASSERT_TRUE(report && report->fault);
  EXPECT_EQ(
      report->fault->message,
      "no batch ended for 20 ms (0 had before), where the kernel resets the GPU: let a batch do "
      "less, or allow more time");
  EXPECT_EQ(node->get_param(Param::context_reset_counter).value(), 1u);
  EXPECT_EQ(run(*node, quick), (FenceStatus{true, 0}));  // the device goes on
}

TEST_F(TimeoutTest, SparesWhatIsInTime) {
  const auto slow = [](const sim::CsdConfig&, const std::atomic<bool>& stop) {
    std::this_thread::sleep_for(milliseconds{60});
    sim::JobResult result;
    if (stop) result.fault = sim::Fault{.kind = sim::FaultKind::budget, .message = "stopped"};
    return result;
  };
  const auto endless = open_simulated(options(slow, milliseconds{0}));
  EXPECT_EQ(run(*endless, quick), (FenceStatus{true, 0}));
  const auto patient = open_simulated(options(slow, milliseconds{10'000}));
  EXPECT_EQ(run(*patient, quick), (FenceStatus{true, 0}));
}

// The longest time between two calls, or from the first one on.
class Pauses {
 public:
  void note() {
    const auto now = Clock::now();
    longest_ = std::max(longest_, now - last_);
    last_ = now;
  }
  Clock::duration longest() const { return longest_; }

 private:
  Clock::time_point last_ = Clock::now();
  Clock::duration longest_{};
};

// On a busy computer this thread may sleep for longer than the period: then the watchdog is right
// to bite, and is tried with a longer one.
TEST(Watchdog, SparesWhatAdvances) {
  for (milliseconds period{25}; period < std::chrono::minutes{1}; period *= 2) {
    simulated::Watchdog dog{period};
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> ended = 0;
    Pauses pauses;
    dog.begin(stop, ended);
    for (const auto end = Clock::now() + 4 * period; Clock::now() < end;) {
      std::this_thread::sleep_for(milliseconds{1});
      pauses.note();
      ++ended;
    }
    const bool stopped = stop;
    pauses.note();
    // Between two batches there are at most two pauses.
    if (2 * pauses.longest() < period) {
      EXPECT_FALSE(stopped);
      while (!stop) std::this_thread::sleep_for(milliseconds{1});  // now it does not advance
      EXPECT_TRUE(dog.end());
      return;
    }
    dog.end();
  }
  FAIL() << "this computer stands still";
}

// What the watchdog looks at.
TEST(Watchdog, TheModelCountsBatches) {
  const auto device = make_simulated_device();
  const auto node = open_simulated(device);
  const auto bo = node->create_bo(4096).value();
  const auto code = node->map_bo(bo.handle, 4096).value();
  constexpr std::uint64_t nop = 0x38003186bb03f000, thrsw = 0x38203186bb03f000;
  constexpr std::array<std::uint64_t, 8> program{thrsw, thrsw, nop, nop, thrsw, nop, nop, nop};
  std::memcpy(code.bytes().data(), program.data(), sizeof program);
  std::atomic<std::uint64_t> ended = 0;
  const auto result = machine(*device)->run(
      {7u << 16, 1u << 16, 1u << 16, 1u << 8 | 16, 7, bo.address, 0}, nullptr, &ended);
  EXPECT_FALSE(result.fault);
  EXPECT_EQ(result.batches, 7u);
  EXPECT_EQ(ended, 7u);
}

}  // namespace
}  // namespace vc7::drm::test
