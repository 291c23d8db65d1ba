// SPDX-License-Identifier: MIT
//
// How the end of a job is told: waiting hides a failure (v3d71 §14.5), the fence's status does not.
#include <gtest/gtest.h>

#include <cerrno>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

using FenceTest = NodeTest;

TEST_P(FenceTest, AFaultIsInTheStatusOnly) {
  const auto bo = buffer();
  const auto out = node->syncobj_create().value();
  ASSERT_TRUE(submit(bo, faulting, out).ok());
  EXPECT_TRUE(node->wait_bo(bo, wait_forever).ok());
  EXPECT_TRUE(node->syncobj_wait({&out, 1}, wait_forever).ok());
  EXPECT_EQ(node->fence_status(out).value(), (FenceStatus{true, ECANCELED}));
}

TEST_P(FenceTest, CountersTellOfFaults) {
  const auto other = open();
  const auto bo = buffer();
  ASSERT_TRUE(submit(bo, quick).ok());
  ASSERT_TRUE(submit(bo, faulting).ok());
  ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  EXPECT_EQ(node->get_param(Param::global_reset_counter).value(), 1u);
  EXPECT_EQ(node->get_param(Param::context_reset_counter).value(), 1u);
  EXPECT_EQ(other->get_param(Param::global_reset_counter).value(), 1u);
  EXPECT_EQ(other->get_param(Param::context_reset_counter).value(), 0u);
}

TEST_P(FenceTest, JobsAfterAFaultRun) {
  const auto bo = buffer();
  const auto first = node->syncobj_create().value();
  const auto second = node->syncobj_create().value();
  ASSERT_TRUE(submit(bo, faulting, first).ok());
  ASSERT_TRUE(submit(bo, quick, second).ok());
  ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  EXPECT_EQ(node->fence_status(first).value().error, ECANCELED);
  EXPECT_EQ(node->fence_status(second).value().error, 0);
}

TEST_P(FenceTest, StatusLeavesNoDescriptors) {
  const auto done = node->syncobj_create(true).value();
  const auto before = open_descriptors();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(node->fence_status(done).ok());
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= before; }));
}

VC7_ON_BACKENDS(FenceTest, controlled_backends());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FenceTest);

class ReportTest : public testing::Test {
 protected:
  std::shared_ptr<const sim::JobResult> run(JobKind kind) {
    const auto bo = node->create_bo(4096).value().handle;
    const auto out = node->syncobj_create().value();
    SubmitCsd job;
    job.cfg = {kind};
    job.bo_handles = {&bo, 1};
    job.out_sync = out;
    EXPECT_TRUE(node->submit_csd(job).ok());
    EXPECT_TRUE(node->syncobj_wait({&out, 1}, wait_forever).ok());
    status = node->fence_status(out).value();
    return node->report(out);
  }

  JobControl jobs;
  std::unique_ptr<Node> node = open_simulated({.machine = {}, .executor = jobs.executor()});
  FenceStatus status;
};

TEST_F(ReportTest, OfAGoodJob) {
  const auto report = run(quick);
  ASSERT_NE(report, nullptr);
  EXPECT_FALSE(report->fault);
  EXPECT_EQ(report->batches, 1u);
}

TEST_F(ReportTest, OfAFault) {
  const auto report = run(faulting);
  ASSERT_NE(report, nullptr);
  ASSERT_TRUE(report->fault);
  EXPECT_EQ(report->fault->kind, sim::FaultKind::memory);
  EXPECT_EQ(report->fault->address, 0x1234000u);
}

TEST_F(ReportTest, OfABrokenModel) {
  const auto report = run(throwing);
  ASSERT_NE(report, nullptr);
  ASSERT_TRUE(report->fault);
  EXPECT_EQ(report->fault->message, "the device model failed: out of order");
  EXPECT_EQ(status, (FenceStatus{true, ECANCELED}));
}

}  // namespace
}  // namespace vc7::drm::test
