// SPDX-License-Identifier: MIT
//
// Raw requests with their pads, flags and pointers (v3d71 §14.2, §14.3).
#include <drm.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include "drm/uapi.hpp"
#include "job_control.hpp"
#include <vc7/drm/caller.hpp>
#include <vc7/drm/raw_file.hpp>

namespace vc7::drm::raw {
namespace {

class RawTest : public testing::Test {
 protected:
  template <class Args>
  int call(std::uint32_t request, Args& args) {
    return file.ioctl(request, &args);
  }
  std::uint32_t buffer() { return file.node().create_bo(4096).value().handle; }

  test::JobControl jobs;
  RawFile file{open_simulated({.machine = {}, .executor = jobs.executor()})};
};

TEST_F(RawTest, CreatesBuffers) {
  uapi::CreateBo args{.size = 100, .flags = 0, .handle = 0, .offset = 0};
  ASSERT_EQ(call(uapi::create_bo, args), 0);
  EXPECT_EQ(args.handle, 1u);
  EXPECT_EQ(args.offset, 0x1000u);
  args.flags = 1;
  EXPECT_EQ(call(uapi::create_bo, args), EINVAL);

  uapi::GetBoOffset where{.handle = 1, .offset = 0};
  ASSERT_EQ(call(uapi::get_bo_offset, where), 0);
  EXPECT_EQ(where.offset, 0x1000u);

  uapi::GemClose close{.handle = 1, .pad = 0};
  EXPECT_EQ(call(uapi::gem_close, close), 0);
  EXPECT_EQ(call(uapi::gem_close, close), EINVAL);
}

TEST_F(RawTest, MapsAtFakeOffsets) {
  const auto bo = buffer();
  uapi::MmapBo args{.handle = bo, .flags = 1, .offset = 0};
  EXPECT_EQ(call(uapi::mmap_bo, args), EINVAL);
  args = {.handle = 4711, .flags = 0, .offset = 0};
  EXPECT_EQ(call(uapi::mmap_bo, args), ENOENT);
  args = {.handle = bo, .flags = 0, .offset = 0};
  ASSERT_EQ(call(uapi::mmap_bo, args), 0);
  EXPECT_EQ(file.map(args.offset, 4096).value().bytes().size(), 4096u);
  EXPECT_EQ(file.map(args.offset, 4097).error(), EINVAL);
  EXPECT_EQ(file.map(args.offset + 4096, 4096).error(), EINVAL);
  EXPECT_EQ(file.map(0, 4096).error(), EINVAL);
}

TEST_F(RawTest, OffsetsEndWithTheirBuffer) {
  uapi::MmapBo args{.handle = buffer(), .flags = 0, .offset = 0};
  ASSERT_EQ(call(uapi::mmap_bo, args), 0);
  ASSERT_TRUE(file.node().gem_close(args.handle).ok());
  EXPECT_EQ(file.map(args.offset, 4096).error(), EINVAL);
  // Another buffer with the same handle at another address does not inherit the offset.
  ASSERT_EQ(file.node().create_bo(1 << 21).value().handle, args.handle);
  EXPECT_EQ(file.map(args.offset, 4096).error(), EINVAL);
}

TEST_F(RawTest, ChecksPads) {
  uapi::WaitBo wait{.handle = buffer(), .pad = 1, .timeout_ns = 0};
  EXPECT_EQ(call(uapi::wait_bo, wait), EINVAL);
  wait.pad = 0;
  EXPECT_EQ(call(uapi::wait_bo, wait), 0);
  uapi::GetParam param{.param = 8, .pad = 1, .value = 0};
  EXPECT_EQ(call(uapi::get_param, param), EINVAL);
}

TEST_F(RawTest, RegisterParamsWantAZeroValue) {
  uapi::GetParam param{.param = 0, .pad = 0, .value = 5};
  EXPECT_EQ(call(uapi::get_param, param), EINVAL);
  param.param = 8;
  EXPECT_EQ(call(uapi::get_param, param), 0);
  EXPECT_EQ(param.value, 1u);
}

TEST_F(RawTest, AcceptsOtherSizes) {
  // An old program: flags only, nothing behind the handle. And a new one with more than we know.
  struct Short {
    std::uint32_t handle, pad;
  } small{buffer(), 0};
  EXPECT_EQ(
      call(uapi::request(uapi::Nr::wait_bo, sizeof small, uapi::Direction::read_write), small), 0);
  struct Long {
    uapi::GetParam known;
    std::uint64_t more;
  } large{{.param = 4, .pad = 0, .value = 0}, 7};
  EXPECT_EQ(
      call(uapi::request(uapi::Nr::get_param, sizeof large, uapi::Direction::read_write), large),
      0);
  EXPECT_EQ(large.known.value, 0x07443356u);
  EXPECT_EQ(large.more, 7u);
}

TEST_F(RawTest, RefusesWhatItDoesNotKnow) {
  std::uint64_t args[16]{};
  const auto submit_cl = uapi::request(uapi::Nr::submit_cl, 72, uapi::Direction::read_write);
  EXPECT_EQ(file.ioctl(submit_cl, args), EINVAL);
  EXPECT_EQ(file.ioctl(0x5401, args), ENOTTY);  // TCGETS
}

TEST_F(RawTest, Perfmons) {
  uapi::PerfmonCreate create{};
  EXPECT_EQ(call(uapi::perfmon_create, create), EINVAL);
  create.ncounters = 33;
  EXPECT_EQ(call(uapi::perfmon_create, create), EINVAL);
  create.ncounters = 2;
  create.counters[1] = 93;
  EXPECT_EQ(call(uapi::perfmon_create, create), EINVAL);
  create.counters[1] = 92;
  ASSERT_EQ(call(uapi::perfmon_create, create), 0);
  EXPECT_EQ(create.id, 1u);

  std::uint64_t values[3]{7, 7, 7};
  uapi::PerfmonGetValues get{.id = 1, .pad = 1, .values = reinterpret_cast<std::uint64_t>(values)};
  EXPECT_EQ(call(uapi::perfmon_get_values, get), EINVAL);
  get.pad = 0;
  ASSERT_EQ(call(uapi::perfmon_get_values, get), 0);
  EXPECT_EQ(values[0], 0u);
  EXPECT_EQ(values[1], 0u);
  EXPECT_EQ(values[2], 7u);  // not ours
  if (ThisProgram::checks_pointers()) {
    get.values = 16;
    EXPECT_EQ(call(uapi::perfmon_get_values, get), EFAULT);
  }

  uapi::PerfmonSetGlobal global{.flags = 2, .id = 1};
  EXPECT_EQ(call(uapi::perfmon_set_global, global), EINVAL);
  global.flags = 0;
  EXPECT_EQ(call(uapi::perfmon_set_global, global), 0);
  global.flags = uapi::perfmon_clear_global;
  EXPECT_EQ(call(uapi::perfmon_set_global, global), 0);

  uapi::PerfmonDestroy destroy{.id = 1};
  EXPECT_EQ(call(uapi::perfmon_destroy, destroy), 0);
  EXPECT_EQ(call(uapi::perfmon_destroy, destroy), EINVAL);
}

TEST_F(RawTest, Timelines) {
  std::uint32_t handle = file.node().syncobj_create().value();
  std::uint64_t point = 4;
  const auto pointer = [](auto& to) { return reinterpret_cast<std::uint64_t>(&to); };
  drm_syncobj_timeline_array array{
      .handles = pointer(handle), .points = pointer(point), .count_handles = 1, .flags = 1};
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, &array), EINVAL);
  array.flags = 0;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, &array), 0);
  point = 0;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_QUERY, &array), 0);
  EXPECT_EQ(point, 4u);
  array.flags = 2;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_QUERY, &array), EINVAL);

  drm_syncobj_timeline_wait wait{};
  wait.handles = pointer(handle);
  wait.points = pointer(point);
  wait.count_handles = 1;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &wait), 0);
  point = 5;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &wait), EINVAL);
  wait.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_AVAILABLE;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &wait), ETIME);
  wait.points = 0;  // all points are 0
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &wait), 0);
  wait.flags = 1 << 9;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &wait), EINVAL);

  drm_syncobj_transfer transfer{};
  transfer.src_handle = transfer.dst_handle = handle;
  transfer.dst_point = 9;
  transfer.pad = 1;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TRANSFER, &transfer), EINVAL);
  transfer.pad = 0;
  transfer.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TRANSFER, &transfer), 0);
  transfer.flags = 4;
  EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TRANSFER, &transfer), EINVAL);
  if (ThisProgram::checks_pointers()) {
    array = {.handles = pointer(handle), .points = 16, .count_handles = 1, .flags = 0};
    EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_QUERY, &array), EFAULT);
    EXPECT_EQ(file.ioctl(DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, &array), EFAULT);
  }
}

TEST_F(RawTest, NamesOfCounters) {
  uapi::PerfmonGetCounter args{};
  args.counter = 83;
  ASSERT_EQ(call(uapi::perfmon_get_counter, args), 0);
  EXPECT_STREQ(args.name.data(), "QPU-active");
  EXPECT_STREQ(args.category.data(), "QPU");
  EXPECT_STREQ(args.description.data(), "Instructions executed");
  args.reserved[6] = 1;
  EXPECT_EQ(call(uapi::perfmon_get_counter, args), EINVAL);
  args.reserved[6] = 0;
  args.counter = 93;
  EXPECT_EQ(call(uapi::perfmon_get_counter, args), EINVAL);
}

class RawSubmitTest : public RawTest {
 protected:
  RawSubmitTest() {
    args.bo_handles = reinterpret_cast<std::uint64_t>(&bo);
    args.bo_handle_count = 1;
  }
  int submit() { return call(uapi::submit_csd, args); }
  void extend() {
    args.flags = uapi::submit_extension;
    args.extensions = reinterpret_cast<std::uint64_t>(&multi);
    multi.header.id = uapi::extension_multi_sync;
    multi.wait_stage = 3;
  }

  const std::uint32_t bo = buffer();
  uapi::SubmitCsd args{};
  uapi::MultiSync multi{};
};

TEST_F(RawSubmitTest, ChecksPadAndFlags) {
  EXPECT_EQ(submit(), 0);
  args.pad = 1;
  EXPECT_EQ(submit(), EINVAL);
  args.pad = 0;
  args.flags = 1;
  EXPECT_EQ(submit(), EINVAL);
  args.flags = uapi::submit_extension;  // with an empty list
  EXPECT_EQ(submit(), 0);
}

TEST_F(RawSubmitTest, ChecksExtensions) {
  extend();
  EXPECT_EQ(submit(), 0);
  multi.pad = 1;
  EXPECT_EQ(submit(), EINVAL);
  multi.pad = 0;
  multi.wait_stage = 6;
  EXPECT_EQ(submit(), EINVAL);
  multi.wait_stage = 3;
  multi.header.flags = 1;
  EXPECT_EQ(submit(), EINVAL);
  multi.header.flags = 0;
  multi.header.id = 2;  // for SUBMIT_CPU only
  EXPECT_EQ(submit(), EINVAL);
}

TEST_F(RawSubmitTest, RefusesAnExtensionTwice) {
  extend();
  multi.header.next = args.extensions;  // and does not run in circles
  EXPECT_EQ(submit(), EINVAL);
}

TEST_F(RawSubmitTest, ChecksSemaphores) {
  extend();
  uapi::Semaphore out{};
  out.handle = file.node().syncobj_create().value();
  multi.out_syncs = reinterpret_cast<std::uint64_t>(&out);
  multi.out_sync_count = 1;
  EXPECT_EQ(submit(), 0);
  EXPECT_TRUE(file.node().syncobj_wait({&out.handle, 1}, wait_forever).ok());
  for (const auto spoil :
       {+[](uapi::Semaphore& s) { s.flags = 1; }, +[](uapi::Semaphore& s) { s.point = 1; },
        +[](uapi::Semaphore& s) { s.must_be_zero[1] = 1; }}) {
    auto bad = out;
    spoil(bad);
    multi.out_syncs = reinterpret_cast<std::uint64_t>(&bad);
    EXPECT_EQ(submit(), EINVAL);
  }
}

TEST_F(RawSubmitTest, BadPointersAreErrors) {
  if (!ThisProgram::checks_pointers()) GTEST_SKIP() << "no process_vm_readv here";
  constexpr std::uint64_t nowhere = 16;
  args.bo_handles = nowhere;
  EXPECT_EQ(submit(), EFAULT);
  args.bo_handles = reinterpret_cast<std::uint64_t>(&bo);
  args.bo_handle_count = 0xffffffff;  // runs off the stack
  EXPECT_EQ(submit(), EFAULT);
  args.bo_handle_count = 1;
  extend();
  multi.in_syncs = nowhere;
  multi.in_sync_count = 1;
  EXPECT_EQ(submit(), EFAULT);
  args.extensions = nowhere;
  EXPECT_EQ(submit(), EFAULT);
  EXPECT_EQ(file.ioctl(uapi::submit_csd, reinterpret_cast<void*>(nowhere)), EFAULT);
}

}  // namespace
}  // namespace vc7::drm::raw
