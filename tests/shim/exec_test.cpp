// SPDX-License-Identifier: MIT
//
// Programs under `vc7 exec`.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace vc7::shim {
namespace {

constexpr bool emulated = *VC7_EMULATOR != 0;
// Why something does not work under QEMU's user mode: docs/exec.md.
#define VC7_NOT_EMULATED(why) \
  if (emulated) GTEST_SKIP() << "QEMU: " << why

struct Outcome {
  int exit_code = -1;
  std::string text;  ///< standard output and standard error
};

// The dynamic linker of QEMU's host says for each program that it starts, QEMU itself among them,
// that it cannot load a library for the guest.
std::string without_linker(const std::string& text) {
  std::string rest;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    if (line.find("cannot be preloaded") == std::string::npos) rest += line + "\n";
  return rest;
}

Outcome shell(const std::string& line) {
  Outcome outcome;
  std::FILE* const pipe = popen((line + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> part{};
  while (const std::size_t n = std::fread(part.data(), 1, part.size(), pipe))
    outcome.text.append(part.data(), n);
  if (emulated) outcome.text = without_linker(outcome.text);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

const std::string vc7_exec = VC7_EMULATOR " " VC7_COMMAND " exec ";
const std::string client = (emulated ? "env SHIM_CLIENT_EMULATED=1 " : "") +
                           std::string{VC7_EMULATOR " " VC7_SHIM_CLIENT " "};

void expect_ok(const std::string& program) {
  const auto outcome = shell(vc7_exec + "-- " + client + program);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_EQ(outcome.text, "ok\n");
}

TEST(ShimExec, RawIoctl) { expect_ok("raw 10"); }
TEST(ShimExec, Libdrm) { expect_ok("libdrm"); }
TEST(ShimExec, Threads) { expect_ok("threads 25"); }
TEST(ShimExec, Files) { expect_ok("files"); }
TEST(ShimExec, Signals) { expect_ok("signals"); }
TEST(ShimExec, Opens) { expect_ok("opens 300"); }
TEST(ShimExec, Sharing) { expect_ok("sharing"); }
TEST(ShimExec, Registers) { expect_ok("registers"); }
TEST(ShimExec, KernelFlavours) {
  const auto old = shell(vc7_exec + "--kernel 6.6 --trace -- " + client + "sharing");
  EXPECT_EQ(old.exit_code, 1);
  // The first thing there that an older kernel has not got.
  EXPECT_NE(old.text.find("GET_CAP(capability=0x14, value=0) = 0"), std::string::npos) << old.text;
}

TEST(ShimExec, RefusesWrongValues) {
  const auto expect = [](const std::string& option, const std::string& message) {
    const auto outcome = shell(vc7_exec + option + " -- true");
    EXPECT_EQ(outcome.exit_code, 2) << option;
    EXPECT_TRUE(outcome.text.starts_with(message)) << outcome.text;
  };
  expect("--kernel 5.15", "vc7: exec: --kernel is \"5.15\", allowed are 6.6, 6.12 and newest\n");
  expect("--device 7.1", "vc7: exec: --device is \"7.1\", allowed are 7.1.7 and 7.1.10\n");
  expect("--device ''", "vc7: exec: --device is \"\", allowed are 7.1.7 and 7.1.10\n");
  for (const std::string value : {"0", "-1", "fast", "2x", "nan", "1e7"})
    expect("--pace=" + value,
           "vc7: exec: --pace is \"" + value + "\", allowed is a number from 0.01 to 1000000\n");
  expect("--timeout soon", "Could not convert: --timeout = soon\n");
  expect("--timeout -1", "Could not convert: --timeout = -1\n");
}

TEST(ShimExec, TileBuffer) { expect_ok("tile 3"); }
TEST(ShimExec, CpuQueue) { expect_ok("cpu 3"); }
TEST(ShimExec, Garbage) { expect_ok("garbage 300"); }

TEST(ShimExec, Python) {
  VC7_NOT_EMULATED("python3 is a program of the host");
  if (shell("/usr/bin/python3 -c 'import ctypes'").exit_code != 0)
    GTEST_SKIP() << "no python3 with ctypes";
  const auto outcome = shell(vc7_exec + "-- /usr/bin/python3 " VC7_TESTS_DIR "/shim/client.py 500");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_EQ(outcome.text, "ok\n");
}

TEST(ShimExec, ExitCodes) {
  EXPECT_EQ(shell(vc7_exec + "-- sh -c 'exit 7'").exit_code, 7);
  EXPECT_EQ(shell(vc7_exec + "-- sh -c 'kill -TERM $$'").exit_code, 128 + SIGTERM);
  const auto missing = shell(vc7_exec + "-- no-such-command");
  EXPECT_EQ(missing.exit_code, 127);
  EXPECT_EQ(missing.text, "vc7: exec: no-such-command: no such command\n");
  EXPECT_EQ(shell(vc7_exec + "-- /etc/passwd").exit_code, 126);
  EXPECT_EQ(shell(vc7_exec).exit_code, 2);
}

TEST(ShimExec, InjectsFaults) {
  const auto selftest = [](const std::string& rules) {
    return shell(vc7_exec + rules +
                 " -- env ASAN_OPTIONS=verify_asan_link_order=0 " VC7_EMULATOR " " VC7_COMMAND
                 " selftest tmu.single_write");
  };
  const auto expect = [&](const std::string& rules, int exit_code, const std::string& part) {
    const auto outcome = selftest(rules);
    EXPECT_EQ(outcome.exit_code, exit_code) << rules << "\n" << outcome.text;
    EXPECT_NE(outcome.text.find(part), std::string::npos) << rules << "\n" << outcome.text;
  };
  expect("", 0, "1 agree, 0 differ");
  expect("--inject ioctl=SYNCOBJ_WAIT,error=EINTR,every=2", 0, "1 agree, 0 differ");
  expect("--inject ioctl=SUBMIT_CSD,error=EIO", 1, "submit_csd: EIO");
  expect("--inject ioctl=CREATE_BO,error=ENOMEM", 1, "create_bo: ENOMEM");
  expect("--inject ioctl=mmap,error=EACCES", 1, "map_bo: EACCES");
  expect("--inject job=1,reset", 1,
         "vc7 exec: job 1: deadlock: the job hangs and the GPU is reset, as asked for");
  expect("--inject job=1,reset", 1, "the device model stopped the job (fence: ECANCELED)");
  expect("--inject device-removed,after=25", 1, "ENODEV");
}

TEST(ShimExec, RefusesWrongRules) {
  const auto expect = [](const std::string& rule, const std::string& message) {
    const auto outcome = shell(vc7_exec + "--inject " + rule + " -- true");
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_EQ(outcome.text, "vc7: exec: --inject " + rule + ": " + message + "\n");
  };
  const std::string forms =
      "a rule is one of ioctl=CALL,error=ERROR with nth=, every= or after=; job=N,reset; "
      "device-removed with after=";
  expect("ioctl=FOO,error=EIO",
         "there is no call `FOO`; --trace shows their names, such as CREATE_BO, SUBMIT_CSD, "
         "WAIT_BO, mmap");
  expect("error=EFOO",
         "error is `EFOO`, allowed are EACCES, EAGAIN, EBUSY, EFAULT, EINTR, EINVAL, EIO, EMFILE, "
         "ENODEV, ENOENT, ENOMEM, ENOSPC, EPERM, ETIME");
  expect("nth=0,error=EIO", "nth is `0`, allowed are numbers from 1 on");
  expect("after=99999999999999999999,error=EIO",
         "after is `99999999999999999999`, allowed are numbers from 1 on");
  expect("reset", "job=N and reset go together: job=2,reset");
  expect("job=2", "job=N and reset go together: job=2,reset");
  expect("ioctl=mmap", forms);
  expect("device-removed,error=EIO", forms);
  expect("bogus", "`bogus`: allowed are ioctl=, error=, nth=, every=, after=, job=, reset and "
                  "device-removed, with commas between them");
}

TEST(ShimExec, RefusesStaticPrograms) {
  const auto outcome = shell(vc7_exec + "-- " VC7_SHIM_STATIC);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.text,
            "vc7: exec: " VC7_SHIM_STATIC
            " is statically linked: the dynamic linker would not load libvc7_shim.so into it, "
            "and it would run without the device\n");
}

// A server that cannot say good-bye: its programs are told, and its files go all the same.
TEST(ShimExec, KilledServer) {
  const auto outcome =
      shell(vc7_exec + "-- sh -c 'echo $VC7_SHIM_SOCKET; " + client + "orphan $PPID'; sleep 0");
  const auto line = outcome.text.find('\n');
  ASSERT_NE(line, std::string::npos) << outcome.text;
  const auto folder = std::filesystem::path{outcome.text.substr(0, line)}.parent_path();
  EXPECT_NE(outcome.text.find("\nok\n"), std::string::npos) << outcome.text;
  for (int i = 0; i < 200 && std::filesystem::exists(folder); ++i) usleep(50'000);
  EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
}

TEST(ShimExec, LeavesNothingBehind) {
  const auto outcome = shell(vc7_exec + "-- sh -c 'echo $VC7_SHIM_SOCKET; kill -KILL $$'");
  const auto folder = std::filesystem::path{outcome.text}.parent_path();
  EXPECT_NE(folder, "");
  EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
}

TEST(ShimExec, TraceAndSummary) {
  const auto outcome = shell(vc7_exec + "--trace --summary -- " + client + "raw 1");
  EXPECT_EQ(outcome.exit_code, 0);
  for (const char* const line :
       {"1: GET_PARAM(param=4, value=0x7443356) = 0\n", "= -1 EINVAL (Invalid argument)\n",
        "bo_handle_count=1", "1 jobs, 12 instructions, 0 jobs faulted\n"})
    EXPECT_NE(outcome.text.find(line), std::string::npos) << line << outcome.text;
}

// Whatever the host does in between: no job ends before its modelled time, times the factor.
TEST(ShimExec, PacedJobsLastTheirModelledTime) {
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = shell(vc7_exec + "--pace=100 --summary -- " + client + "raw 3");
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  const auto at = outcome.text.find("vc7 exec: paced: ");
  ASSERT_NE(at, std::string::npos) << outcome.text;
  unsigned jobs = 0;
  double us = 0, factor = 0;
  ASSERT_EQ(std::sscanf(outcome.text.c_str() + at,
                        "vc7 exec: paced: %u jobs, modelled time %lf us (not measured), factor %lf",
                        &jobs, &us, &factor),
            3)
      << outcome.text;
  EXPECT_EQ(jobs, 3u);
  EXPECT_GT(us, 3600);  // the clock is raised for the first one
  EXPECT_GE(factor, 100);
  EXPECT_GE(taken.count(), us * 1e-6 * 100);
}

// No host is a hundred times as fast as the device.
TEST(ShimExec, PaceGrowsAndSaysSoOnce) {
  const auto outcome = shell(vc7_exec + "--pace=0.01 --summary -- " + client + "raw 3");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  const auto said = outcome.text.find("times its modelled time; the factor was 0.01 and is ");
  ASSERT_NE(said, std::string::npos) << outcome.text;
  EXPECT_EQ(outcome.text.find("times its modelled time", said + 1), std::string::npos);
  EXPECT_NE(outcome.text.find(" at the end; it was 0.01 and grew "), std::string::npos)
      << outcome.text;
}

TEST(ShimExec, CapturedJobsRunAgain) {
  const auto folder = std::filesystem::path{testing::TempDir()} / "vc7-shim-capture";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  const auto outcome = shell(vc7_exec + "--capture " + folder.string() + " -- " + client + "raw 2");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_TRUE(std::filesystem::exists(folder / "job-0002.json"));
  const auto again =
      shell(VC7_EMULATOR " " VC7_COMMAND " run " + (folder / "job-0001.json").string());
  EXPECT_EQ(again.exit_code, 0) << again.text;
  EXPECT_NE(again.text.find("simulated: 12 instructions in 1 batch"), std::string::npos)
      << again.text;
  std::filesystem::remove_all(folder);
}

TEST(ShimExec, ProfilesTheJobsOfAProgram) {
  const std::string prof = VC7_EMULATOR " " VC7_COMMAND " prof --exec ";
  const auto outcome = shell(prof + "-- " + client + "raw 3");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_NE(outcome.text.find("ok\nsimulated: times of executions, modelled and not measured\n"),
            std::string::npos)
      << outcome.text;
  EXPECT_NE(outcome.text.find("12 instructions, batches: 1\n"), std::string::npos) << outcome.text;
  EXPECT_NE(outcome.text.find("---- job 1, and 2 more like it\n"), std::string::npos);

  const std::string page = testing::TempDir() + "vc7-prof-page.html";
  const auto third = shell(prof + "--annotate --job 3 --html " + page + " -- " + client + "raw 3");
  EXPECT_EQ(third.exit_code, 0) << third.text;
  EXPECT_NE(third.text.find("\n---- job 1, and 2 more like it\n"), std::string::npos) << third.text;
  EXPECT_NE(third.text.find("times executed, cycles of QPUs per execution, main stall"),
            std::string::npos)
      << third.text;
  std::ifstream file{page};
  const std::string html{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_NE(html.find("job 3 of "), std::string::npos);
  std::filesystem::remove(page);
  const auto fourth = shell(prof + "--job 4 -- " + client + "raw 3");
  EXPECT_EQ(fourth.exit_code, 1);
  EXPECT_NE(fourth.text.find("vc7: prof: --job is 4, but the command submitted 3 compute jobs\n"),
            std::string::npos)
      << fourth.text;

  const auto none = shell(prof + "-- true");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_EQ(none.text, "vc7: prof: the command submitted no compute job\n");
  EXPECT_EQ(shell(prof + "-- sh -c 'exit 7'").exit_code, 7);
}

// As on a Raspberry Pi, but for the words.
TEST(ShimExec, ProfilesAJobOnADevice) {
  const std::string job = " --device drm " VC7_TESTS_DIR "/../examples/jobs/";
  const auto outcome =
      shell("VC7_SIM_TIMING=1 " + vc7_exec +
            "-- env ASAN_OPTIONS=verify_asan_link_order=0 " VC7_EMULATOR " " VC7_COMMAND " prof" +
            job + "grid.json");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_NE(outcome.text.find("under vc7 exec (simulated)\nsimulated, not measured: counters of "
                              "one run\n"),
            std::string::npos)
      << outcome.text;
  EXPECT_NE(outcome.text.find("QPU-active                       Instructions executed\n"),
            std::string::npos)
      << outcome.text;
}

TEST(ShimExec, PreloadedByHand) {
  VC7_NOT_EMULATED("the library cannot start the server without the emulator");
  const auto outcome = shell("LD_PRELOAD=" VC7_SHIM_LIBRARY " " + client + "raw 1");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.text, "ok\n");
}

}  // namespace
}  // namespace vc7::shim
