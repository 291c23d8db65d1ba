// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run.hpp"
#include "support/folder.hpp"

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

// Programs find again what the model was given, whatever that was.
TEST(SelftestTiming, FindsTheParametersOfTheModel) {
  const Folder folder;
  folder.write("parameters",
               "branch_extra 3\nswitch_extra 2\nspecial_latency 3\nspecial_service 6\n"
               "rotate_service 5\ntmu_least_cycles 6\nl1_latency 30\nl2_latency 55\n"
               "dram_latency 306 # 30 % more\nstore_latency 25\natomic_cycles 2\n"
               "l1_bytes 4096\nl2_bytes 262144\nl2_line 128\ninstruction_cache_bytes 8192\n"
               "instruction_miss 260\nuniform_cache_bytes 4096\nuniform_miss 140\n"
               "dram_mbytes 7350\nbatch_launch 21\nbarrier_extra 9\n");
  for (const std::string& wanted : {std::string{"1"}, folder.path("parameters")}) {
    const auto outcome = run_vc7("selftest --timing --device sim", "VC7_SIM_TIMING=" + wanted);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
    EXPECT_TRUE(contains(outcome, "simulated: all cycles are modelled")) << outcome.text;
    EXPECT_TRUE(contains(outcome, wanted == "1" ? "dram_latency                 235.00 cycles"
                                                : "dram_latency                 306.00 cycles"))
        << outcome.text;
  }
}

// QPUs share the unit that rotates; a GPU whose QPUs do not would say so here.
TEST(SelftestTiming, ChecksWhoWaitsForRotations) {
  const auto outcome = run_vc7("selftest --timing --json --device sim");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  const auto json = nlohmann::json::parse(outcome.text.substr(outcome.text.find('{')));
  ASSERT_EQ(json["checks"].size(), 3u);
  const double wanted[] = {4, 8, 16};
  for (std::size_t n = 0; n < 3; ++n) {
    EXPECT_EQ(json["checks"][n]["expected"], wanted[n]);
    EXPECT_NEAR(json["checks"][n]["cycles"].get<double>(), wanted[n], 0.05 * wanted[n]);
  }
  const Folder folder;
  folder.write("found", R"({"device": "a GPU", "times": "measured", "findings": [], "checks": [
    {"what": "rot", "cycles": 16.0, "expected": 4.0, "agrees": false}]})");
  const auto told = run_shell(VC7_TESTS_DIR "/../scripts/calibrate " + folder.path("found"));
  EXPECT_TRUE(contains(told, "the model is wrong about: rot: 16.00 cycles, not the 4.00 that"))
      << told.text;
}

// What the microbenchmarks write goes back into the model.
TEST(SelftestTiming, CalibrationMakesAParameterFile) {
  const Folder folder;
  folder.write("given", "dram_latency 300\nrotate_service 6\n");
  ASSERT_EQ(run_vc7("selftest --timing --json --device sim >" + folder.path("found"),
                    "VC7_SIM_TIMING=" + folder.path("given"))
                .exit_code,
            0);
  const std::string calibrate = VC7_TESTS_DIR "/../scripts/calibrate ";
  const auto outcome = run_shell(calibrate + folder.path("found") + " " + folder.path("made"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_TRUE(contains(outcome, "device model of V3D 7.1.10 with 12 QPUs (simulated): modelled\n"))
      << outcome.text;
  EXPECT_TRUE(contains(outcome, "dram_latency                 300.00      235    +27.7 %\n"))
      << outcome.text;
  const std::string made = folder.read("made");
  EXPECT_NE(made.find("dram_latency             300\n"), std::string::npos) << made;
  EXPECT_NE(made.find("rotate_service           6\n"), std::string::npos) << made;
  const auto profiled = run_vc7("prof " VC7_TESTS_DIR "/../examples/jobs/grid.json --json "
                                "--parameter-file " +
                                folder.path("made"));
  EXPECT_TRUE(contains(profiled, "\"dram_latency\": 300,")) << profiled.text;

  folder.write("wrong", "{}");
  EXPECT_EQ(run_shell(calibrate + folder.path("wrong")).exit_code, 1);
  EXPECT_EQ(run_shell(calibrate).exit_code, 2);
}

TEST(SelftestTiming, WrongParameterFiles) {
  const Folder folder;
  folder.write("p", "dram_latency 9\nspeed 3\nl1_latency\nl2_latency x\nclock_mhz 900\n"
                    "  clock_mhz 901 # twice\n");
  const auto outcome =
      run_vc7("selftest --timing --device sim", "VC7_SIM_TIMING=" + folder.path("p"));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.text;
  for (const char* message :
       {"p:1:1: error: timing parameter dram_latency is 9; allowed is 220 to 400 cycles",
        "p:2:1: error: there is no timing parameter 'speed'; vc7 prof --parameters lists them",
        "p:3:1: error: a line is the name of a parameter and its value, as in 'dram_latency 250'",
        "p:4:12: error: 'x' is not a whole number of 0 or more",
        "p:6:3: error: clock_mhz is given twice"})
    EXPECT_TRUE(contains(outcome, message)) << outcome.text;
  EXPECT_TRUE(contains(run_vc7("selftest --timing --device sim", "VC7_SIM_TIMING=missing"),
                       "the file with timing parameters 'missing' cannot be read"));
  EXPECT_EQ(run_vc7("selftest --timing alu --device sim").exit_code, 2);
}

}  // namespace
}  // namespace vc7::test
