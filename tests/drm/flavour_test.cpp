// SPDX-License-Identifier: MIT
//
// The kernels that the model can be like.
#include <vc7/drm/kernel_flavour.hpp>

#include <gtest/gtest.h>

#include <cerrno>

#include "job_control.hpp"

namespace vc7::drm::test {
namespace {

class FlavourTest : public testing::Test {
 protected:
  std::unique_ptr<Node> like(std::string_view name) {
    return open_simulated(
        {.executor = jobs.executor(), .kernel = find_kernel_flavour(name).value()});
  }
  JobControl jobs;
};

TEST_F(FlavourTest, Names) {
  EXPECT_FALSE(find_kernel_flavour("6"));
  EXPECT_FALSE(find_kernel_flavour(""));
  EXPECT_EQ(SimulatedOptions{}.kernel.name, "newest");
}

TEST_F(FlavourTest, AnOldKernel) {
  const auto node = like("6.6");
  for (const auto unknown : {Param::supports_cpu_queue, Param::max_perf_counters,
                             Param::global_reset_counter, Param::context_reset_counter})
    EXPECT_EQ(node->get_param(unknown).error(), EINVAL);
  EXPECT_EQ(node->get_param(Param::supports_perfmon).value(), 1u);
  const std::vector<std::uint8_t> last{86}, beyond{87};
  const auto perfmon = node->perfmon_create(last);
  EXPECT_TRUE(perfmon.ok());
  EXPECT_EQ(node->perfmon_create(beyond).error(), EINVAL);
  EXPECT_EQ(node->perfmon_get_counter(0).error(), EINVAL);
  EXPECT_EQ(node->perfmon_set_global(perfmon.value()).error(), EINVAL);
}

TEST_F(FlavourTest, ANewerKernel) {
  const auto node = like("6.12");
  EXPECT_TRUE(node->get_param(Param::supports_cpu_queue).ok());
  EXPECT_EQ(node->get_param(Param::max_perf_counters).value(), 93u);
  EXPECT_TRUE(node->perfmon_get_counter(92).ok());
  const std::vector<std::uint8_t> last{92};
  const auto perfmon = node->perfmon_create(last).value();
  EXPECT_EQ(node->perfmon_set_global(perfmon).error(), EINVAL);
  EXPECT_EQ(node->get_param(Param::global_reset_counter).error(), EINVAL);
}

TEST_F(FlavourTest, WithoutTimelines) {
  for (const auto* const name : {"6.6", "6.12"}) {
    const auto node = like(name);
    EXPECT_EQ(node->get_cap(0x14).value(), 0u);
    const auto syncobj = node->syncobj_create(true).value();
    const std::uint64_t point = 1;
    EXPECT_EQ(node->syncobj_query({&syncobj, 1}).error(), EOPNOTSUPP);
    EXPECT_EQ(node->syncobj_timeline_signal({&syncobj, 1}, {&point, 1}).error(), EOPNOTSUPP);
    EXPECT_EQ(node->syncobj_timeline_wait({&syncobj, 1}, {&point, 1}, 0).error(), EOPNOTSUPP);
    EXPECT_EQ(node->syncobj_transfer({syncobj, 0}, {syncobj, 1}).error(), EOPNOTSUPP);
  }
}

TEST_F(FlavourTest, WithoutPerfmons) {
  const auto node = open_simulated({.executor = jobs.executor(), .kernel = {.perfmon = false}});
  EXPECT_EQ(node->get_param(Param::supports_perfmon).value(), 0u);
  const std::vector<std::uint8_t> one{0};
  EXPECT_EQ(node->perfmon_create(one).error(), EINVAL);
}

}  // namespace
}  // namespace vc7::drm::test
