// SPDX-License-Identifier: MIT
//
// SUBMIT_CPU: indirect dispatch and queries.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

#include <vc7/drm/caller.hpp>
#include <vc7/drm/cpu_job.hpp>
#include <vc7/drm/raw_file.hpp>
#include <vc7/drm/simulated.hpp>

#include "drm/uapi.hpp"
#include "job_control.hpp"

namespace vc7::drm::test {
namespace {

constexpr std::uint64_t ten_seconds = 10'000'000'000;

class CpuJobTest : public testing::Test {
 protected:
  struct Memory {
    explicit Memory(Node& node)
        : bo{node.create_bo(4096).value()}, mapping{node.map_bo(bo.handle, 4096).value()} {}
    template <class T>
    T at(std::size_t offset) const {
      T value;
      std::memcpy(&value, mapping.bytes().data() + offset, sizeof value);
      return value;
    }
    template <class T>
    void put(std::size_t offset, T value) const {
      std::memcpy(mapping.bytes().data() + offset, &value, sizeof value);
    }
    BufferObject bo;
    Mapping mapping;
  };

  CpuJobTest() {
    SimulatedOptions options;
    options.executor = [this](const sim::CsdConfig& cfg, const std::atomic<bool>& stop) {
      cfgs.push_back(cfg);
      return jobs.executor()(cfg, stop);
    };
    options.close_grace = std::chrono::milliseconds{0};
    file = std::make_unique<raw::RawFile>(open_simulated(std::move(options)));
    a.emplace(file->node());
    b.emplace(file->node());
  }

  Node& node() { return file->node(); }
  SyncobjHandle syncobj(bool signalled = false) { return node().syncobj_create(signalled).value(); }
  bool done(SyncobjHandle handle) { return node().syncobj_wait({&handle, 1}, 0).ok(); }
  int submit(SubmitCpu job, std::vector<BoHandle> handles) {
    job.bo_handles = handles;
    out = syncobj();
    job.multi_sync = MultiSync{{}, {&out, 1}, Queue::cpu};
    return submit_cpu(node(), job).error();
  }
  FenceStatus end() {
    EXPECT_TRUE(node().syncobj_wait({&out, 1}, ten_seconds).ok());
    return node().fence_status(out).value();
  }
  void expect_runs(SubmitCpu job, std::vector<BoHandle> handles) {
    ASSERT_EQ(submit(std::move(job), std::move(handles)), 0);
    EXPECT_EQ(end(), (FenceStatus{true, 0}));
  }

  JobControl jobs;
  std::vector<sim::CsdConfig> cfgs;
  std::unique_ptr<raw::RawFile> file;
  std::optional<Memory> a, b;
  SyncobjHandle out = 0;
};

TEST_F(CpuJobTest, DispatchesIndirectly) {
  const std::array<std::uint32_t, 3> counts{7, 3, 2};
  for (std::uint32_t i = 0; i < 3; ++i) a->put(64 + 4 * i, counts[i]);
  IndirectCsd work;
  work.csd.cfg = {0, 1u << 16, 1u << 16, 0x120, 1, 0x1000, 0x2000};
  work.csd.bo_handles = {&b->bo.handle, 1};
  work.uniforms = b->bo.handle;
  work.offset = 64;
  work.workgroup_size = 20;
  work.uniform_offsets = {5, ~0u, 6};
  // The numbers are those of its turn, not those of the submission.
  const auto gate = syncobj();
  SubmitCsd before;
  before.cfg = {held};
  before.bo_handles = {&a->bo.handle, 1};
  before.out_sync = gate;
  ASSERT_TRUE(node().submit_csd(before).ok());
  ASSERT_EQ(submit({.work = work}, {a->bo.handle}), 0);
  a->put(64, 4u);
  jobs.open_gate();
  EXPECT_EQ(end(), (FenceStatus{true, 0}));
  ASSERT_EQ(cfgs.size(), 2u);
  EXPECT_EQ(cfgs[1], (sim::CsdConfig{4u << 16, 3u << 16, 2u << 16, 0x120, 2 * 24, 0x1000, 0x2000}));
  EXPECT_EQ(b->at<std::uint32_t>(20), 4u);
  EXPECT_EQ(b->at<std::uint32_t>(24), 2u);
  // No workgroup: no job.
  a->put(68, 0u);
  expect_runs({.work = work}, {a->bo.handle});
  EXPECT_EQ(cfgs.size(), 2u);
}

TEST_F(CpuJobTest, TellsTheTime) {
  const auto now = [] {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                          std::chrono::steady_clock::now().time_since_epoch())
                                          .count());
  };
  a->put(8, std::uint64_t{77});
  const std::array syncs{syncobj(), syncobj()};
  const auto before = now();
  expect_runs({.work = TimestampQueries{{{16, syncs[0]}, {8, syncs[1]}}}}, {a->bo.handle});
  EXPECT_GE(a->at<std::uint64_t>(16), before);
  EXPECT_LE(a->at<std::uint64_t>(16), now());
  EXPECT_EQ(a->at<std::uint64_t>(8), 0u);
  EXPECT_TRUE(done(syncs[0]) && done(syncs[1]));

  expect_runs({.work = ResetTimestampQueries{{{16, syncs[0]}}}}, {a->bo.handle});
  EXPECT_EQ(a->at<std::uint64_t>(16), 0u);
  EXPECT_EQ(node().fence_status(syncs[0]).error(), EINVAL);  // no fence
  EXPECT_TRUE(done(syncs[1]));
}

TEST_F(CpuJobTest, CopiesTimestamps) {
  a->put(0, 0x1'0000'0005u | std::uint64_t{1} << 32);
  a->put(8, std::uint64_t{6});
  const std::array syncs{syncobj(true), syncobj()};
  const std::vector<Query> queries{{0, syncs[0]}, {8, syncs[1]}};
  b->put(256 + 32, std::uint64_t{99});
  expect_runs({.work = CopyTimestampQueries{{true, false, true, 256, 32}, queries}},
              {b->bo.handle, a->bo.handle});
  EXPECT_EQ(b->at<std::uint64_t>(256), 0x1'0000'0005u);
  EXPECT_EQ(b->at<std::uint64_t>(264), 1u);
  EXPECT_EQ(b->at<std::uint64_t>(256 + 32), 99u);  // not available
  EXPECT_EQ(b->at<std::uint64_t>(264 + 32), 0u);
  expect_runs({.work = CopyTimestampQueries{{false, true, false, 512, 4}, queries}},
              {b->bo.handle, a->bo.handle});
  EXPECT_EQ(b->at<std::uint32_t>(512), 5u);
  EXPECT_EQ(b->at<std::uint32_t>(516), 6u);
}

TEST_F(CpuJobTest, CopiesAndResetsPerformance) {
  const std::array<std::uint8_t, 2> counters{static_cast<std::uint8_t>(sim::Counter::cycle_count),
                                             static_cast<std::uint8_t>(sim::Counter::qpu_active)};
  const auto perfmon = node().perfmon_create(counters).value();
  SubmitCsd csd;
  csd.bo_handles = {&a->bo.handle, 1};
  csd.perfmon_id = perfmon;
  ASSERT_TRUE(node().submit_csd(csd).ok());
  ASSERT_TRUE(node().wait_bo(a->bo.handle, ten_seconds).ok());
  const auto counted = node().perfmon_get_values(perfmon).value()[1];
  ASSERT_GT(counted, 0u);
  const auto sync = syncobj(true);
  const std::vector<PerformanceQuery> queries{{{perfmon}, sync}};
  expect_runs({.work = CopyPerformanceQueries{{true, false, true, 0, 0}, 2, queries}},
              {b->bo.handle});
  EXPECT_EQ(b->at<std::uint64_t>(8), counted);
  EXPECT_EQ(b->at<std::uint64_t>(16), 1u);
  expect_runs({.work = ResetPerformanceQueries{queries}}, {});
  EXPECT_EQ(node().perfmon_get_values(perfmon).value(), (std::vector<std::uint64_t>{0, 0}));
  EXPECT_EQ(node().fence_status(sync).error(), EINVAL);
}

TEST_F(CpuJobTest, Refuses) {
  const auto handle = a->bo.handle;
  EXPECT_EQ(submit({.work = TimestampQueries{}}, {}), EINVAL);
  EXPECT_EQ(submit({.work = TimestampQueries{}}, {handle, b->bo.handle}), EINVAL);
  EXPECT_EQ(submit({.work = TimestampQueries{}}, {4711}), ENOENT);
  EXPECT_EQ(submit({.work = TimestampQueries{{{0, 4711}}}}, {handle}), EINVAL);
  EXPECT_EQ(submit({.work = IndirectCsd{}}, {handle}), EINVAL);  // no buffer of the compute job
  EXPECT_EQ(submit({.work = ResetPerformanceQueries{{{{4711}, syncobj()}}}}, {}), EINVAL);
  SimulatedOptions old;
  old.kernel = *find_kernel_flavour("6.6");
  const auto other = open_simulated(std::move(old));
  EXPECT_EQ(submit_cpu(*other, {.work = ResetPerformanceQueries{}}).error(), EINVAL);
}

TEST_F(CpuJobTest, WritesNowhereElse) {
  for (const std::uint32_t offset : {4089u, 4096u, 0xfffffff8u}) {
    ASSERT_EQ(submit({.work = TimestampQueries{{{offset, syncobj()}}}}, {a->bo.handle}), 0);
    EXPECT_EQ(end(), (FenceStatus{true, ECANCELED}));
    const auto report = node().report(out);
    ASSERT_TRUE(report && report->fault);
    EXPECT_EQ(report->fault->message,
              "SUBMIT_CPU: 8 bytes at offset " + std::to_string(offset) + " of a buffer of 4096");
  }
}

TEST_F(CpuJobTest, RawRequests) {
  const auto sync = syncobj();
  const std::uint32_t offset = 40;
  uapi::TimestampQuery query{};
  query.header = {0, uapi::TimestampQuery::id, 0};
  query.offsets = reinterpret_cast<std::uint64_t>(&offset);
  query.syncs = reinterpret_cast<std::uint64_t>(&sync);
  query.count = 1;
  uapi::SubmitCpu args{reinterpret_cast<std::uint64_t>(&a->bo.handle), 1, uapi::submit_extension,
                       reinterpret_cast<std::uint64_t>(&query)};
  ASSERT_EQ(file->ioctl(uapi::submit_cpu, &args), 0);
  ASSERT_TRUE(node().syncobj_wait({&sync, 1}, ten_seconds, {.for_submit = true}).ok());
  EXPECT_NE(a->at<std::uint64_t>(40), 0u);

  args.flags = 0;
  EXPECT_EQ(file->ioctl(uapi::submit_cpu, &args), EINVAL);
  args.flags = uapi::submit_extension;
  query.header.next = args.extensions;  // a ring: the same kind twice
  EXPECT_EQ(file->ioctl(uapi::submit_cpu, &args), EINVAL);
  query.header = {0, 8, 0};
  EXPECT_EQ(file->ioctl(uapi::submit_cpu, &args), EINVAL);
  query.header = {0, uapi::TimestampQuery::id, 1};
  EXPECT_EQ(file->ioctl(uapi::submit_cpu, &args), EINVAL);
  query.header.flags = 0;
  query.pad = 1;
  EXPECT_EQ(file->ioctl(uapi::submit_cpu, &args), EINVAL);
  query.pad = 0;
  query.offsets = 8;
  if (raw::ThisProgram::checks_pointers()) {
    EXPECT_EQ(file->ioctl(uapi::submit_cpu, &args), EFAULT);
  }
  args.extensions = 0;
  EXPECT_EQ(file->ioctl(uapi::submit_cpu, &args), EINVAL);
}

}  // namespace
}  // namespace vc7::drm::test
