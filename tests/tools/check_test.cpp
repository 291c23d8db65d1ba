// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run.hpp"

namespace vc7::test {
namespace {

const std::string cases = VC7_TESTS_DIR "/cases/verify/";

class CheckTool : public ::testing::Test {
 protected:
  std::string write(const std::string& content) {
    const auto path = std::filesystem::path{::testing::TempDir()} /
                      (std::string{"vc7_check_"} +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::ofstream{path, std::ios::binary} << content;
    return path.string();
  }
  static void expect(const Outcome& outcome, int exit_code, const std::string& part) {
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.text;
    EXPECT_NE(outcome.text.find(part), std::string::npos) << outcome.text;
  }
};

TEST_F(CheckTool, AcceptsAndRefuses) {
  expect(run_vc7("check " + cases + "R14_ok.txt"), 0, " 0 errors, 0 warnings");
  expect(run_vc7("check " + cases + "R14_bad.txt"), 1,
         "error: thrsw in one of the 3 slots of a branch [R14]");
  expect(run_vc7("check " + cases + "R40_bad.txt"), 0, " 0 errors");
  expect(run_vc7("check --four-way " + cases + "R40_bad.txt"), 1, "[R40]");
  expect(run_vc7("check " + cases + "R24_bad.txt"), 1, "error: recip in one of");
  expect(run_vc7("check --compat " + cases + "R24_bad.txt"), 0, "warning: recip in one of");
}

TEST_F(CheckTool, ShowsTheLine) {
  const auto file = write("# a program\n  0\n");
  expect(run_vc7("check " + file), 1, file + ":2:3: error: no instruction: op_mul is 0");
}

TEST_F(CheckTool, AssemblyText) {
  const auto good = write("nop ; nop ; thrsw\nnop ; nop ; thrsw\nnop\nnop\n"
                          "nop ; nop ; thrsw\nnop\nnop\n");
  expect(run_vc7("check " + good), 0, " 0 errors");
  const auto bad = write("start:\n  nop ; nop ; ldtmu.rf1\n  b start\n  nop\n  nop\n  nop\n");
  expect(run_vc7("check " + bad), 1, bad + ":2:3: error: ");
  expect(run_vc7("check " + write("nop\nfrob rf1\n")), 1, ":2:1: error: ");
}

TEST_F(CheckTool, MegabytesOfNothing) {
  const auto big = write("");
  std::filesystem::resize_file(big, 10'000'000);  // NUL bytes: words without an operation
  expect(run_vc7("check " + big), 1, big + ": 1250000 instructions, 1 errors, 0 warnings");
}

TEST_F(CheckTool, Json) {
  const auto outcome = run_vc7("check --json " + cases + "R38_bad.txt");
  EXPECT_EQ(outcome.exit_code, 1);
  const auto json = nlohmann::json::parse(outcome.text);
  EXPECT_EQ(json["errors"], true);
  EXPECT_EQ(json["findings"][0]["rule"], "R38");
  EXPECT_EQ(json["findings"][0]["instruction"], 2);
  EXPECT_EQ(json["longest_run"]["bounded"], true);
}

TEST_F(CheckTool, Rules) {
  expect(run_vc7("check --list-rules"), 0, "R14  error    error    no thrsw in the slots");
  expect(run_vc7("check --explain r16"), 0,
         "R16: thread switches three instructions apart\n"
         "strict: error, compat: warning\n");
  expect(run_vc7("check --explain R99"), 1, "there is no rule `R99`; the rules are R1 to R50");
}

TEST_F(CheckTool, DocumentIsCurrent) {
  std::ifstream file{VC7_TESTS_DIR "/../docs/verifier-rules.md"};
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(run_vc7("check --list-rules --markdown").text, text.str())
      << "run: vc7 check --list-rules --markdown >docs/verifier-rules.md";
}

TEST_F(CheckTool, WrongInput) {
  expect(run_vc7("check /nonexistent"), 1, "vc7: /nonexistent: cannot be read: No such file");
  expect(run_vc7("check " + write("")), 1, "error: the file has no words");
  expect(run_vc7("check " + write("0x38003186bb03f000\n0xnothing # x\n")), 1,
         ":2:1: error: `0xnothing` is no word: expected one word of 1 to 16 hexadecimal");
  expect(run_vc7("check " + write("0x00123456789abcdef\n")), 1, "a word has at most 16");
  expect(run_vc7("check " + write(std::string(9, '\0'))), 1,
         "the last word is cut off: 9 bytes are 1 words of 8 bytes");
  expect(run_vc7("check " + write(std::string(8, '\0'))), 1, "instruction 0 (.quad");
  expect(run_vc7("check --base 4 " + cases + "R14_ok.txt"), 1,
         "the base address is `4`; allowed are multiples of 8 below 2^32");
}

TEST_F(CheckTool, WrongUsage) {
  for (const auto* arguments : {"", "--list-rules x", "--trip-count x y", "--markdown x"})
    EXPECT_EQ(run_vc7(std::string{"check "} + arguments).exit_code, 2) << arguments;
}

}  // namespace
}  // namespace vc7::test
