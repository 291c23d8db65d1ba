// SPDX-License-Identifier: MIT
//
// SUBMIT_CL: fills, copies and fences through the interface, and the order between the queues.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <vc7/drm/raw_file.hpp>
#include <vc7/drm/simulated.hpp>

#include "drm/uapi.hpp"
#include "job_control.hpp"
#include "support/tile_job.hpp"

namespace vc7::drm::test {
namespace {

using vc7::test::Bytes;
using vc7::test::TileJob;

class SubmitClTest : public testing::Test {
 protected:
  SubmitClTest() { lists = map(list_bo); }

  std::span<std::byte> map(const BufferObject& bo) {
    mappings.push_back(node.map_bo(bo.handle, 4096).value());
    return mappings.back().bytes();
  }
  std::uint32_t place(const Bytes& list, std::uint32_t offset) {
    std::memcpy(lists.data() + offset, list.data(), list.size());
    return list_bo.address + offset;
  }
  SubmitCl job(const TileJob& tiles) {
    const auto binner = vc7::test::binner_list(tiles);
    const auto inner = vc7::test::generic_list(tiles);
    const auto generic = place(inner, 256);
    const auto outer =
        vc7::test::render_list(tiles, generic, generic + static_cast<std::uint32_t>(inner.size()));
    SubmitCl cl;
    cl.bcl_start = place(binner, 0);
    cl.bcl_end = cl.bcl_start + static_cast<std::uint32_t>(binner.size());
    cl.rcl_start = place(outer, 512);
    cl.rcl_end = cl.rcl_start + static_cast<std::uint32_t>(outer.size());
    cl.bo_handles = handles;
    cl.out_sync = out;
    return cl;
  }
  Result<void> hold(SyncobjHandle out_sync, BoHandle bo) {
    SubmitCsd csd;
    csd.cfg = {held};
    csd.bo_handles = {&bo, 1};
    csd.out_sync = out_sync;
    return node.submit_csd(csd);
  }
  bool wait(SyncobjHandle syncobj) { return node.syncobj_wait({&syncobj, 1}, 10'000'000'000).ok(); }
  FenceStatus status(SyncobjHandle syncobj) { return node.fence_status(syncobj).value(); }

  JobControl jobs;
  raw::RawFile file{open_simulated(
      {.machine = {}, .executor = jobs.executor(), .close_grace = std::chrono::milliseconds{0}})};
  Node& node = file.node();
  BufferObject list_bo = node.create_bo(4096).value(), data = node.create_bo(4096).value();
  std::array<BoHandle, 2> handles{list_bo.handle, data.handle};
  SyncobjHandle out = node.syncobj_create().value();
  std::vector<Mapping> mappings;
  std::span<std::byte> lists;
};

constexpr std::array<std::uint8_t, 16> colour = {0x78, 0x56, 0x34, 0x12};

TEST_F(SubmitClTest, FillsABuffer) {
  auto cl = job({.to = data.address, .colour = colour});
  cl.flush_cache = true;
  ASSERT_TRUE(node.submit_cl(cl).ok());
  ASSERT_TRUE(node.wait_bo(data.handle, wait_forever).ok());
  EXPECT_EQ(status(out), (FenceStatus{true, 0}));
  const auto bytes = map(data);
  for (std::size_t i = 0; i < 4096; ++i) ASSERT_EQ(bytes[i], std::byte{colour[i % 4]}) << i;
}

TEST_F(SubmitClTest, RefusedJobsSayWhy) {
  auto cl = job({.to = data.address, .colour = colour});
  lists[0] = std::byte{36};  // the binner's
  ASSERT_TRUE(node.submit_cl(cl).ok());
  ASSERT_TRUE(wait(out));
  EXPECT_EQ(status(out), (FenceStatus{true, ECANCELED}));
  const auto report = node.report(out);
  ASSERT_TRUE(report && report->fault);
  EXPECT_NE(report->fault->message.find("opcode 36 at offset 0 of the binner list"),
            std::string::npos)
      << report->fault->message;
  EXPECT_EQ(map(data)[0], std::byte{0});  // the renderer did not run
}

TEST_F(SubmitClTest, QueuesDoNotWaitForEachOther) {
  const auto other = node.create_bo(4096).value().handle;
  ASSERT_TRUE(hold(0, other).ok());
  ASSERT_TRUE(node.submit_cl(job({.width = 1, .height = 1})).ok());
  EXPECT_TRUE(wait(out));
  EXPECT_EQ(node.wait_bo(other, 0).error(), ETIME);
  jobs.open_gate();
}

class SubmitClStageTest : public SubmitClTest, public testing::WithParamInterface<Queue> {};

TEST_P(SubmitClStageTest, FencesOfOtherQueuesAreWaitedFor) {
  const auto other = node.create_bo(4096).value().handle;
  const auto csd = node.syncobj_create().value();
  ASSERT_TRUE(hold(csd, other).ok());
  auto cl = job({.width = 1, .height = 1});
  cl.multi_sync = MultiSync{{&csd, 1}, {&out, 1}, GetParam()};
  ASSERT_TRUE(node.submit_cl(cl).ok());
  EXPECT_EQ(node.syncobj_wait({&out, 1}, 2'000'000).error(), ETIME);
  jobs.open_gate();
  EXPECT_TRUE(wait(out));
  EXPECT_TRUE(status(csd).signalled);
}

INSTANTIATE_TEST_SUITE_P(On, SubmitClStageTest, testing::Values(Queue::bin, Queue::render));

TEST_F(SubmitClTest, BuffersOrderTheQueues) {
  ASSERT_TRUE(hold(0, data.handle).ok());
  ASSERT_TRUE(node.submit_cl(job({.to = data.address, .colour = colour})).ok());
  EXPECT_EQ(node.syncobj_wait({&out, 1}, 2'000'000).error(), ETIME);
  jobs.open_gate();
  EXPECT_TRUE(wait(out));
}

TEST_F(SubmitClTest, ClosingDropsWhatWaits) {
  const auto csd = node.syncobj_create().value();
  ASSERT_TRUE(hold(csd, data.handle).ok());
  auto cl = job({.width = 1, .height = 1});
  cl.in_sync_bcl = csd;
  ASSERT_TRUE(node.submit_cl(cl).ok());
  jobs.wait_started(1);
}

TEST_F(SubmitClTest, Errors) {
  auto cl = job({.width = 1, .height = 1});
  cl.out_sync = 99;
  EXPECT_EQ(node.submit_cl(cl).error(), EINVAL);
  cl = job({.width = 1, .height = 1});
  cl.in_sync_rcl = out;  // has no fence
  EXPECT_EQ(node.submit_cl(cl).error(), EINVAL);
  cl.in_sync_rcl = 99;
  EXPECT_TRUE(node.submit_cl(cl).ok());
  cl.perfmon_id = 1;
  EXPECT_EQ(node.submit_cl(cl).error(), ENOENT);
  cl.bo_handles = {};
  EXPECT_EQ(node.submit_cl(cl).error(), EINVAL);
}

TEST_F(SubmitClTest, RawRequests) {
  const auto cl = job({.to = data.address, .colour = colour});
  uapi::SubmitCl args{};
  args.bcl_start = cl.bcl_start;
  args.bcl_end = cl.bcl_end;
  args.rcl_start = cl.rcl_start;
  args.rcl_end = cl.rcl_end;
  args.out_sync = out;
  args.bo_handles = reinterpret_cast<std::uint64_t>(handles.data());
  args.bo_handle_count = 2;
  args.flags = 4;
  EXPECT_EQ(file.ioctl(uapi::submit_cl, &args), EINVAL);
  args.flags = uapi::submit_cl_flush_cache;
  args.pad = 1;
  EXPECT_EQ(file.ioctl(uapi::submit_cl, &args), EINVAL);
  args.pad = 0;
  ASSERT_EQ(file.ioctl(uapi::submit_cl, &args), 0);
  ASSERT_TRUE(wait(out));
  EXPECT_EQ(map(data)[4095], std::byte{0x12});
}

}  // namespace
}  // namespace vc7::drm::test
