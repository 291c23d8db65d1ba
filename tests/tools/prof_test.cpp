// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "run.hpp"
#include "support/folder.hpp"

namespace vc7::test {
namespace {

using Json = nlohmann::json;

const std::string jobs = VC7_TESTS_DIR "/../examples/jobs/";

bool contains(const Outcome& outcome, const std::string& part) {
  return outcome.text.find(part) != std::string::npos;
}

TEST(ProfTool, SaysThatItIsSimulated) {
  const auto outcome = run_vc7("prof " + jobs + "grid.json");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_EQ(outcome.text.find("simulated: V3D 7.1.10 with 12 QPUs at 960 MHz; times are modelled, "
                              "not measured\n"),
            0u)
      << outcome.text;
  EXPECT_TRUE(contains(outcome, "batches         4, instructions 80\n")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "scale.hex:15: tmuwt -")) << outcome.text;
}

TEST(ProfTool, JsonAddsUp) {
  const auto outcome = run_vc7("prof " + jobs + "basic.json --json --chip 7.1.7");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  const auto json = Json::parse(outcome.text);
  EXPECT_EQ(json["simulated"], true);
  EXPECT_EQ(json["chip"], "7.1.7");
  std::uint64_t spent = json["issue_cycles"], executed = 0;
  for (const auto& cycles : json["stall_cycles"]) spent += cycles.get<std::uint64_t>();
  EXPECT_EQ(spent, 16 * json["modelled_cycles"].get<std::uint64_t>());
  for (const auto& instruction : json["per_instruction"])
    executed += instruction["executed"].get<std::uint64_t>();
  EXPECT_EQ(executed, json["instructions"]);
  EXPECT_EQ(json["parameters"]["clock_mhz"], 960);
}

/// Instructions that one line of a source has made, several of them, are one line of the list.
TEST(ProfTool, HottestLinesAreThoseOfTheSource) {
  const Folder folder;
  folder.write("job.json", R"({"memory": [{"name": "x", "address": "0x1000", "size": 4096}],
    "code": {"address": "0x1000", "file": "code.hex"}, "cfg": [65536, 65536, 65536, 16, 1, "0x1000", 0]})");
  const std::string nop = "38000000bb03f000  # nop  # ";
  std::string code;
  for (const char* where : {"a.cpp:1", "b.cpp:2", "b.cpp:2", "b.cpp:2", "a.cpp:3"})
    code += nop + where + "\n";
  const std::string thrsw = "38200000bb03f000  # nop ; thrsw  # ";
  for (const auto& word : {thrsw, thrsw, nop, nop, thrsw, nop, nop}) code += word + "end.cpp:9\n";
  folder.write("code.hex", code);
  const auto outcome = run_vc7("prof --json " + folder.path("job.json"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  const auto json = Json::parse(outcome.text);
  std::map<std::string, int> lines;
  std::uint64_t cycles = 0;
  for (const auto& line : json["hottest_lines"]) {
    lines[line["place"]] = line["instructions"];
    cycles += line["cycles"].get<std::uint64_t>();
  }
  EXPECT_EQ(lines, (std::map<std::string, int>{
                       {"a.cpp:1", 1}, {"b.cpp:2", 3}, {"a.cpp:3", 1}, {"end.cpp:9", 7}}));
  std::uint64_t all = 0;
  for (const auto& instruction : json["per_instruction"])
    all += instruction["cycles"].get<std::uint64_t>();
  EXPECT_EQ(cycles, all);
  EXPECT_TRUE(contains(run_vc7("prof " + folder.path("job.json")), ", and 2 more\n"));
}

TEST(ProfTool, AnnotatesEachInstruction) {
  const auto outcome = run_vc7("prof " + jobs + "grid.json --annotate");
  EXPECT_TRUE(contains(outcome, "         4      4.0                0x00004050 ")) << outcome.text;
}

TEST(ProfTool, TracesBatches) {
  const Folder folder;
  const auto path = folder.path("trace.json");
  EXPECT_EQ(run_vc7("prof " + jobs + "grid.json --chrome-trace " + path).exit_code, 0);
  const auto json = Json::parse(folder.read("trace.json"));
  int batches = 0;
  for (const auto& event : json["traceEvents"])
    batches += event["name"].get<std::string>().starts_with("batch ");
  EXPECT_EQ(batches, 4);
  EXPECT_EQ(json["otherData"]["simulated"], true);
}

TEST(ProfTool, TracesWhatThreadsDo) {
  const Folder folder;
  EXPECT_EQ(run_vc7("prof " + jobs + "row_sums.json --chrome-trace " + folder.path("t")).exit_code,
            0);
  const auto json = Json::parse(folder.read("t"));
  std::map<std::string, std::uint64_t> cycles, counted;
  for (const auto& event : json["traceEvents"]) {
    if (event["ph"] == "X") cycles[event["name"]] += event["dur"].get<std::uint64_t>();
    if (event["ph"] == "C")
      for (const auto& [name, value] : event["args"].items())
        counted[name] += value.get<std::uint64_t>();
  }
  // As the tutorial says: 12 QPUs for 206013 cycles.
  std::uint64_t all = 0;
  for (const auto& [name, value] : counted) all += value;
  EXPECT_EQ(all, 12u * 206013);
  EXPECT_EQ(counted["SFU busy"], 942408u);
  EXPECT_GT(cycles["SFU busy"], 0u);
  EXPECT_LE(cycles["SFU busy"], counted["SFU busy"]);
}

// `./dev browser` looks at the page in a browser.
TEST(ProfTool, APageForBrowsers) {
  const Folder folder;
  EXPECT_EQ(run_vc7("prof " + jobs + "row_sums.json --html " + folder.path("page")).exit_code, 0);
  const std::string page = folder.read("page");
  EXPECT_EQ(page.find("<!doctype html>"), 0u);
  for (const char* mark : {"@PAGE_CSS@", "@PAGE_JS@", "@DATA@", "https://", " src="})
    EXPECT_EQ(page.find(mark), std::string::npos) << mark;
  const std::string open = R"(<script type="application/json" id="data">)";
  const auto start = page.find(open) + open.size();
  const auto data = Json::parse(page.substr(start, page.find("</script>", start) - start));
  EXPECT_EQ(data["times"], "modelled");
  EXPECT_EQ(data["modelled_cycles"], 206013);
  std::uint64_t all = 0;
  for (const auto& row : data["slot_rows"]) all += row["cycles"].get<std::uint64_t>();
  EXPECT_EQ(all, 12u * 206013);
  EXPECT_EQ(data["timeline"]["buckets"].size(), 12u);
}

TEST(ProfTool, SaysWhyItIsNotFaster) {
  const auto outcome = run_vc7("prof " + jobs + "row_sums.json");
  EXPECT_TRUE(contains(outcome,
                       "why it is not faster\n"
                       "  - The ALU slots: nop 52 %, add 21 %, rot 20 %, sub 5 %.\n"
                       "  - 38 % of the cycles go by with `SFU busy`: the special function unit of "
                       "the slice, which also rotates, serves other QPUs; 4 instructions share it, "
                       "the first at "))
      << outcome.text;
  EXPECT_TRUE(contains(outcome, "row_sums.s:26.\n"
                                "  - Memory is not the limit: 34 % of its rate is used.\n"))
      << outcome.text;
  // Both threads of the fast one wait for memory, which has nothing left to give.
  EXPECT_TRUE(contains(run_vc7("prof " + jobs + "row_sums_fast.json"),
                       "  - Memory moves 98 % of what it can"));
}

TEST(ProfTool, ParametersChangeTheTime) {
  const auto cycles = [](const std::string& options) {
    const auto outcome = run_vc7("prof " + jobs + "grid.json --json " + options);
    return Json::parse(outcome.text)["modelled_cycles"].get<std::uint64_t>();
  };
  EXPECT_GT(cycles("--set dram_latency=400"), cycles(""));
}

TEST(ProfTool, AFaultIsToldBehindTheReport) {
  const auto outcome = run_vc7("prof " + jobs + "fault.json");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(contains(outcome, "times are modelled")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "MMU fault: TMU store at unmapped")) << outcome.text;
}

TEST(ProfTool, WrongUseWithExec) {
  EXPECT_EQ(run_vc7("prof --exec").exit_code, 2);
  EXPECT_EQ(run_vc7("prof --exec --device drm -- true").exit_code, 2);
  EXPECT_EQ(run_vc7("prof --job 1 " + jobs + "grid.json").exit_code, 2);
  EXPECT_EQ(run_vc7("prof --exec --job 0 -- true").exit_code, 2);
  EXPECT_EQ(run_vc7("prof --json --annotate " + jobs + "grid.json").exit_code, 2);
  EXPECT_EQ(run_vc7("prof a.json b.json").exit_code, 2);
}

TEST(CompareTool, TwoJobsSideBySide) {
  const auto outcome = run_vc7("compare " + jobs + "grid.json " + jobs + "assembly.json");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_TRUE(contains(outcome, "times are modelled, not measured\n")) << outcome.text;
  EXPECT_TRUE(
      contains(outcome, "instructions                             80             80     1.00\n"))
      << outcome.text;
  EXPECT_EQ(run_vc7("compare " + jobs + "grid.json").exit_code, 2);
  EXPECT_EQ(run_vc7("compare " + jobs + "grid.json " + jobs + "fault.json").exit_code, 1);
  EXPECT_EQ(run_vc7("compare " + jobs + "grid.json missing.json").exit_code, 1);
}

// docs/profiling.md makes a kernel faster and shows what it printed.
TEST(ProfTool, TheTutorialIsTrue) {
  std::ifstream file{VC7_TESTS_DIR "/../docs/profiling.md"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto compared = run_vc7("compare " + jobs + "row_sums.json " + jobs + "row_sums_fast.json");
  EXPECT_NE(text.find(compared.text), std::string::npos) << compared.text;
  const auto profiled = run_vc7("prof " + jobs + "row_sums.json");
  const auto first = profiled.text.substr(0, profiled.text.find("\nmemory\n"));
  EXPECT_NE(text.find(first), std::string::npos) << first;
  const auto sums = [](const char* job) {
    const auto all = run_vc7(std::string{"run --device sim "} + jobs + job).text;
    return all.substr(all.find("y, 128 bytes"));
  };
  EXPECT_EQ(sums("row_sums.json"), sums("row_sums_fast.json"));
}

// A job without end, and a terminal of its own.
TEST(ProfTool, LongRunsShowProgressOnATerminal) {
  const Folder folder;
  folder.write("endless.qasm", "again:\nb again\nnop\nnop\nnop\n");
  folder.write("endless.json", R"({
    "memory": [{"name": "u", "address": "0x3000", "size": 16}],
    "code": {"address": "0x4000", "file": "endless.qasm"},
    "grid": {"local": 16, "groups": 7, "uniforms": "u"}})");
  const std::string prof =
      "timeout 4 " VC7_EMULATOR " " VC7_COMMAND " prof " + folder.path("endless.json");
  const auto shown = run_shell("script -qec '" + prof + "' /dev/null </dev/null");
  EXPECT_TRUE(contains(shown, "\r0 of 7 batches, 0 %")) << shown.text;
  const auto piped = run_shell(prof);
  EXPECT_EQ(piped.text, "");
  EXPECT_EQ(piped.exit_code, 124);  // that of timeout
}

TEST(ProfTool, WrongUse) {
  for (const auto& [arguments, message] :
       {std::pair{"", "JOB is required"},
        {"--set speed=1", "there is no timing parameter 'speed'"},
        {"--set clock_mhz", "'clock_mhz' is not NAME=NUMBER"},
        {"--set clock_mhz=-1", "'clock_mhz=-1' is not NAME=NUMBER"},
        {"--set clock_mhz=5", "clock_mhz is 5; allowed is 100 to 2000 MHz"},
        {"--chip 7.1.8", "--chip: 7.1.8 not in {7.1.7,7.1.10}"}}) {
    const std::string job = *arguments == '\0' ? "" : jobs + "grid.json ";
    const auto outcome = run_vc7("prof " + job + arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_TRUE(contains(outcome, message)) << outcome.text;
  }
  EXPECT_EQ(run_vc7("prof missing.json").exit_code, 1);
}

}  // namespace
}  // namespace vc7::test
