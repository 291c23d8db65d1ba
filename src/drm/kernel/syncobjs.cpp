// SPDX-License-Identifier: MIT
//
// The syncobj calls on a real kernel, through libdrm.
#include <linux/sync_file.h>
#include <xf86drm.h>

#include <cerrno>
#include <chrono>
#include <limits>
#include <new>

#include "kernel_node.hpp"

namespace vc7::drm::kernel {
namespace {

// Some functions of libdrm return -errno, others -1 and leave it in errno.
int error_of(int returned) { return returned == 0 ? 0 : returned == -1 ? errno : -returned; }

Result<void> status(int returned, const char* name) {
  if (returned != 0) return Failure{error_of(returned), name};
  return {};
}

// The kernel wants a point of CLOCK_MONOTONIC, which is what steady_clock shows on Linux; 0 polls.
std::int64_t deadline(std::uint64_t timeout_ns) {
  if (timeout_ns == 0) return 0;
  const std::int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count();
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  if (timeout_ns > static_cast<std::uint64_t>(last - now)) return last;
  return now + static_cast<std::int64_t>(timeout_ns);
}

std::uint32_t count(std::span<const SyncobjHandle> handles) {
  return static_cast<std::uint32_t>(handles.size());
}

}  // namespace

Result<SyncobjHandle> KernelNode::syncobj_create(bool signalled) {
  SyncobjHandle handle = 0;
  const std::uint32_t flags = signalled ? DRM_SYNCOBJ_CREATE_SIGNALED : 0;
  if (const int returned = drmSyncobjCreate(fd_.get(), flags, &handle))
    return Failure{error_of(returned), "syncobj_create"};
  return handle;
}

Result<void> KernelNode::syncobj_destroy(SyncobjHandle syncobj) {
  return status(drmSyncobjDestroy(fd_.get(), syncobj), "syncobj_destroy");
}

Result<std::uint32_t> KernelNode::syncobj_wait(std::span<const SyncobjHandle> syncobjs,
                                               std::uint64_t timeout_ns, SyncobjWait how) {
  std::uint32_t flags = 0;
  if (how.all) flags |= DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL;
  if (how.for_submit) flags |= DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT;
  std::uint32_t first = 0;
  // libdrm only reads the handles.
  auto* const handles = const_cast<SyncobjHandle*>(syncobjs.data());
  if (const int returned =
          drmSyncobjWait(fd_.get(), handles, count(syncobjs), deadline(timeout_ns), flags, &first))
    return Failure{error_of(returned), "syncobj_wait"};
  return first;
}

Result<void> KernelNode::syncobj_reset(std::span<const SyncobjHandle> syncobjs) {
  return status(drmSyncobjReset(fd_.get(), syncobjs.data(), count(syncobjs)), "syncobj_reset");
}

Result<void> KernelNode::syncobj_signal(std::span<const SyncobjHandle> syncobjs) {
  return status(drmSyncobjSignal(fd_.get(), syncobjs.data(), count(syncobjs)), "syncobj_signal");
}

Result<std::uint32_t> KernelNode::syncobj_timeline_wait(std::span<const SyncobjHandle> syncobjs,
                                                        std::span<const std::uint64_t> points,
                                                        std::uint64_t timeout_ns, SyncobjWait how) {
  if (points.size() != syncobjs.size()) return Failure{EINVAL, "syncobj_timeline_wait"};
  std::uint32_t flags = 0, first = 0;
  if (how.all) flags |= DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL;
  if (how.for_submit) flags |= DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT;
  if (how.available) flags |= DRM_SYNCOBJ_WAIT_FLAGS_WAIT_AVAILABLE;
  // libdrm only reads handles and points.
  auto* const handles = const_cast<SyncobjHandle*>(syncobjs.data());
  auto* const numbers = const_cast<std::uint64_t*>(points.data());
  if (const int returned = drmSyncobjTimelineWait(fd_.get(), handles, numbers, count(syncobjs),
                                                  deadline(timeout_ns), flags, &first))
    return Failure{error_of(returned), "syncobj_timeline_wait"};
  return first;
}

Result<void> KernelNode::syncobj_timeline_signal(std::span<const SyncobjHandle> syncobjs,
                                                 std::span<const std::uint64_t> points) {
  if (points.size() != syncobjs.size()) return Failure{EINVAL, "syncobj_timeline_signal"};
  auto* const numbers = const_cast<std::uint64_t*>(points.data());
  return status(drmSyncobjTimelineSignal(fd_.get(), syncobjs.data(), numbers, count(syncobjs)),
                "syncobj_timeline_signal");
}

Result<std::vector<std::uint64_t>>
KernelNode::syncobj_query(std::span<const SyncobjHandle> syncobjs, bool last_submitted) try {
  std::vector<std::uint64_t> points(syncobjs.size());
  auto* const handles = const_cast<SyncobjHandle*>(syncobjs.data());
  const std::uint32_t flags = last_submitted ? DRM_SYNCOBJ_QUERY_FLAGS_LAST_SUBMITTED : 0;
  if (const int returned =
          drmSyncobjQuery2(fd_.get(), handles, points.data(), count(syncobjs), flags))
    return Failure{error_of(returned), "syncobj_query"};
  return points;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "syncobj_query"};
}

Result<void> KernelNode::syncobj_transfer(TimelinePoint from, TimelinePoint to) {
  return status(drmSyncobjTransfer(fd_.get(), to.syncobj, to.point, from.syncobj, from.point, 0),
                "syncobj_transfer");
}

Result<std::uint64_t> KernelNode::get_cap(std::uint64_t capability) {
  std::uint64_t value = 0;
  if (drmGetCap(fd_.get(), capability, &value) != 0) return Failure{errno, "get_cap"};
  return value;
}

// wait_bo and syncobj_wait return 0 for a job that was killed; only a sync file tells (v3d71
// §14.5).
Result<FenceStatus> KernelNode::fence_status(SyncobjHandle syncobj) {
  int exported = -1;
  if (const int returned = drmSyncobjExportSyncFile(fd_.get(), syncobj, &exported))
    return Failure{error_of(returned), "fence_status"};
  const Fd file{exported};
  sync_file_info info{};  // num_fences 0: the summary alone
  if (drmIoctl(file.get(), SYNC_IOC_FILE_INFO, &info) != 0) return Failure{errno, "fence_status"};
  // 0: active, 1: signalled, negative: signalled with this error.
  return FenceStatus{info.status != 0, info.status < 0 ? -info.status : 0};
}

}  // namespace vc7::drm::kernel
