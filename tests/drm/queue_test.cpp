// SPDX-License-Identifier: MIT
//
// The order, the lifetime and the end of jobs (v3d71 §14.5), with jobs that the test holds back.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

using namespace std::chrono_literals;
using QueueTest = NodeTest;

constexpr std::uint64_t ms = 1'000'000;

TEST_P(QueueTest, SubmissionDoesNotWait) {
  const auto bo = buffer();
  ASSERT_TRUE(submit(bo, held).ok());
  EXPECT_EQ(node->wait_bo(bo, 0).error(), ETIME);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(node->wait_bo(bo, 20 * ms).error(), ETIME);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
  jobs.open_gate();
  EXPECT_TRUE(node->wait_bo(bo, wait_forever).ok());
}

TEST_P(QueueTest, RunsInOrder) {
  const auto bo = buffer();
  ASSERT_TRUE(submit(bo, held, 0, 0).ok());
  for (std::uint32_t tag = 1; tag < 20; ++tag) ASSERT_TRUE(submit(bo, quick, 0, tag).ok());
  jobs.open_gate();
  ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  std::vector<std::uint32_t> expected(20);
  for (std::uint32_t tag = 0; tag < 20; ++tag) expected[tag] = tag;
  EXPECT_EQ(jobs.tags(), expected);
}

TEST_P(QueueTest, BuffersWaitForTheirOwnJobs) {
  const auto first = buffer();
  const auto second = buffer();
  ASSERT_TRUE(submit(first, quick).ok());
  ASSERT_TRUE(submit(second, held).ok());
  EXPECT_TRUE(node->wait_bo(first, wait_forever).ok());
  EXPECT_EQ(node->wait_bo(second, 0).error(), ETIME);
  jobs.open_gate();
}

TEST_P(QueueTest, SyncobjsFollowTheJob) {
  const auto bo = buffer();
  const auto out = node->syncobj_create(true).value();
  ASSERT_TRUE(submit(bo, held, out).ok());
  EXPECT_EQ(node->fence_status(out).value(), (FenceStatus{false, 0}));
  EXPECT_EQ(node->report(out), nullptr);
  EXPECT_EQ(node->syncobj_wait({&out, 1}, 0).error(), ETIME);
  EXPECT_EQ(node->syncobj_wait({&out, 1}, 2 * ms).error(), ETIME);
  jobs.open_gate();
  EXPECT_TRUE(node->syncobj_wait({&out, 1}, wait_forever).ok());
  EXPECT_EQ(node->fence_status(out).value(), (FenceStatus{true, 0}));
}

TEST_P(QueueTest, ABusyBufferSurvivesItsHandle) {
  const auto bo = node->create_bo(4096).value();
  const auto out = node->syncobj_create().value();
  ASSERT_TRUE(submit(bo.handle, held, out).ok());
  ASSERT_TRUE(node->gem_close(bo.handle).ok());
  EXPECT_NE(node->create_bo(4096).value().address, bo.address);
  jobs.open_gate();
  ASSERT_TRUE(node->syncobj_wait({&out, 1}, wait_forever).ok());
  // Free as soon as the fence says so.
  EXPECT_EQ(node->create_bo(4096).value().address, bo.address);
}

TEST_P(QueueTest, ClosingStopsWhatDoesNotEnd) {
  const auto bo = buffer();
  ASSERT_TRUE(submit(bo, held).ok());
  ASSERT_TRUE(submit(bo, quick, 0, 1).ok());
  jobs.wait_started(1);
  node.reset();
  const auto other = open();  // after the stopped job, what others submit still runs
  const auto mine = other->create_bo(4096).value().handle;
  SubmitCsd job;
  job.cfg = {quick, 2};
  job.bo_handles = {&mine, 1};
  ASSERT_TRUE(other->submit_csd(job).ok());
  ASSERT_TRUE(other->wait_bo(mine, wait_forever).ok());
  EXPECT_TRUE(eventually([&] { return jobs.stopped() == 1; }));
  EXPECT_EQ(jobs.tags(), (std::vector<std::uint32_t>{0, 2}));  // the queued job was dropped
}

TEST_P(QueueTest, ClosingLetsShortJobsFinish) {
  const auto bo = buffer();
  for (std::uint32_t tag = 0; tag < 5; ++tag) ASSERT_TRUE(submit(bo, quick, 0, tag).ok());
  node.reset();
  EXPECT_TRUE(eventually([&] { return jobs.tags().size() == 5; }));
  EXPECT_EQ(jobs.stopped(), 0);
}

TEST_P(QueueTest, FilesDoNotWaitForEachOthersClosing) {
  const auto other = open();
  const auto bo = buffer();
  const auto out = node->syncobj_create().value();
  ASSERT_TRUE(submit(bo, held, out).ok());
  const auto theirs = other->create_bo(4096).value().handle;
  SubmitCsd job;
  job.cfg = {quick, 1};
  job.bo_handles = {&theirs, 1};
  ASSERT_TRUE(other->submit_csd(job).ok());
  jobs.open_gate();
  ASSERT_TRUE(node->syncobj_wait({&out, 1}, wait_forever).ok());
  EXPECT_EQ(node->fence_status(out).value().error, 0);
  EXPECT_TRUE(other->wait_bo(theirs, wait_forever).ok());
}

VC7_ON_BACKENDS(QueueTest, controlled_backends());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(QueueTest);

// The device ends while somebody else still holds it: nothing to join twice, nothing to hang on.
TEST(SimulatedDeviceTest, EndsWithWorkQueued) {
  JobControl jobs;
  SimulatedOptions options;
  options.executor = jobs.executor();
  options.close_grace = 0ms;
  Mapping mapping;
  {
    const auto node = open_simulated(std::move(options));
    const auto bo = node->create_bo(4096).value().handle;
    mapping = node->map_bo(bo, 4096).value();
    SubmitCsd job;
    job.cfg = {held};
    job.bo_handles = {&bo, 1};
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(node->submit_csd(job).ok());
    jobs.wait_started(1);
  }
  EXPECT_TRUE(eventually([&] { return jobs.stopped() == 1; }));
  EXPECT_EQ(jobs.tags().size(), 1u);
  mapping.bytes()[0] = std::byte{1};  // the memory is still there
}

}  // namespace
}  // namespace vc7::drm::test
