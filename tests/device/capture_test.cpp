// SPDX-License-Identifier: MIT
//
// Jobs that a Device saves run again with the same results.
#include <cstdlib>
#include <cstring>
#include <random>

#include <vc7/asm.hpp>
#include <vc7/device/job_file.hpp>

#include "../../examples/kernels/reduction.hpp"
#include "../../examples/kernels/sgemm.hpp"
#include "support.hpp"
#include "support/folder.hpp"

namespace vc7::test {
namespace {

Device open(const std::string& folder, bool pool = true) {
  return Device::open(
      OpenOptions{.device = "sim", .options = {.pool_small_buffers = pool, .capture = folder}});
}

struct Replay {
  JobFile job;
  JobOutcome outcome;

  /// The bytes of a buffer of the captured Device after the replay.
  template <class T>
  std::vector<T> read(const Buffer<T>& buffer) const {
    for (std::size_t i = 0; i < job.outputs.size(); ++i) {
      const auto segment = std::ranges::find(job.memory, job.outputs[i].memory, &JobSegment::name);
      if (buffer.address() < segment->address ||
          buffer.address() + buffer.size_bytes() > segment->address + segment->size)
        continue;
      std::vector<T> values(buffer.size());
      std::memcpy(values.data(), outcome.outputs[i].data() + (buffer.address() - segment->address),
                  buffer.size_bytes());
      return values;
    }
    ADD_FAILURE() << "no output holds the buffer";
    return {};
  }
};

Replay replay(const std::string& path) {
  JobFileResult loaded = load_job(path);
  EXPECT_EQ(loaded.report, "");
  JobOutcome outcome = run_job(loaded.job, sim::Options{});
  return {std::move(loaded.job), std::move(outcome)};
}

template <class T>
std::vector<T> values(const Buffer<T>& buffer) {
  return {buffer.begin(), buffer.end()};
}

TEST(Capture, SgemmRunsAgain) {
  using namespace examples;
  const Folder folder;
  Device device = open(folder.path());
  constexpr std::uint32_t n = 64;
  auto a = device.alloc<float>(n * n), b = device.alloc<float>(n * n),
       c = device.alloc<float>(n * n);
  std::mt19937 random{3};
  for (auto* matrix : {&a, &b, &c})
    for (float& x : *matrix) x = static_cast<float>(random() % 1000) / 500 - 1;
  const auto c_before = values(c);
  const Code code = device.load(assemble(sgemm_kernel), {.check = Check::compat});
  const SgemmUniforms words{a.address(),       n * 4, b.address(), n * 4,
                            c.address(),       n * 4, n / 4,       sgemm_load_config,
                            sgemm_tile_config, 1.5f,  0.5f};
  std::vector<std::uint32_t> uniforms(sizeof words / 4);
  std::memcpy(uniforms.data(), &words, sizeof words);
  const Event event =
      device.run(code, {.local_size = {16}, .workgroups = {n / 16, n / 16}}, uniforms);

  const Replay again = replay(folder.path("job-0001.json"));
  EXPECT_FALSE(again.outcome.error);
  EXPECT_EQ(again.outcome.statistics.instructions, event.statistics()->instructions);
  EXPECT_EQ(again.read(c), values(c));
  EXPECT_NE(again.read(c), c_before);
  EXPECT_EQ(again.read(a), values(a));
}

TEST(Capture, AReductionWithABarrierRunsAgain) {
  const Folder folder;
  Device device = open(folder.path(), false);
  constexpr std::uint32_t batches = 8;
  auto data = device.alloc<float>(4096);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<float>(i % 100) / 8;
  auto partial = device.alloc<float>(16 * batches);
  auto sum = device.alloc<float>(1);
  const Code code = device.load(assemble(examples::reduction_kernel));
  const Dispatch dispatch{.local_size = {16},
                          .workgroups = {batches},
                          .workgroups_per_supergroup = batches,
                          .barrier = true};
  const Uniforms uniforms{data, partial, sum, data.size(), batches * 64, batches};
  device.run(code, dispatch, uniforms);
  const float first = sum[0];
  data[0] = 1000;
  device.run(code, dispatch, uniforms);

  const Replay one = replay(folder.path("job-0001.json"));
  EXPECT_EQ(one.read(sum)[0], first);
  const Replay two = replay(folder.path("job-0002.json"));
  EXPECT_EQ(two.read(sum)[0], sum[0]);
  EXPECT_NE(first, sum[0]);
  EXPECT_EQ(two.read(partial), values(partial));
  EXPECT_FALSE(std::filesystem::exists(folder.path("job-0003.json")));
  EXPECT_CONTAINS(two.job.comment, "job 2 of device model of V3D 7.1.10");
  EXPECT_CONTAINS(two.job.comment, "capture_test.cpp:");
}

constexpr void add_one(Assembler& a) {
  using namespace qpu;
  a.eidx(rf4, ldunifrf(rf5));
  a.shl(rf4, rf4, 2);
  a.add(rf4, rf4, rf5);
  a.mov(tmua, rf4, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf6));
  a.add(tmud, rf6, 1);
  a.mov(tmua, rf4);
  a.tmuwt();
  a.end_program();
}

TEST(Capture, ContentsAreThoseThatTheJobSees) {
  const Folder folder;
  Device device = open(folder.path());
  auto data = device.alloc<std::uint32_t>(16, 5);
  const Code code = device.load(assemble(add_one));
  // Nobody waits in between.
  for (int i = 0; i < 3; ++i) device.submit(code, Dispatch::batches(1), Uniforms{data});
  device.synchronize();
  EXPECT_EQ(data[0], 8u);
  EXPECT_EQ(replay(folder.path("job-0003.json")).read(data), values(data));
  EXPECT_EQ(replay(folder.path("job-0001.json")).read(data)[0], 6u);
}

TEST(Capture, AFaultHappensAgain) {
  const Folder folder;
  Device device = open(folder.path());
  const Code code = device.load(assemble(add_one));
  const auto text =
      error_of([&] { device.run(code, Dispatch::batches(1), Uniforms{0x80000000u}); });
  EXPECT_CONTAINS(text, "TMU load at unmapped GPU address 0x80000000");
  const Replay again = replay(folder.path("job-0001.json"));
  ASSERT_TRUE(again.outcome.error);
  EXPECT_CONTAINS(std::string{again.outcome.error->what()},
                  "TMU load at unmapped GPU address 0x80000000");
  // At the line of this source, as at first.
  EXPECT_CONTAINS(std::string{again.outcome.error->what()}, "capture_test.cpp:");
  EXPECT_EQ(again.job.program.origins()[0].line, code.program().origins()[0].line);
}

TEST(Capture, RawConfigurationWords) {
  const Folder folder;
  Device device = open(folder.path());
  auto data = device.alloc<std::uint32_t>(16, 5);
  auto uniforms = device.alloc<std::uint32_t>(1, data.address());
  auto words = device.alloc<std::uint64_t>(64);
  const Program program = assemble(add_one);
  std::ranges::copy(program.words(), words.begin());
  device.run(csd_config(Dispatch::batches(1), words.address(), uniforms.address()));
  // Code that was not loaded as such lies in a segment.
  const Replay again = replay(folder.path("job-0001.json"));
  EXPECT_EQ(again.job.program.size(), 0u);
  EXPECT_EQ(again.read(data), values(data));
  EXPECT_EQ(data[3], 6u);
}

// ---- what goes wrong ----

TEST(Capture, NoFolder) {
  EXPECT_EQ(error_of([] { (void)open("/nonexistent"); }),
            "the option capture is \"/nonexistent\", expected is a folder to write to: there is "
            "none");
  EXPECT_EQ(error_of([] { (void)open("/dev/null"); }),
            "the option capture is \"/dev/null\", expected is a folder to write to: it is no "
            "folder");
}

TEST(Capture, TheEnvironmentAsksForIt) {
  const Folder folder;
  setenv("VC7_CAPTURE", "/nonexistent", 1);
  const auto text = error_of([] { (void)Device::open("sim"); });
  setenv("VC7_CAPTURE", folder.path().c_str(), 1);
  {
    Device device = Device::open("sim");
    auto data = device.alloc<std::uint32_t>(16);
    device.run(device.load(assemble(add_one)), Dispatch::batches(1), Uniforms{data});
  }
  unsetenv("VC7_CAPTURE");
  EXPECT_EQ(text,
            "VC7_CAPTURE is \"/nonexistent\", expected is a folder to write to: there is none");
  EXPECT_TRUE(std::filesystem::exists(folder.path("job-0001.json")));
}

TEST(Capture, AFullDiskIsAnErrorOfSubmit) {
  const Folder folder;
  Device device = open(folder.path());
  auto data = device.alloc<std::uint32_t>(16, 5);
  const Code code = device.load(assemble(add_one));
  std::filesystem::create_symlink("/dev/full", folder.path("job-0001.code.hex"));
  const auto submit = [&] { device.submit(code, Dispatch::batches(1), Uniforms{data}); };
  const std::string line = line_before();
  const auto text = error_of(submit);
  EXPECT_CONTAINS(text, line + "submit: the option capture: cannot write " +
                            folder.path("job-0001.code.hex") + ": No space left on device");
  device.synchronize();
  EXPECT_EQ(data[0], 5u);  // the job did not run
  EXPECT_FALSE(std::filesystem::exists(folder.path("job-0001.json")));
}

TEST(Capture, TheFolderGoesAway) {
  auto folder = std::make_unique<Folder>();
  Device device = open(folder->path());
  auto data = device.alloc<std::uint32_t>(16);
  const Code code = device.load(assemble(add_one));
  const std::string path = folder->path("job-0001.json");
  folder.reset();
  const auto text = error_of([&] { device.submit(code, Dispatch::batches(1), Uniforms{data}); });
  EXPECT_CONTAINS(text, "cannot write " + path + ": No such file or directory");
}

TEST(Capture, NumbersGoOnInAFolderWithJobs) {
  const Folder folder;
  for (int i = 0; i < 2; ++i) {
    Device device = open(folder.path());
    auto data = device.alloc<std::uint32_t>(16);
    device.run(device.load(assemble(add_one)), Dispatch::batches(1), Uniforms{data});
  }
  EXPECT_TRUE(std::filesystem::exists(folder.path("job-0002.json")));
}

}  // namespace
}  // namespace vc7::test
