// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run.hpp"

namespace vc7::test {
namespace {

bool contains(const Outcome& outcome, const std::string& part) {
  return outcome.text.find(part) != std::string::npos;
}

TEST(InfoTool, TellsOfTheModel) {
  const auto outcome = run_vc7("info", "VC7_DEVICE=sim:7.1.7");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(contains(outcome, "device model of V3D 7.1.7 with 16 QPUs (simulated)"))
      << outcome.text;
  EXPECT_TRUE(contains(outcome, "threads    32 with 64 registers, or 64 with 32")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "core0_ident1           0x81001441")) << outcome.text;
}

TEST(InfoTool, Json) {
  const auto outcome = run_vc7("info --json --device sim:7.1.10", "VC7_DEVICE=nonsense");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  const auto json = nlohmann::json::parse(outcome.text);
  EXPECT_EQ(json["version"], "7.1.10");
  EXPECT_EQ(json["simulated"], true);
  EXPECT_EQ(json["qpus"], 12);
  EXPECT_EQ(json["clock_hz"], nullptr);
  EXPECT_EQ(json["kernel_parameters"]["core0_ident0"], 0x07443356);
  EXPECT_TRUE(json["drm_nodes"].is_array());
  EXPECT_TRUE(json["host"]["vector_isa"].is_string());
}

TEST(InfoTool, WrongInput) {
  const auto outcome = run_vc7("info", "VC7_DEVICE=nonsense");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(contains(outcome, "vc7: VC7_DEVICE is \"nonsense\", allowed are drm, sim"))
      << outcome.text;
  EXPECT_EQ(run_vc7("info --device /dev/null").exit_code, 1);
}

TEST(MainTool, Usage) {
  for (const auto* arguments : {"", "nonsense", "info --nonsense", "info --device"})
    EXPECT_EQ(run_vc7(arguments).exit_code, 2) << arguments;
  EXPECT_TRUE(contains(run_vc7("nonsense"), "vc7: there is no subcommand `nonsense`; there are: "));
  EXPECT_TRUE(contains(run_vc7(""), "Usage: "));
}

TEST(MainTool, HelpAndVersion) {
  for (const auto* arguments : {"--help", "info --help"}) {
    const auto outcome = run_vc7(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << arguments;
    EXPECT_TRUE(contains(outcome, "info")) << outcome.text;
  }
  const auto version = run_vc7("--version");
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.text.rfind("vc7 ", 0), 0u) << version.text;
}

}  // namespace
}  // namespace vc7::test
