// SPDX-License-Identifier: MIT
//
// Performance monitors (v3d71 §14.3, §14.7).
#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <string>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

class PerfmonTest : public NodeTest {
 protected:
  int count(PerfmonId perfmon, Node& on, BoHandle bo) {
    SubmitCsd job;
    job.cfg = job_words(bo);
    job.bo_handles = {&bo, 1};
    job.perfmon_id = perfmon;
    const auto submitted = on.submit_csd(job);
    if (submitted) {
      EXPECT_TRUE(on.wait_bo(bo, wait_forever).ok());
    }
    return submitted.error();
  }
  std::vector<std::uint64_t> values(PerfmonId perfmon) {
    return node->perfmon_values(perfmon).value();
  }

  const std::vector<Counter> two{Counter::pse_memory_reads, Counter::qpu_active};
};

TEST_P(PerfmonTest, CountsItsJobs) {
  const auto bo = buffer();
  const auto a = node->perfmon_create(two).value(), b = node->perfmon_create(two).value();
  EXPECT_NE(a, b);
  EXPECT_EQ(values(a), (std::vector<std::uint64_t>{0, 0}));
  ASSERT_EQ(count(a, *node, bo), 0);
  const auto once = values(a)[1];
  EXPECT_GT(once, 0u);
  ASSERT_EQ(count(a, *node, bo), 0);
  ASSERT_EQ(count(0, *node, bo), 0);
  EXPECT_EQ(values(a), (std::vector<std::uint64_t>{0, 2 * once}));
  EXPECT_EQ(values(b)[1], 0u);
}

TEST_P(PerfmonTest, ChecksItsCounters) {
  EXPECT_EQ(node->perfmon_create({}).error(), EINVAL);
  EXPECT_EQ(node->perfmon_create(std::vector<Counter>(33)).error(), EINVAL);
  EXPECT_TRUE(node->perfmon_create(std::vector<Counter>(32)).ok());
  for (const auto last : {92, 93, 255}) {
    const auto counter = static_cast<Counter>(last);
    EXPECT_EQ(node->perfmon_create({&counter, 1}).error(), last == 92 ? 0 : EINVAL) << last;
  }
}

TEST_P(PerfmonTest, EndsOnce) {
  const auto perfmon = node->perfmon_create(two).value();
  EXPECT_TRUE(node->perfmon_destroy(perfmon).ok());
  EXPECT_EQ(node->perfmon_destroy(perfmon).error(), EINVAL);
  EXPECT_EQ(node->perfmon_values(perfmon).error(), EINVAL);
  EXPECT_EQ(node->perfmon_values(0).error(), EINVAL);
  EXPECT_EQ(count(perfmon, *node, buffer()), ENOENT);
}

TEST_P(PerfmonTest, BelongsToItsFile) {
  const auto perfmon = node->perfmon_create(two).value();
  const auto other = open();
  EXPECT_EQ(other->perfmon_values(perfmon).error(), EINVAL);
}

TEST_P(PerfmonTest, CanCountEverybody) {
  const auto perfmon = node->perfmon_create(two).value(), own = node->perfmon_create(two).value();
  EXPECT_EQ(node->perfmon_set_global(perfmon, true).error(), EINVAL);
  EXPECT_EQ(node->perfmon_set_global(4711).error(), EINVAL);
  ASSERT_TRUE(node->perfmon_set_global(perfmon).ok());
  EXPECT_EQ(node->perfmon_set_global(own).error(), EBUSY);
  const auto bo = buffer();
  EXPECT_EQ(count(own, *node, bo), EAGAIN);
  ASSERT_EQ(count(0, *node, bo), 0);
  const auto once = values(perfmon)[1];
  EXPECT_GT(once, 0u);
  const auto other = open();
  node.swap(const_cast<std::unique_ptr<Node>&>(other));
  const auto foreign = buffer();
  ASSERT_EQ(count(0, *node, foreign), 0);
  node.swap(const_cast<std::unique_ptr<Node>&>(other));
  EXPECT_EQ(values(perfmon)[1], 2 * once);
  EXPECT_TRUE(node->perfmon_set_global(perfmon, true).ok());
  ASSERT_EQ(count(0, *node, bo), 0);
  EXPECT_EQ(values(perfmon)[1], 2 * once);
  EXPECT_EQ(count(own, *node, bo), 0);
  EXPECT_EQ(values(own)[1], once);
}

TEST_P(PerfmonTest, TellsAboutCounters) {
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const auto text = node->perfmon_counter(static_cast<Counter>(i));
    ASSERT_TRUE(text.ok()) << i;
    EXPECT_EQ(text.value().name, counters[i].name);
    EXPECT_EQ(text.value().category, counters[i].category);
    if (GetParam() != Backend::kernel) {
      EXPECT_EQ(text.value().description, counters[i].description);
    }
  }
  EXPECT_EQ(node->perfmon_counter(static_cast<Counter>(93)).error(), EINVAL);
}

VC7_ON_BACKENDS(PerfmonTest, all_backends());

TEST(Counters, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names, descriptions;
  for (const auto& counter : counters) {
    EXPECT_TRUE(names.insert(counter.name).second) << counter.name;
    EXPECT_TRUE(descriptions.insert(counter.description).second) << counter.description;
    EXPECT_LT(counter.name.size(), 64u);
    EXPECT_LT(counter.category.size(), 32u);
  }
  EXPECT_EQ(find_counter("QPU-active"), Counter::qpu_active);
  EXPECT_EQ(static_cast<int>(Counter::qpu_active), 83);  // v3d71 §14.7
  EXPECT_EQ(static_cast<int>(Counter::l2t_memory_reads), 67);
  EXPECT_FALSE(find_counter("QPU-Active"));
}

}  // namespace
}  // namespace vc7::drm::test
