// SPDX-License-Identifier: MIT
//
// Performance monitors (v3d71 §14.3, §14.7).
#include <gtest/gtest.h>

#include <cerrno>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

using Numbers = std::vector<std::uint8_t>;
using Values = std::vector<std::uint64_t>;

constexpr std::uint8_t cycles = 0, qpu_active = 83;

class PerfmonTest : public NodeTest {
 protected:
  int submit_with(BoHandle bo, PerfmonId perfmon) {
    SubmitCsd job;
    job.cfg = job_words(bo);
    job.bo_handles = {&bo, 1};
    job.perfmon_id = perfmon;
    return node->submit_csd(job).error();
  }
};

TEST_P(PerfmonTest, ChecksTheCounters) {
  EXPECT_EQ(node->get_param(Param::supports_perfmon).value(), 1u);
  EXPECT_EQ(node->perfmon_create({}).error(), EINVAL);
  EXPECT_EQ(node->perfmon_create(Numbers(33)).error(), EINVAL);
  EXPECT_TRUE(node->perfmon_create(Numbers(32)).ok());
  EXPECT_EQ(node->perfmon_create(Numbers{1, 255}).error(), EINVAL);
  EXPECT_TRUE(node->perfmon_create(Numbers{92}).ok());
  EXPECT_EQ(node->perfmon_create(Numbers{93}).error(), EINVAL);
}

TEST_P(PerfmonTest, UnknownIds) {
  EXPECT_EQ(node->perfmon_destroy(0).error(), EINVAL);
  EXPECT_EQ(node->perfmon_destroy(7).error(), EINVAL);
  EXPECT_EQ(node->perfmon_get_values(7).error(), EINVAL);
  EXPECT_EQ(submit_with(buffer(), 7), ENOENT);
  // They belong to their file.
  const auto mine = node->perfmon_create(Numbers{0}).value();
  const auto other = open();
  EXPECT_EQ(other->perfmon_get_values(mine).error(), EINVAL);
  EXPECT_TRUE(node->perfmon_destroy(mine).ok());
  EXPECT_EQ(node->perfmon_destroy(mine).error(), EINVAL);
}

TEST_P(PerfmonTest, AddsUpItsJobs) {
  const auto bo = buffer();
  const auto perfmon = node->perfmon_create(Numbers{cycles, qpu_active, qpu_active}).value();
  EXPECT_EQ(node->perfmon_get_values(perfmon).value(), Values(3));
  ASSERT_EQ(submit_with(bo, perfmon), 0);
  ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  const auto once = node->perfmon_get_values(perfmon).value();
  ASSERT_EQ(once.size(), 3u);
  EXPECT_GT(once[1], 0u);
  EXPECT_EQ(once[1], once[2]);
  ASSERT_EQ(submit_with(bo, 0), 0);  // not this one
  ASSERT_EQ(submit_with(bo, perfmon), 0);
  ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  EXPECT_EQ(node->perfmon_get_values(perfmon).value()[1], 2 * once[1]);
}

VC7_ON_BACKENDS(PerfmonTest, all_backends());

// What older kernels have not got, or what needs jobs of the test.
class NewPerfmonTest : public PerfmonTest {};

TEST_P(NewPerfmonTest, RegistersHave32Bits) {
  const auto bo = buffer();
  const auto perfmon = node->perfmon_create(Numbers{1, 2}).value();
  for (int i = 0; i < 3; ++i) ASSERT_EQ(submit_with(bo, perfmon), 0);
  ASSERT_TRUE(node->wait_bo(bo, wait_forever).ok());
  // JobControl: counter 1 counts 0x1'8000'0000, counter 2 counts 1000.
  EXPECT_EQ(node->perfmon_get_values(perfmon).value(), (Values{0x1'8000'0000, 3000}));
}

TEST_P(NewPerfmonTest, OutlivesItsIdInAJob) {
  const auto bo = buffer();
  ASSERT_TRUE(submit(bo, held).ok());
  const auto perfmon = node->perfmon_create(Numbers{cycles}).value();
  ASSERT_EQ(submit_with(bo, perfmon), 0);
  EXPECT_TRUE(node->perfmon_destroy(perfmon).ok());
  jobs.open_gate();
  EXPECT_TRUE(node->wait_bo(bo, wait_forever).ok());
}

TEST_P(NewPerfmonTest, TellsItsCounters) {
  const auto counter = node->perfmon_get_counter(38).value();
  EXPECT_EQ(counter.name, "L2T-stalls-wrightback");  // the kernel's spelling
  EXPECT_EQ(counter.category, "L2T");
  EXPECT_FALSE(counter.text.empty());
  EXPECT_EQ(node->perfmon_get_counter(93).error(), EINVAL);
}

TEST_P(NewPerfmonTest, GlobalOnesCountAllFiles) {
  const auto other = open();
  const auto mine = node->perfmon_create(Numbers{2}).value();
  const auto theirs = other->perfmon_create(Numbers{2}).value();
  EXPECT_EQ(node->perfmon_set_global(99).error(), EINVAL);
  EXPECT_EQ(node->perfmon_set_global(mine, true).error(), EINVAL);  // there is none
  ASSERT_TRUE(node->perfmon_set_global(mine).ok());
  EXPECT_EQ(other->perfmon_set_global(theirs).error(), EBUSY);
  const auto bo = other->create_bo(4096).value().handle;
  SubmitCsd job;
  job.bo_handles = {&bo, 1};
  job.perfmon_id = theirs;
  EXPECT_EQ(other->submit_csd(job).error(), EAGAIN);
  job.perfmon_id = 0;
  ASSERT_TRUE(other->submit_csd(job).ok());
  ASSERT_TRUE(other->wait_bo(bo, wait_forever).ok());
  EXPECT_EQ(node->perfmon_get_values(mine).value(), Values{1000});
  ASSERT_TRUE(node->perfmon_set_global(mine, true).ok());
  job.perfmon_id = theirs;
  EXPECT_TRUE(other->submit_csd(job).ok());
}

TEST_P(NewPerfmonTest, GlobalOnesEndWithTheirIdAndFile) {
  const auto mine = node->perfmon_create(Numbers{2}).value();
  ASSERT_TRUE(node->perfmon_set_global(mine).ok());
  ASSERT_TRUE(node->perfmon_destroy(mine).ok());
  {
    const auto other = open();
    const auto theirs = other->perfmon_create(Numbers{2}).value();
    ASSERT_TRUE(other->perfmon_set_global(theirs).ok());
  }
  const auto again = node->perfmon_create(Numbers{2}).value();
  bool set = false;
  EXPECT_TRUE(eventually([&] { return set = set || node->perfmon_set_global(again).ok(); }));
}

VC7_ON_BACKENDS(NewPerfmonTest, controlled_backends());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NewPerfmonTest);

}  // namespace
}  // namespace vc7::drm::test
