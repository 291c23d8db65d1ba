// SPDX-License-Identifier: MIT
//
// Requests of the DRM core: syncobjs with points.
#include <cerrno>
#include <vector>

#include "calls.hpp"
#include "deadline.hpp"

namespace vc7::drm::raw {
namespace {

// How long the kernel waits for a point to be submitted that is to be transferred.
constexpr std::uint64_t transfer_patience_ns = 5'000'000'000;

// Without a pointer all points are 0.
bool read_points(Caller& caller, std::vector<std::uint64_t>& to, std::uint64_t from,
                 std::uint32_t count) {
  if (from != 0) return read_array(caller, to, from, count);
  to.assign(count, 0);
  return true;
}

}  // namespace

int syncobj_timeline_wait(Node& node, Caller& caller, drm_syncobj_timeline_wait& args) {
  constexpr std::uint32_t all = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL;
  constexpr std::uint32_t for_submit = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT;
  constexpr std::uint32_t available = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_AVAILABLE;
  if ((args.flags & ~(all | for_submit | available)) != 0) return EINVAL;
  std::vector<SyncobjHandle> handles;
  std::vector<std::uint64_t> points;
  if (!read_array(caller, handles, args.handles, args.count_handles) ||
      !read_points(caller, points, args.points, args.count_handles))
    return EFAULT;
  auto timeout_ns = nanoseconds_until(args.timeout_nsec);
  const auto first = node.syncobj_timeline_wait(handles, points, caller.patience(timeout_ns),
                                                {.all = (args.flags & all) != 0,
                                                 .for_submit = (args.flags & for_submit) != 0,
                                                 .available = (args.flags & available) != 0});
  if (first) args.first_signaled = first.value();
  return first.error() == ETIME ? caller.timed_out(timeout_ns) : first.error();
}

int syncobj_timeline_signal(Node& node, Caller& caller, const drm_syncobj_timeline_array& args) {
  if (args.flags != 0) return EINVAL;
  std::vector<SyncobjHandle> handles;
  std::vector<std::uint64_t> points;
  if (!read_array(caller, handles, args.handles, args.count_handles) ||
      !read_points(caller, points, args.points, args.count_handles))
    return EFAULT;
  return node.syncobj_timeline_signal(handles, points).error();
}

int syncobj_query(Node& node, Caller& caller, const drm_syncobj_timeline_array& args) {
  constexpr std::uint32_t last = DRM_SYNCOBJ_QUERY_FLAGS_LAST_SUBMITTED;
  if ((args.flags & ~last) != 0) return EINVAL;
  std::vector<SyncobjHandle> handles;
  if (!read_array(caller, handles, args.handles, args.count_handles)) return EFAULT;
  const auto points = node.syncobj_query(handles, (args.flags & last) != 0);
  if (!points) return points.error();
  const auto bytes = std::as_bytes(std::span{points.value()});
  return caller.write(args.points, bytes.data(), bytes.size()) ? 0 : EFAULT;
}

int syncobj_transfer(Node& node, Caller& caller, const drm_syncobj_transfer& args) {
  constexpr std::uint32_t for_submit = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT;
  if (args.pad != 0 || (args.flags & ~for_submit) != 0) return EINVAL;
  if (args.flags != 0) {
    auto timeout_ns = transfer_patience_ns;
    const SyncobjHandle source = args.src_handle;
    const std::uint64_t point = args.src_point;
    const auto there =
        node.syncobj_timeline_wait({&source, 1}, {&point, 1}, caller.patience(timeout_ns),
                                   {.all = true, .for_submit = true, .available = true});
    if (there.error() == ETIME) return caller.timed_out(timeout_ns);
    if (!there) return there.error();
  }
  return node.syncobj_transfer({args.src_handle, args.src_point}, {args.dst_handle, args.dst_point})
      .error();
}

int get_cap(Node& node, Caller&, drm_get_cap& args) {
  const auto value = node.get_cap(args.capability);
  if (value) args.value = value.value();
  return value.error();
}

}  // namespace vc7::drm::raw
