// SPDX-License-Identifier: MIT
//
// Requests of the DRM core: version and syncobjs.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <vector>

#include "calls.hpp"
#include "user_memory.hpp"

namespace vc7::drm::raw {
namespace {

// The program asks twice: for the length, then with a buffer for as much as it wants.
template <class Length>
int copy_text(char* to, Length& length, std::string_view text) {
  const auto size = std::min<std::size_t>(length, text.size());
  length = static_cast<Length>(text.size());
  if (to == nullptr || size == 0) return 0;
  return copy_out(reinterpret_cast<std::uint64_t>(to), text.data(), size) ? 0 : EFAULT;
}

// Time from now to a point of CLOCK_MONOTONIC, which is what steady_clock shows on Linux.
std::uint64_t nanoseconds_until(std::int64_t deadline) {
  using std::chrono::nanoseconds;
  const std::int64_t now =
      std::chrono::duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count();
  return deadline <= now ? 0 : static_cast<std::uint64_t>(deadline - now);
}

template <class Call>
int on_array(const drm_syncobj_array& args, Call call) {
  if (args.pad != 0) return EINVAL;
  std::vector<SyncobjHandle> handles;
  if (!copy_array(handles, args.handles, args.count_handles)) return EFAULT;
  return call(handles).error();
}

}  // namespace

int version(drm_version& args) {
  args.version_major = 1;
  args.version_minor = 0;
  args.version_patchlevel = 0;
  if (const int e = copy_text(args.name, args.name_len, "v3d")) return e;
  if (const int e = copy_text(args.date, args.date_len, "0")) return e;
  return copy_text(args.desc, args.desc_len, "V3D device model of vc7");
}

int syncobj_create(Node& node, drm_syncobj_create& args) {
  if ((args.flags & ~std::uint32_t{DRM_SYNCOBJ_CREATE_SIGNALED}) != 0) return EINVAL;
  const auto syncobj = node.syncobj_create(args.flags != 0);
  if (syncobj) args.handle = syncobj.value();
  return syncobj.error();
}

int syncobj_destroy(Node& node, const drm_syncobj_destroy& args) {
  if (args.pad != 0) return EINVAL;
  return node.syncobj_destroy(args.handle).error();
}

int syncobj_wait(Node& node, drm_syncobj_wait& args) {
  constexpr std::uint32_t all = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL;
  constexpr std::uint32_t for_submit = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT;
  if ((args.flags & ~(all | for_submit)) != 0) return EINVAL;
  std::vector<SyncobjHandle> handles;
  if (!copy_array(handles, args.handles, args.count_handles)) return EFAULT;
  const auto first = node.syncobj_wait(handles, nanoseconds_until(args.timeout_nsec),
                                       {(args.flags & all) != 0, (args.flags & for_submit) != 0});
  if (first) args.first_signaled = first.value();
  return first.error();
}

int syncobj_reset(Node& node, const drm_syncobj_array& args) {
  return on_array(args, [&](const auto& handles) { return node.syncobj_reset(handles); });
}

int syncobj_signal(Node& node, const drm_syncobj_array& args) {
  return on_array(args, [&](const auto& handles) { return node.syncobj_signal(handles); });
}

}  // namespace vc7::drm::raw
