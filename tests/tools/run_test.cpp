// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "run.hpp"
#include "support/folder.hpp"

namespace vc7::test {
namespace {

const std::string jobs = VC7_TESTS_DIR "/../examples/jobs/";

/// What is printed behind the first line, which is the device.
std::string results(const Outcome& outcome) {
  return outcome.text.substr(outcome.text.find('\n') + 1);
}

bool contains(const Outcome& outcome, const std::string& part) {
  return outcome.text.find(part) != std::string::npos;
}

TEST(RunTool, TheBasicForm) {
  const Folder folder;
  const auto outcome =
      run_vc7("run " + jobs + "basic.json --device sim --output-dir " + folder.path());
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_EQ(outcome.text, "device model of V3D 7.1.10 with 12 QPUs (simulated)\n"
                          "simulated: 1280 instructions in 64 batches\n"
                          "y, 4096 bytes as bin: " +
                              folder.path("y.out") + "\n");
  const std::string bytes = folder.read("y.out");
  ASSERT_EQ(bytes.size(), 4096u);
  std::vector<float> y(1024);
  std::memcpy(y.data(), bytes.data(), bytes.size());
  for (std::size_t i = 0; i < y.size(); ++i)
    EXPECT_EQ(y[i], 0.5f * static_cast<float>(i) + 10.0f) << i;
}

TEST(RunTool, OutputsBesideTheJob) {
  const Folder folder;
  for (const auto* name : {"basic.json", "scale.hex", "x.bin"})
    std::filesystem::copy_file(jobs + name, folder.path(name));
  const auto outcome = run_vc7("run " + folder.path("basic.json") + " --device sim");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_EQ(folder.read("y.out").size(), 4096u);
}

/// What the host is and how long it took differ.
TEST(RunTool, TiersInTheStatistics) {
  const auto outcome = run_vc7("run " + jobs + "grid.json --stats", "VC7_DEVICE=sim");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(contains(outcome, "simulated: tier: ")) << outcome.text;
  EXPECT_TRUE(contains(outcome, " us per batch on this host\n")) << outcome.text;
  const auto interpreter = run_vc7("run " + jobs + "grid.json --stats",
                                   "VC7_DEVICE=sim VC7_SIM=interp VC7_SIM_THREADS=1");
  EXPECT_TRUE(contains(interpreter, "simulated: tier: interpreter, ")) << interpreter.text;
  EXPECT_TRUE(contains(interpreter, ", 1 host thread\n")) << interpreter.text;
  EXPECT_FALSE(contains(interpreter, "compiled")) << interpreter.text;
  const auto oracle = run_vc7("run " + jobs + "grid.json --json", "VC7_DEVICE=sim VC7_SIM=oracle");
  const auto host = nlohmann::json::parse(oracle.text)["host"];
  EXPECT_EQ(host["tier"], "oracle");
  EXPECT_EQ(host["units"], 0);
  EXPECT_GT(host["seconds"], 0.0);
}

/// A compiler lists what it made, with the program and the first instruction of each unit.
TEST(RunTool, MapForPerf) {
  const Folder folder;
  // The shell's process becomes vc7, so its number is that of the map.
  const std::string command = "exec " VC7_EMULATOR " " VC7_COMMAND " run " + jobs +
                              "grid.json --json --perf-map --device sim";
  const Outcome outcome = run_shell("VC7_SIM=jit; export VC7_SIM; (sh -c 'echo $$ >" +
                                    folder.path("pid") + "; " + command + "')");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  const auto host = nlohmann::json::parse(outcome.text)["host"];
  const std::string pid = folder.read("pid");
  const std::string path = "/tmp/perf-" + pid.substr(0, pid.find('\n')) + ".map";
  std::ifstream file{path};
  ASSERT_TRUE(file) << path;
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::filesystem::remove(path);
  if (host["units"] == 0) return;  // no compiler for this host
  EXPECT_NE(text.find(" vc7 program 0x"), std::string::npos) << text;
  EXPECT_NE(text.find(", block at 0x"), std::string::npos) << text;
  EXPECT_NE(text.find(" ; "), std::string::npos) << text;
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')),
            host["units"].get<std::size_t>() + 1)
      << text;
}

TEST(RunTool, Grid) {
  const auto outcome = run_vc7("run " + jobs + "grid.json", "VC7_DEVICE=sim");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(results(outcome), "simulated: 80 instructions in 4 batches\n"
                              "y, 24 bytes as f32:\n10\n10.5\n11.25\n-1990\ninf\nnan\n");
}

TEST(RunTool, AssemblyText) {
  const auto scaled = run_vc7("run " + jobs + "assembly.json", "VC7_DEVICE=sim");
  EXPECT_EQ(scaled.exit_code, 0);
  EXPECT_EQ(results(scaled), "simulated: 80 instructions in 4 batches\n"
                             "y, 24 bytes as f32:\n10\n10.5\n11.25\n-1990\ninf\nnan\n");
  const auto lanes = run_vc7("run " + jobs + "lane_index.json", "VC7_DEVICE=sim");
  EXPECT_EQ(lanes.exit_code, 0);
  EXPECT_EQ(results(lanes), "simulated: 12 instructions in 1 batch\nresult, 64 bytes as u32:\n"
                            "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n");
}

TEST(RunTool, EveryContentInEveryFormat) {
  const auto outcome = run_vc7("run " + jobs + "contents.json", "VC7_DEVICE=sim");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(results(outcome), "simulated: 7 instructions in 1 batch\n"
                              "zero, 8 bytes as hex:\n00000000\n00000000\n"
                              "hex, 8 bytes as hex:\n0000ffff\n0000001a\n"
                              "u32, 8 bytes as u32:\n4294967295\n16\n"
                              "i32, 8 bytes as i32:\n-1\n-16\n"
                              "f32, 16 bytes as f32:\n1\n-0.1\n3e+38\n-inf\n"
                              "f16, 8 bytes as f16:\n1\n-0.099975586\n65504\nnan\n"
                              "repeat, 4 bytes as hex:\ndeadbeef\n"
                              "iota, 12 bytes as i32:\n100\n50\n0\n"
                              "random-u32, 12 bytes as u32:\n41\n99\n72\n"
                              "random-f32, 12 bytes as f32:\n-0.16595602\n0.9943695\n0.4406489\n");
}

constexpr const char* fault_text =
    "MMU fault: TMU store at unmapped GPU address 0x00009000 (batch 0, QPU 0, thread 0, lane 1) at "
    "word 3 of the program at 0x00003000: add tmua, rf5, rf4 ; nop";

TEST(RunTool, AFaultIsExitCodeOne) {
  const auto outcome = run_vc7("run " + jobs + "fault.json", "VC7_DEVICE=sim");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(contains(outcome, "fault.json: " + std::string{fault_text})) << outcome.text;
  // What was written until then is shown all the same.
  EXPECT_TRUE(contains(outcome, "y, 8 bytes as hex:\n00000000\n00000000\n")) << outcome.text;
}

TEST(RunTool, Json) {
  const auto outcome = run_vc7("run " + jobs + "fault.json --json --device sim:7.1.7");
  EXPECT_EQ(outcome.exit_code, 1);
  const auto json = nlohmann::json::parse(outcome.text.substr(0, outcome.text.rfind("}\n") + 1));
  EXPECT_EQ(json["device"], "device model of V3D 7.1.7 with 16 QPUs (simulated)");
  EXPECT_EQ(json["simulated"], true);
  EXPECT_EQ(json["instructions"], 3);
  EXPECT_EQ(json["batches"], 0);
  EXPECT_EQ(json["fault"]["message"], fault_text);
  EXPECT_EQ(json["fault"]["lane"], 1);
  EXPECT_EQ(json["outputs"][0]["lines"][1], "00000000");
}

TEST(RunTool, Statistics) {
  const auto outcome = run_vc7("run " + jobs + "grid.json --stats", "VC7_DEVICE=sim");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(contains(outcome, " s on this host\n")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "memory: 3 segments, code: 20 words\n")) << outcome.text;
}

TEST(RunTool, LineOfAFaultInAHexFile) {
  const Folder folder;
  folder.write("code.hex", "# nothing\n\n38203186bb03f000\n0x1\n");
  folder.write("job.json", R"({"code": {"address": "0x1000", "file": "code.hex"},
                               "grid": {"local": 16}})");
  const auto outcome = run_vc7("run job.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(contains(outcome, "invalid instruction: ")) << outcome.text;
  EXPECT_TRUE(contains(outcome, " at code.hex:4: ")) << outcome.text;
}

TEST(RunTool, LimitOfInstructions) {
  const Folder folder;
  // A branch to itself.
  folder.write("job.json", R"({"code": {"address": "0x1000", "words":
      ["02ffffe0ff001000", "38003186bb03f000", "38003186bb03f000", "38003186bb03f000"]},
      "grid": {"local": 16}, "limits": {"instructions": 1000}})");
  const auto outcome = run_vc7("run job.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(contains(outcome, "vc7: job.json: instruction budget: ")) << outcome.text;
  EXPECT_TRUE(contains(outcome, "1000")) << outcome.text;
}

TEST(RunTool, AShortFileIsAWarning) {
  const Folder folder;
  folder.write("x.bin", "abcd");
  folder.write("job.json", R"({"memory": [
    {"name": "x", "address": "0x1000", "size": 8, "init": {"file": "x.bin"}},
    {"name": "code", "address": "0x2000", "size": 56, "init":
     {"file": "end.bin", "size": 56}}],
    "cfg": ["0x10000", "0x10000", "0x10000", "0x110", 1, "0x2000", 0], "outputs": [{"memory": "x"}]})");
  std::vector<std::uint64_t> end(7, 0x38003186bb03f000);
  end[0] = end[1] = end[4] = 0x38203186bb03f000;
  std::string bytes(56, '\0');
  std::memcpy(bytes.data(), end.data(), bytes.size());
  folder.write("end.bin", bytes);
  const auto outcome = run_vc7("run job.json --device sim", "-C " + folder.path());
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(contains(outcome, "job.json:2:68: warning: memory[0].init.file: x.bin has 4 bytes, "
                                "the rest of the segment is zero up to 8\n"))
      << outcome.text;
  EXPECT_TRUE(contains(outcome, "\n64636261\n00000000\n")) << outcome.text;
}

TEST(RunTool, OutputsThatCannotBeWritten) {
  const auto outcome = run_vc7("run " + jobs + "basic.json --device sim --output-dir /nonexistent");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.text, "vc7: cannot write /nonexistent/y.out: No such file or directory\n");
  const Folder folder;
  std::filesystem::create_symlink("/dev/full", folder.path("y.out"));
  const auto full =
      run_vc7("run " + jobs + "basic.json --device sim --output-dir " + folder.path());
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_EQ(full.text, "vc7: cannot write " + folder.path("y.out") + ": No space left on device\n");
}

TEST(RunTool, Usage) {
  for (const auto* arguments : {"run", "run a.json b.json", "run a.json --output-dir"})
    EXPECT_EQ(run_vc7(arguments).exit_code, 2) << arguments;
  EXPECT_EQ(run_vc7("run " + jobs + "grid.json --device nonsense").exit_code, 1);
}

}  // namespace
}  // namespace vc7::test
