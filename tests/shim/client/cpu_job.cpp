// SPDX-License-Identifier: MIT
//
// SUBMIT_CPU as a Vulkan driver uses it: an indirect dispatch whose numbers come from the job
// before, and timestamp queries.
#include <drm.h>
#include <fcntl.h>
#include <unistd.h>

#include <ctime>

#include "client.hpp"

namespace client {
namespace {

struct Extension {
  std::uint64_t next;
  std::uint32_t id, flags;
};
struct Semaphore {
  std::uint32_t handle, flags;
  std::uint64_t point, zero[2];
};
struct MultiSync {
  Extension header;
  std::uint64_t in_syncs, out_syncs;
  std::uint32_t in_count, out_count, wait_stage, pad;
};
struct IndirectCsd {
  Extension header;
  SubmitCsd job;
  std::uint32_t uniforms, offset, workgroup_size, uniform_offsets[3];
};
struct TimestampQuery {
  Extension header;
  std::uint64_t offsets, syncs;
  std::uint32_t count, pad;
};
struct ResetTimestampQuery {
  Extension header;
  std::uint64_t syncs;
  std::uint32_t offset, count;
};
struct CopyTimestampQuery {
  Extension header;
  std::uint8_t wide, partial, availability, pad;
  std::uint32_t offset, stride, count;
  std::uint64_t offsets, syncs;
};
struct SubmitCpu {
  std::uint64_t bo_handles;
  std::uint32_t bo_handle_count, flags;
  std::uint64_t extensions;
};

constexpr unsigned long submit_cpu = 0x4018644b;
constexpr std::uint32_t extension_flag = 2, cpu_queue = 5;

std::uint64_t pointer(const void* to) { return reinterpret_cast<std::uint64_t>(to); }

std::uint32_t new_syncobj(int fd) {
  drm_syncobj_create args{};
  CHECK(ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &args) == 0);
  return args.handle;
}

// Of those given, all; within ten seconds.
int wait_for(int fd, const std::uint32_t* syncobjs, std::uint32_t count, std::uint32_t flags = 0) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  drm_syncobj_wait args{};
  args.handles = pointer(syncobjs);
  args.timeout_nsec = (now.tv_sec + 10) * 1'000'000'000 + now.tv_nsec;
  args.count_handles = count;
  args.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL | flags;
  return ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, &args);
}

template <class Work>
int submit_work(int fd, const Work& work, const std::uint32_t* handles, std::uint32_t count) {
  SubmitCpu args{pointer(handles), count, extension_flag, pointer(&work)};
  return ioctl(fd, submit_cpu, &args);
}

// The job before writes the numbers of its lanes: three of them are the numbers of workgroups.
void indirect(int fd) {
  Buffer numbers{fd}, buffer{fd};
  numbers.load();
  buffer.load();
  buffer.words[259] = 77;
  const std::uint32_t first = new_syncobj(fd), done = new_syncobj(fd);
  CHECK(numbers.submit(first) == 0);

  const Semaphore in{first, 0, 0, {}}, out{done, 0, 0, {}};
  const MultiSync syncs{{0, 1, 0}, pointer(&in), pointer(&out), 1, 1, cpu_queue, 0};
  IndirectCsd work{};
  work.header = {pointer(&syncs), 2, 0};
  work.job = buffer.job();
  work.uniforms = buffer.handle;
  work.offset = 2048 + 4;  // lanes 1 to 3
  work.workgroup_size = 16;
  const std::uint32_t offsets[3]{257, 258, ~0u};  // behind the one uniform of the program
  std::memcpy(work.uniform_offsets, offsets, sizeof offsets);
  CHECK(submit_work(fd, work, &numbers.handle, 1) == 0);
  CHECK(wait_for(fd, &done, 1) == 0);
  CHECK(numbers.results_right() && buffer.results_right());
  CHECK(buffer.words[257] == 1 && buffer.words[258] == 2 && buffer.words[259] == 77);

  // No workgroup in one direction: nothing runs.
  numbers.words[513] = 0;
  std::memset(buffer.words + 512, 0xff, 64);
  work.header.next = 0;
  CHECK(submit_work(fd, work, &numbers.handle, 1) == 0);
  CHECK(buffer.wait() == 0 && buffer.words[512] == 0xffffffff);

  CHECK_ERRNO(submit_work(fd, work, &numbers.handle, 0), EINVAL);
  work.header.next = pointer(&work);
  CHECK_ERRNO(submit_work(fd, work, &numbers.handle, 1), EINVAL);
  work.header.next = 16;
  CHECK_ERRNO(submit_work(fd, work, &numbers.handle, 1), EFAULT);
  numbers.close();
  buffer.close();
}

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

void timestamps(int fd) {
  Buffer times{fd}, copies{fd};
  const auto time_at = [](const Buffer& of, std::size_t index) {
    std::uint64_t value;
    std::memcpy(&value, of.words + 2 * index, sizeof value);
    return value;
  };
  times.words[2] = 5;
  const std::uint32_t syncs[2]{new_syncobj(fd), new_syncobj(fd)}, offsets[2]{0, 8};
  TimestampQuery query{{0, 3, 0}, pointer(offsets), pointer(syncs), 2, 0};
  const auto before = now_ns();
  CHECK(submit_work(fd, query, &times.handle, 1) == 0);
  // The fences come when the job runs.
  CHECK(wait_for(fd, syncs, 2, DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT) == 0);
  CHECK(time_at(times, 0) >= before && time_at(times, 0) <= now_ns());
  CHECK(time_at(times, 1) == 0);

  // Value and availability of each.
  const CopyTimestampQuery copy{{0, 5, 0}, 1, 0, 1, 0, 0, 16, 2, pointer(offsets), pointer(syncs)};
  const std::uint32_t both[2]{copies.handle, times.handle};
  CHECK(submit_work(fd, copy, both, 2) == 0 && copies.wait() == 0);
  CHECK(time_at(copies, 0) == time_at(times, 0) && time_at(copies, 1) == 1);
  CHECK(time_at(copies, 2) == 0 && time_at(copies, 3) == 1);

  const ResetTimestampQuery reset{{0, 4, 0}, pointer(syncs), 0, 1};
  CHECK(submit_work(fd, reset, &times.handle, 1) == 0 && times.wait() == 0);
  CHECK(time_at(times, 0) == 0);
  CHECK_ERRNO(wait_for(fd, syncs, 1), EINVAL);  // not available any more
  query.offsets = 16;
  CHECK_ERRNO(submit_work(fd, query, &times.handle, 1), EFAULT);
  times.close();
  copies.close();
}

}  // namespace

void cpu_job(int count) {
  const int fd = open(render_node, O_RDWR | O_CLOEXEC);
  CHECK(fd >= 0);
  GetParam args{12, 0, 0};
  CHECK(ioctl(fd, get_param, &args) == 0 && args.value == 1);
  for (int i = 0; i < count; ++i) {
    indirect(fd);
    timestamps(fd);
  }
  close(fd);
}

}  // namespace client
