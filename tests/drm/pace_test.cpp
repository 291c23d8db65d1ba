// SPDX-License-Identifier: MIT
//
// Jobs that end later than their execution here (SimulatedOptions::lasts).
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include <vc7/drm/simulated.hpp>

#include "job_control.hpp"

namespace vc7::drm::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
constexpr std::uint64_t long_ns = 20'000'000'000;

class PaceTest : public testing::Test {
 protected:
  std::unique_ptr<Node> open(std::chrono::nanoseconds each, std::chrono::milliseconds grace = 1s) {
    SimulatedOptions options;
    options.executor = jobs.executor();
    options.close_grace = grace;
    options.lasts = [each](const JobDone&, std::chrono::nanoseconds) { return each; };
    device = make_simulated_device(std::move(options));
    return open_simulated(device, ShortJobs::by_caller);
  }
  BoHandle submit(Node& node, SyncobjHandle out_sync = 0) {
    const auto bo = node.create_bo(4096).value().handle;
    SubmitCsd job;
    job.out_sync = out_sync;
    job.cfg = {quick};
    job.bo_handles = {&bo, 1};
    EXPECT_TRUE(node.submit_csd(job).ok());
    return bo;
  }

  JobControl jobs;
  std::shared_ptr<SimulatedDevice> device;
};

TEST_F(PaceTest, NoWaitReturnsEarlier) {
  const auto node = open(60ms);
  const auto start = Clock::now();
  const auto first = submit(*node), second = submit(*node);
  ASSERT_FALSE(short_job_left(*device));
  ASSERT_TRUE(node->wait_bo(first, long_ns).ok());
  EXPECT_GE(Clock::now() - start, 60ms);
  ASSERT_TRUE(node->wait_bo(second, long_ns).ok());
  EXPECT_GE(Clock::now() - start, 120ms);  // one after the other, as on the device
}

TEST_F(PaceTest, NoFenceIsDoneEarlier) {
  const auto node = open(60ms);
  const auto start = Clock::now();
  const SyncobjHandle sync = node->syncobj_create().value();
  submit(*node, sync);
  EXPECT_FALSE(node->fence_status(sync).value().signalled);
  ASSERT_TRUE(node->syncobj_wait({&sync, 1}, long_ns).ok());
  EXPECT_GE(Clock::now() - start, 60ms);
  EXPECT_TRUE(node->fence_status(sync).value().signalled);
}

TEST_F(PaceTest, AWaitThatIsTooShortTimesOut) {
  const auto node = open(10min, 0ms);
  EXPECT_EQ(node->wait_bo(submit(*node), 1'000'000).error(), ETIME);
}

TEST_F(PaceTest, ClosingDoesNotWait) {
  const auto start = Clock::now();
  {
    const auto node = open(10min, 0ms);
    submit(*node);
    jobs.wait_started(1);
  }
  device.reset();
  EXPECT_LT(Clock::now() - start, 5min);
}

}  // namespace
}  // namespace vc7::drm::test
