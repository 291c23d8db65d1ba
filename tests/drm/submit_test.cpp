// SPDX-License-Identifier: MIT
//
// What SUBMIT_CSD accepts and refuses (v3d71 §14.3).
#include <gtest/gtest.h>

#include <cerrno>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

class SubmitTest : public NodeTest {
 protected:
  SubmitTest() {
    job.cfg = job_words(bo);
    job.bo_handles = {&bo, 1};
  }
  int error() { return node->submit_csd(job).error(); }

  const BoHandle bo = buffer();
  SubmitCsd job;
};

TEST_P(SubmitTest, RunsAJob) {
  EXPECT_EQ(error(), 0);
  EXPECT_TRUE(node->wait_bo(bo, wait_forever).ok());
}

TEST_P(SubmitTest, NeedsBuffers) {
  job.bo_handles = {};
  EXPECT_EQ(error(), EINVAL);
  const std::array<BoHandle, 2> unknown{bo, 4711};
  job.bo_handles = unknown;
  EXPECT_EQ(error(), ENOENT);
  const std::array<BoHandle, 2> twice{bo, bo};
  job.bo_handles = twice;
  EXPECT_EQ(error(), EALREADY);
}

TEST_P(SubmitTest, NeedsAKnownPerfmon) {
  job.perfmon_id = 99;
  EXPECT_EQ(error(), ENOENT);
}

TEST_P(SubmitTest, SignalsItsOutSync) {
  job.out_sync = node->syncobj_create().value();
  ASSERT_EQ(error(), 0);
  EXPECT_TRUE(node->syncobj_wait({&job.out_sync, 1}, wait_forever).ok());
  EXPECT_EQ(node->fence_status(job.out_sync).value(), (FenceStatus{true, 0}));
}

TEST_P(SubmitTest, TakesInSyncs) {
  job.in_sync = 4711;  // unknown: not waited for
  EXPECT_EQ(error(), 0);
  job.in_sync = node->syncobj_create().value();  // without fence
  EXPECT_EQ(error(), EINVAL);
  job.in_sync = node->syncobj_create(true).value();
  EXPECT_EQ(error(), 0);
  job.out_sync = job.in_sync;  // the fence of one job is waited for by the next
  EXPECT_EQ(error(), 0);
  EXPECT_EQ(error(), 0);
  EXPECT_TRUE(node->wait_bo(bo, wait_forever).ok());
}

TEST_P(SubmitTest, MultiSync) {
  const std::array<SyncobjHandle, 2> in{node->syncobj_create(true).value(),
                                        node->syncobj_create(true).value()};
  const std::array<SyncobjHandle, 2> out{node->syncobj_create().value(),
                                         node->syncobj_create().value()};
  job.multi_sync = MultiSync{.in_syncs = in, .out_syncs = out};
  job.out_sync = node->syncobj_create().value();  // ignored beside the extension
  ASSERT_EQ(error(), 0);
  EXPECT_TRUE(node->syncobj_wait(out, wait_forever).ok());
  EXPECT_EQ(node->fence_status(job.out_sync).error(), EINVAL);
}

TEST_P(SubmitTest, BadMultiSync) {
  const std::array<SyncobjHandle, 2> unknown{node->syncobj_create().value(), 4711};
  job.multi_sync = MultiSync{.in_syncs = {}, .out_syncs = unknown};
  EXPECT_EQ(error(), EINVAL);
  EXPECT_EQ(node->fence_status(unknown[0]).error(), EINVAL);  // a refused job changes nothing
  const auto empty = node->syncobj_create().value();
  job.multi_sync = MultiSync{.in_syncs = {&empty, 1}, .out_syncs = {}};
  EXPECT_EQ(error(), EINVAL);
}

VC7_ON_BACKENDS(SubmitTest, all_backends());

// Where §14.3 leaves open whether the kernel itself refuses (it does not look at the field in every
// version).
using StrictSubmitTest = SubmitTest;

TEST_P(StrictSubmitTest, UnknownOutSync) {
  job.out_sync = 4711;
  EXPECT_EQ(error(), EINVAL);
}

TEST_P(StrictSubmitTest, WaitStage) {
  const auto empty = node->syncobj_create().value();
  job.multi_sync = MultiSync{.in_syncs = {&empty, 1}, .out_syncs = {}};
  job.multi_sync->wait_stage = static_cast<Queue>(6);
  EXPECT_EQ(error(), EINVAL);
  job.multi_sync->wait_stage = Queue::render;  // of no concern to a compute job
  EXPECT_EQ(error(), 0);
}

VC7_ON_BACKENDS(StrictSubmitTest, controlled_backends());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StrictSubmitTest);

}  // namespace
}  // namespace vc7::drm::test
