// SPDX-License-Identifier: MIT
//
// Short compute jobs that are left to the thread that has submitted them.
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

class ShortJobTest : public testing::Test {
 protected:
  ShortJobTest() {
    SimulatedOptions options;
    options.close_grace = std::chrono::milliseconds{50};
    options.executor = jobs.executor();
    device = make_simulated_device(std::move(options));
    node = open_simulated(device, ShortJobs::by_caller);
    bo = node->create_bo(4096).value().handle;
  }
  ~ShortJobTest() override { jobs.open_gate(); }

  static Result<void> submit(Node& to, BoHandle with, JobKind kind, std::uint32_t tag = 0) {
    SubmitCsd job;
    job.cfg = {kind, tag};
    job.bo_handles = {&with, 1};
    return to.submit_csd(job);
  }
  // Submits quick jobs until one is left here: how long one takes is up to the host.
  [[nodiscard]] bool leaves_one() {
    for (int i = 0; i < 1000; ++i) {
      if (!submit(*node, bo, quick).ok()) return false;
      if (short_job_left(*device)) return true;
      if (!node->wait_bo(bo, wait_forever).ok()) return false;
    }
    return false;
  }

  JobControl jobs;
  std::shared_ptr<SimulatedDevice> device;
  std::unique_ptr<Node> node;
  BoHandle bo = 0;
};

TEST_F(ShortJobTest, StartsWhenItsCallerRunsIt) {
  ASSERT_TRUE(submit(*node, bo, quick).ok());
  EXPECT_FALSE(short_job_left(*device));  // nothing is known of the file yet
  ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  ASSERT_TRUE(leaves_one());
  const auto before = jobs.tags().size();
  EXPECT_EQ(node->wait_bo(bo, 20'000'000).error(), ETIME);
  EXPECT_EQ(jobs.tags().size(), before);
  run_short_job(*device);
  EXPECT_EQ(jobs.tags().size(), before + 1);
  EXPECT_TRUE(node->wait_bo(bo, 0).ok());
  EXPECT_FALSE(short_job_left(*device));
  run_short_job(*device);  // nothing to do
  EXPECT_EQ(jobs.tags().size(), before + 1);
}

TEST_F(ShortJobTest, OthersComeAfterIt) {
  ASSERT_TRUE(leaves_one());
  const auto before = jobs.tags().size();
  ASSERT_TRUE(submit(*node, bo, quick, 1).ok());
  ASSERT_TRUE(submit(*node, bo, quick, 2).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds{20});
  EXPECT_EQ(jobs.tags().size(), before);
  run_short_job(*device);
  ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  const auto tags = jobs.tags();
  EXPECT_EQ(std::vector(tags.begin() + static_cast<std::ptrdiff_t>(before), tags.end()),
            (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST_F(ShortJobTest, GoesToTheThreadThatIsBusy) {
  ASSERT_TRUE(leaves_one());
  const auto other = open_simulated(device);
  const auto theirs = other->create_bo(4096).value().handle;
  const auto before = jobs.tags().size();
  ASSERT_TRUE(submit(*other, theirs, held).ok());
  jobs.wait_started(before + 1);
  run_short_job(*device);  // at once, though the GPU is busy
  EXPECT_EQ(jobs.tags().size(), before + 1);
  ASSERT_TRUE(submit(*node, bo, quick, 7).ok());
  EXPECT_FALSE(short_job_left(*device));
  jobs.open_gate();
  EXPECT_TRUE(node->wait_bo(bo, wait_forever).ok());
  EXPECT_EQ(jobs.tags().back(), 7u);
}

TEST_F(ShortJobTest, IsRefusedWithItsFile) {
  ASSERT_TRUE(leaves_one());
  const auto before = jobs.tags().size();
  node.reset();
  EXPECT_FALSE(short_job_left(*device));
  run_short_job(*device);
  EXPECT_EQ(jobs.tags().size(), before);
}

TEST_F(ShortJobTest, FilesDoNotAskForItByThemselves) {
  const auto other = open_simulated(device);
  const auto theirs = other->create_bo(4096).value().handle;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(submit(*other, theirs, quick).ok());
    EXPECT_FALSE(short_job_left(*device));
    ASSERT_TRUE(other->wait_bo(theirs, wait_forever).ok());
  }
}

// Under the shim: short jobs, and then one that is not.
using LongJobTest = NodeTest;

TEST_P(LongJobTest, HoldsUpNoCalls) {
  const auto other = open();
  const auto bo = buffer();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(submit(bo, quick).ok());
    ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  }
  ASSERT_TRUE(submit(bo, held).ok());
  EXPECT_EQ(node->wait_bo(bo, 0).error(), ETIME);
  EXPECT_TRUE(other->create_bo(4096).ok());
  EXPECT_EQ(node->wait_bo(bo, 5'000'000).error(), ETIME);
  // More jobs, of which none can be executed now.
  ASSERT_TRUE(submit(bo, quick).ok());
  EXPECT_EQ(node->wait_bo(bo, 5'000'000).error(), ETIME);
  jobs.open_gate();
  EXPECT_TRUE(node->wait_bo(bo, wait_forever).ok());
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(submit(bo, quick).ok());
    ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  }
  EXPECT_EQ(jobs.tags().size(), 42u);
  EXPECT_EQ(jobs.stopped(), 0);
}

TEST_P(LongJobTest, EndsWithItsFile) {
  const auto bo = buffer();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(submit(bo, quick).ok());
    ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  }
  ASSERT_TRUE(submit(bo, held).ok());
  node.reset();
  EXPECT_TRUE(eventually([&] { return jobs.stopped() == 1; }));
}

// The server ends in the middle of it.
TEST_P(LongJobTest, EndsWithItsDevice) {
  const auto bo = buffer();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(submit(bo, quick).ok());
    ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  }
  ASSERT_TRUE(submit(bo, held).ok());
  shimmed.reset();
  device.reset();
  node.reset();
  EXPECT_TRUE(eventually([&] { return jobs.stopped() == 1; }));
}

VC7_ON_BACKENDS(LongJobTest, controlled_backends());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LongJobTest);

}  // namespace
}  // namespace vc7::drm::test
