// SPDX-License-Identifier: MIT
//
// GET_PARAM (v3d71 §14.6) and what a node says of itself.
#include <gtest/gtest.h>

#include <cerrno>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

using ParamTest = NodeTest;

TEST_P(ParamTest, ReadsZeroToEight) {
  for (std::uint32_t param = 0; param <= 8; ++param)
    EXPECT_TRUE(node->get_param(static_cast<Param>(param)).ok()) << param;
  EXPECT_EQ(node->get_param(Param::core0_ident0).value() >> 24, 7u);
  EXPECT_EQ(node->get_param(Param::supports_csd).value(), 1u);
}

TEST_P(ParamTest, RefusesUnknownOnes) {
  EXPECT_EQ(node->get_param(static_cast<Param>(1000)).error(), EINVAL);
  EXPECT_EQ(node->get_param(static_cast<Param>(0xffffffff)).error(), EINVAL);
}

VC7_ON_BACKENDS(ParamTest, all_backends());

TEST(SimulatedParamTest, AreThoseOfTheChip) {
  for (const auto& chip : sim::topologies) {
    JobControl jobs;
    SimulatedOptions options;
    options.machine.topology = chip;
    options.executor = jobs.executor();
    const auto node = open_simulated(std::move(options));
    const auto value = [&](Param param) { return node->get_param(param).value(); };
    EXPECT_EQ(value(Param::uifcfg), chip.uifcfg);
    EXPECT_EQ(value(Param::hub_ident1), chip.hub_ident1);
    EXPECT_EQ(value(Param::hub_ident2), chip.hub_ident2);
    EXPECT_EQ(value(Param::hub_ident3), chip.hub_ident3);
    EXPECT_EQ(value(Param::core0_ident0), chip.core0_ident0);
    EXPECT_EQ(value(Param::core0_ident1), chip.core0_ident1);
    EXPECT_EQ(value(Param::core0_ident2), chip.core0_ident2);
    EXPECT_EQ(value(Param::supports_tfu), 1u);
    EXPECT_EQ(value(Param::supports_cache_flush), 1u);
    EXPECT_EQ(value(Param::supports_multisync_ext), 1u);
    EXPECT_EQ(value(Param::max_perf_counters), 93u);
    EXPECT_EQ(value(Param::global_reset_counter), 0u);
  }
}

TEST(SimulatedParamTest, DescribesItself) {
  JobControl jobs;
  const auto node = open_simulated({.machine = {}, .executor = jobs.executor()});
  EXPECT_EQ(node->description(), "device model of V3D 7.1.10 with 12 QPUs (simulated)");
  EXPECT_TRUE(node->simulated());
}

}  // namespace
}  // namespace vc7::drm::test
