// SPDX-License-Identifier: MIT
//
// Job files as values: contents, running on a kernel, saving. What is wrong with a text is in
// tests/tools/bad_job_test.cpp.
#include <vc7/device/job_file.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <vc7/drm/simulated.hpp>

#include "device/job_file/half.hpp"
#include "device/job_file/json.hpp"
#include "support.hpp"
#include "support/folder.hpp"

namespace vc7::test {
namespace {

template <class T>
std::vector<T> filled(std::size_t count, const JobContent::Any& content) {
  std::vector<T> values(count);
  fill(std::as_writable_bytes(std::span{values}), content);
  return values;
}

TEST(JobContent, Words) {
  EXPECT_EQ(filled<std::uint32_t>(2, JobContent::Zero{}), (std::vector<std::uint32_t>{0, 0}));
  EXPECT_EQ(filled<std::uint32_t>(2, JobContent::Repeat{7}), (std::vector<std::uint32_t>{7, 7}));
  EXPECT_EQ(filled<std::uint32_t>(3, JobContent::Iota{0xfffffffe, 2}),
            (std::vector<std::uint32_t>{0xfffffffe, 0, 2}));
  // A last word in part.
  EXPECT_EQ(filled<std::uint8_t>(5, JobContent::Repeat{0x04030201}),
            (std::vector<std::uint8_t>{1, 2, 3, 4, 1}));
}

TEST(JobContent, RandomNumbersAreThoseOfTheDocument) {
  std::mt19937 first{5}, second{5};
  for (const std::uint32_t word : filled<std::uint32_t>(100, JobContent::RandomU32{.seed = 5}))
    EXPECT_EQ(word, first());
  const JobContent::RandomU32 dice{.seed = 5, .min = 1, .max = 6};
  for (const std::uint32_t word : filled<std::uint32_t>(100, dice))
    EXPECT_EQ(word, 1 + (second() * std::uint64_t{6} >> 32));
  const JobContent::RandomF32 floats{.seed = 5, .min = -3, .max = 2};
  for (const float value : filled<float>(1000, floats)) {
    EXPECT_GE(value, -3);
    EXPECT_LE(value, 2);
  }
  EXPECT_NE(filled<float>(4, JobContent::RandomF32{.seed = 1}),
            filled<float>(4, JobContent::RandomF32{.seed = 2}));
}

TEST(JobContent, HalvesOfEveryValue) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = detail::float_from_half(half);
    if (std::isnan(value)) continue;
    EXPECT_EQ(detail::half_from(value), half);
  }
}

TEST(JobContent, HalvesRoundToEven) {
  EXPECT_EQ(detail::half_from(65519.999), 0x7bff);
  EXPECT_EQ(detail::half_from(65520.0), std::nullopt);
  EXPECT_EQ(detail::half_from(1 + 0x1p-11), 0x3c00);
  EXPECT_EQ(detail::half_from(1 + 3 * 0x1p-11), 0x3c02);
  EXPECT_EQ(detail::half_from(2 - 0x1p-12), 0x4000);
  // Once, not by way of float: the float next to it is the tie itself.
  EXPECT_EQ(detail::half_from(1 + 0x1p-11 + 0x1p-40), 0x3c01);
  EXPECT_EQ(detail::half_from(0x1p-25), 0);
  EXPECT_EQ(detail::half_from(0x1.1p-25), 1);
  EXPECT_EQ(detail::half_from(-0.0), 0x8000);
}

TEST(JobJson, PlacesOfValues) {
  const std::string text = "{\"a\": [1, 22 ,\"x\"],\n \"bb\":-3}";
  const auto parsed = detail::json::parse(text);
  const auto& root = std::get<detail::json::Value>(parsed);
  const auto shown = [&](const auto& part) { return text.substr(part.offset, part.length); };
  const auto& members = std::get<detail::json::Object>(root.data);
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(shown(root), "{");
  EXPECT_EQ(shown(members[0]), "\"a\"");
  EXPECT_EQ(shown(members[0].value), "[");
  const auto& list = std::get<detail::json::Array>(members[0].value.data);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(shown(list[0]), "1");
  EXPECT_EQ(shown(list[1]), "22");
  EXPECT_EQ(shown(list[2]), "\"x\"");
  EXPECT_EQ(shown(members[1]), "\"bb\"");
  EXPECT_EQ(shown(members[1].value), "-3");
}

TEST(JobText, NumbersInEveryForm) {
  const auto result = parse_job(R"({
    "memory": [{"name": "a", "address": 4096, "size": "16"},
               {"name": "b", "address": "8192", "size": "0x10"}],
    "code": {"address": "0x18", "words": [1, "10", "0X1f"]},
    "cfg": [1, "2", "0x3", "0X4", 5, 6, "4294967295"]})");
  EXPECT_EQ(result.report, "");
  const JobFile& job = result.job;
  EXPECT_EQ(job.memory[0].address, 0x1000u);
  EXPECT_EQ(job.memory[0].size, 16u);
  EXPECT_EQ(job.memory[1].address, 0x2000u);
  EXPECT_EQ(job.memory[1].size, 16u);
  EXPECT_EQ(job.code_address, 0x18u);
  EXPECT_EQ(job.program.words(), (std::vector<std::uint64_t>{1, 0x10, 0x1f}));
  EXPECT_EQ(configuration(job, {}), (std::array<std::uint32_t, 7>{1, 2, 3, 4, 5, 6, 0xffffffff}));
}

TEST(JobText, UniformsByNameOrAddress) {
  for (const auto* uniforms : {R"("u")", R"("0x2000")", "8192"}) {
    const auto result = parse_job(R"({"memory": [{"name": "u", "address": "0x2000", "size": 4}],
                      "code": {"address": 8, "words": [1]}, "grid": {"local": [4, 4], "uniforms": )" +
                                  std::string{uniforms} + "}}");
    EXPECT_EQ(result.report, "");
    EXPECT_EQ(configuration(result.job, {})[6], 0x2000u);
    EXPECT_EQ(configuration(result.job, {})[3] & 0xff, 16u);
  }
}

TEST(JobText, AGridFollowsTheGpu) {
  const auto result = parse_job(
      R"({"code": {"address": 8, "words": [1]},
          "grid": {"local": 256, "groups": 16, "groups_per_supergroup": 2, "barrier": true}})");
  EXPECT_EQ(result.report, "");
  const auto text = error_of([&] { (void)configuration(result.job, {.qpus = 4}); });
  EXPECT_EQ(text.rfind("dispatch: a barrier over 32 batches", 0), 0u) << text;
  EXPECT_THROW((void)configuration(result.job, {.qpus = 12}), Error);
  EXPECT_NO_THROW((void)configuration(result.job, {.qpus = 16}));
}

// ---- running ----

const std::string jobs = VC7_TESTS_DIR "/../examples/jobs/";

JobFile loaded(const std::string& path) {
  JobFileResult result = load_job(path);
  EXPECT_EQ(result.report, "");
  return std::move(result.job);
}

std::vector<std::string> outputs(const JobOutcome& outcome) {
  std::vector<std::string> all;
  for (const auto bytes : outcome.outputs) all.push_back(format_output(bytes, JobFormat::hex));
  return all;
}

TEST(JobRun, OnAKernelThatGivesTheAddresses) {
  const JobFile job = loaded(jobs + "grid.json");  // the simulated kernel begins at 0x1000, too
  const auto node = drm::open_simulated(drm::SimulatedOptions{});
  for (int i = 0; i < 2; ++i) {  // and gives everything back
    const JobOutcome outcome = run_job(job, *node, {});
    EXPECT_FALSE(outcome.error);
    EXPECT_EQ(outcome.statistics.instructions, 80u);
    EXPECT_EQ(outputs(outcome), outputs(run_job(job, sim::Options{})));
  }
}

TEST(JobRun, OnAKernelWithItsOwnAddresses) {
  JobFile job = loaded(jobs + "grid.json");
  for (JobSegment& segment : job.memory) segment.address += 0x10000;
  const auto node = drm::open_simulated(drm::SimulatedOptions{});
  const auto text = error_of([&] { (void)run_job(job, *node, {}); });
  EXPECT_CONTAINS(text, "the kernel put 4096 bytes at address 0x00001000, the job wants them at "
                        "0x00004000, and addresses are the kernel's choice; the device model gives "
                        "every address: --device sim");
}

TEST(JobRun, AFaultOnAKernel) {
  const JobFile job = loaded(jobs + "fault.json");
  const auto node = drm::open_simulated(drm::SimulatedOptions{});
  const JobOutcome outcome = run_job(job, *node, {});
  ASSERT_TRUE(outcome.error);
  EXPECT_CONTAINS(std::string{outcome.error->what()}, "at unmapped GPU address 0x00009000");
}

TEST(JobRun, SegmentsMayShareAPage) {
  JobFile job = loaded(jobs + "grid.json");
  job.memory[1].address = 0x1100;  // y, behind x
  std::uint32_t y = 0x1100;
  auto& uniforms = std::get<JobContent::Bytes>(job.memory[2].content).bytes;
  std::memcpy(uniforms.data() + 12, &y, sizeof y);
  const JobOutcome outcome = run_job(job, sim::Options{});
  EXPECT_FALSE(outcome.error);
  EXPECT_EQ(outputs(outcome), outputs(run_job(loaded(jobs + "grid.json"), sim::Options{})));
}

// ---- saving ----

TEST(JobSave, WhatIsSavedRunsTheSame) {
  for (const auto* name : {"basic", "grid", "contents"}) {
    const Folder folder;
    const JobFile job = loaded(jobs + name + ".json");
    save_job(job, folder.path("copy.json"));
    const JobFile copy = loaded(folder.path("copy.json"));
    ASSERT_EQ(copy.memory.size(), job.memory.size());
    EXPECT_EQ(copy.comment, job.comment);
    EXPECT_EQ(copy.program.words(), job.program.words());
    EXPECT_EQ(copy.instruction_limit, job.instruction_limit);
    EXPECT_EQ(configuration(copy, {}), configuration(job, {}));
    const auto first = run_job(job, sim::Options{}), second = run_job(copy, sim::Options{});
    EXPECT_EQ(second.statistics.instructions, first.statistics.instructions);
    EXPECT_EQ(outputs(second), outputs(first));
  }
}

/// As a second comment says, else the line of the file itself.
TEST(JobSave, WhereInstructionsWereWritten) {
  const Folder folder;
  folder.write("a.json", R"({"memory": [{"name": "x", "address": "0x1000", "size": 4096}],
    "code": {"address": "0x1000", "file": "a.hex"}, "cfg": [0, 0, 0, 0, 1, "0x1000", 0]})");
  folder.write("a.hex", "38000000bb03f000  # nop  # a b.cpp:12\n"
                        "38000000bb03f000  # c.cpp:13\n"
                        "38000000bb03f000\n"
                        "38000000bb03f000  # nop  # d.cpp:\n"
                        "38000000bb03f000  # nop  # :15\n"
                        "38000000bb03f000  # nop  # e:f.cpp:4294967296\n"
                        "38000000bb03f000  # nop  # e:f.cpp:4294967295 \n"
                        "38000000bb03f000  # nop  # a b.cpp:0\n");
  const JobFile job = loaded(folder.path("a.json"));
  std::vector<std::string> places;
  for (const Origin& origin : job.program.origins())
    places.push_back(std::filesystem::path{origin.file}.filename().string() + ":" +
                     std::to_string(origin.line));
  EXPECT_EQ(places,
            (std::vector<std::string>{"a b.cpp:12", "a.hex:2", "a.hex:3", "a.hex:4", "a.hex:5",
                                      "a.hex:6", "e:f.cpp:4294967295", "a.hex:8"}));
  save_job(job, folder.path("b.json"));
  EXPECT_STREQ(loaded(folder.path("b.json")).program.origins()[0].file, "a b.cpp");
}

TEST(JobSave, EveryOptionOfAGrid) {
  const Folder folder;
  JobFile job = loaded(jobs + "grid.json");
  std::get<JobGrid>(job.launch) = {.dispatch = {.local_size = {8, 2, 1},
                                                .workgroups = {2, 3, 4},
                                                .offset = {5, 6, 7},
                                                .workgroups_per_supergroup = 2,
                                                .total_batches = 9,
                                                .threading = Threading::four_way,
                                                .barrier = true,
                                                .single_segment = true,
                                                .propagate_nans = true},
                                   .uniforms = 0x3000};
  save_job(job, folder.path("copy.json"));
  const JobFile copy = loaded(folder.path("copy.json"));
  EXPECT_EQ(std::get<JobGrid>(copy.launch).dispatch, std::get<JobGrid>(job.launch).dispatch);
  EXPECT_EQ(std::get<JobGrid>(copy.launch).uniforms, 0x3000u);
}

TEST(JobSave, WhereNothingCanBeWritten) {
  const JobFile job = loaded(jobs + "grid.json");
  const auto text = error_of([&] { save_job(job, "/nonexistent/job.json"); });
  EXPECT_EQ(text, "cannot write /nonexistent/job.x.bin: No such file or directory");
}

}  // namespace
}  // namespace vc7::test
