// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run.hpp"

namespace vc7::test {
namespace {

bool contains(const Outcome& outcome, const std::string& part) {
  return outcome.text.find(part) != std::string::npos;
}

TEST(SelftestTool, SaysWhatAgreesAndThatItIsSimulated) {
  const auto outcome =
      run_vc7("selftest lanes.rep uniforms.stale --seed 5", "VC7_DEVICE=sim:7.1.7");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_TRUE(contains(outcome, "device: device model of V3D 7.1.7 with 16 QPUs (simulated)\n"
                                "simulated: what agrees here agrees with the device model, not "
                                "with a GPU\nseed: 5\n"))
      << outcome.text;
  EXPECT_TRUE(contains(outcome, "[HW test_regs_rep]")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "2 behaviours, 416 cases: 2 agree, 0 differ (simulated)"))
      << outcome.text;
}

TEST(SelftestTool, FilterIsAGroupOrABeginning) {
  const auto group = run_vc7("selftest --list signals");
  EXPECT_EQ(group.exit_code, 0);
  EXPECT_TRUE(contains(group, "signals.thrsw_distance_2")) << group.text;
  EXPECT_FALSE(contains(group, "alu.add.fadd")) << group.text;
  const auto beginning = run_vc7("selftest --list alu.add.f");
  EXPECT_TRUE(contains(beginning, "alu.add.fadd")) << beginning.text;
  EXPECT_FALSE(contains(beginning, "alu.add.shl")) << beginning.text;
}

TEST(SelftestTool, JsonSaysWhatIsProven) {
  const auto outcome = run_vc7("selftest --json lanes.msf lanes.quad", "VC7_DEVICE=sim");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  const auto json = nlohmann::json::parse(outcome.text);
  EXPECT_EQ(json["simulated"], true);
  EXPECT_EQ(json["version"], "7.1.10");
  ASSERT_EQ(json["behaviours"].size(), 2u);
  EXPECT_EQ(json["behaviours"][0]["name"], "lanes.quad");
  EXPECT_EQ(json["behaviours"][0]["proven"], true);
  EXPECT_EQ(json["behaviours"][0]["agrees"], true);
  EXPECT_EQ(json["behaviours"][1]["proven"], false);
  EXPECT_FALSE(json["behaviours"][1].contains("seed"));
}

TEST(SelftestTool, SameSeedSameCases) {
  const auto first = run_vc7("selftest flags workgroups --seed 77", "VC7_DEVICE=sim");
  EXPECT_EQ(first.text, run_vc7("selftest flags workgroups --seed 77", "VC7_DEVICE=sim").text);
}

// What is said after a difference runs that behaviour alone.
TEST(SelftestTool, WholeNameIsNoBeginning) {
  const auto outcome = run_vc7("selftest --list tmu.configuration");
  EXPECT_EQ(outcome.text.find("tmu.configuration_queue"), std::string::npos) << outcome.text;
  EXPECT_TRUE(contains(outcome, "[HW test_tmu_lookup_config]")) << outcome.text;
}

// A job that does not come to its end is a difference, and the others are run all the same.
TEST(SelftestTool, FailedJobDiffersAndTheRunGoesOn) {
  const auto outcome = run_vc7("selftest branches.loop tmu.configuration",
                               "VC7_DEVICE=sim VC7_SIM=oracle VC7_SIM_BUDGET=8");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(contains(outcome, "DIFFERS\n    the job failed: instruction budget: more than 8 "
                                "instructions in one batch"))
      << outcome.text;
  EXPECT_TRUE(contains(outcome, "again with: vc7 selftest branches.loop --seed 1")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "8  agrees")) << outcome.text;
  EXPECT_TRUE(contains(outcome,
                       "2 behaviours, 8 cases: 1 agree, 1 differ; shown on hardware before: 1 of "
                       "these (simulated)"))
      << outcome.text;
}

TEST(SelftestTool, FailFastStopsThere) {
  const auto outcome = run_vc7("selftest branches.loop tmu.configuration --fail-fast",
                               "VC7_DEVICE=sim VC7_SIM=oracle VC7_SIM_BUDGET=8");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(contains(outcome, "1 behaviours, 0 cases: 0 agree, 1 differ")) << outcome.text;
}

TEST(SelftestTool, WrongInput) {
  const auto filter = run_vc7("selftest nonsense", "VC7_DEVICE=sim");
  EXPECT_EQ(filter.exit_code, 1);
  EXPECT_TRUE(contains(filter,
                       "vc7: selftest: no behaviour begins with \"nonsense\"; there are the "
                       "groups assembler, alu, exact, lanes, "))
      << filter.text;
  EXPECT_EQ(run_vc7("selftest --device /dev/null lanes.rep").exit_code, 1);
  for (const auto* arguments :
       {"selftest --repeat 0", "selftest --repeat x", "selftest --seed -1", "selftest --nonsense"})
    EXPECT_EQ(run_vc7(arguments).exit_code, 2) << arguments;
}

#ifdef VC7_MUTANT
// What a difference looks like: an oracle that adds wrongly.
TEST(SelftestTool, DifferenceIsShownWithItsInputs) {
  const std::string environment =
      "VC7_DEVICE=sim VC7_SIM=oracle VC7_MUTATE=add.vsub LD_PRELOAD=" VC7_MUTANT;
  const auto outcome = run_vc7("selftest alu.add.vsub alu.add.vadd", environment);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(contains(outcome, "    vsub rf15, rf10, rf11, lane 0: rf10 = 0x")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "\n      expected 0x")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "\n      found    0x")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "624 of 624 cases differ; again with: vc7 selftest alu.add.vsub "
                                "--seed 1"))
      << outcome.text;
  EXPECT_TRUE(contains(outcome, "2 behaviours, 1248 cases: 1 agree, 1 differ; shown on hardware "
                                "before: 1 of these (simulated)"))
      << outcome.text;
}

TEST(SelftestTool, UnknownMistakeIsRefused) {
  const auto outcome =
      run_vc7("selftest", "VC7_DEVICE=sim VC7_MUTATE=nonsense LD_PRELOAD=" VC7_MUTANT);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_TRUE(contains(outcome, "VC7_MUTATE is \"nonsense\", see VC7_MUTATE=list")) << outcome.text;
}
#endif

}  // namespace
}  // namespace vc7::test
