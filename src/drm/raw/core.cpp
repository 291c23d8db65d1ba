// SPDX-License-Identifier: MIT
//
// Requests of the DRM core: version and syncobjs.
#include <algorithm>
#include <cerrno>
#include <string_view>
#include <vector>

#include "../uapi.hpp"
#include "calls.hpp"
#include "deadline.hpp"

namespace vc7::drm::raw {
namespace {

// The program asks twice: for the length, then with a buffer for as much as it wants.
template <class Length>
int copy_text(Caller& caller, char* to, Length& length, std::string_view text) {
  const auto size = std::min<std::size_t>(length, text.size());
  length = static_cast<Length>(text.size());
  if (to == nullptr || size == 0) return 0;
  return caller.write(reinterpret_cast<std::uint64_t>(to), text.data(), size) ? 0 : EFAULT;
}

template <class Call>
int on_array(Caller& caller, const drm_syncobj_array& args, Call call) {
  if (args.pad != 0) return EINVAL;
  std::vector<SyncobjHandle> handles;
  if (!read_array(caller, handles, args.handles, args.count_handles)) return EFAULT;
  return call(handles).error();
}

}  // namespace

int version(Node&, Caller& caller, drm_version& args) {
  args.version_major = 1;
  args.version_minor = 0;
  args.version_patchlevel = 0;
  if (const int e = copy_text(caller, args.name, args.name_len, "v3d")) return e;
  if (const int e = copy_text(caller, args.date, args.date_len, "0")) return e;
  return copy_text(caller, args.desc, args.desc_len, uapi::model_description);
}

int syncobj_create(Node& node, Caller&, drm_syncobj_create& args) {
  if ((args.flags & ~std::uint32_t{DRM_SYNCOBJ_CREATE_SIGNALED}) != 0) return EINVAL;
  const auto syncobj = node.syncobj_create(args.flags != 0);
  if (syncobj) args.handle = syncobj.value();
  return syncobj.error();
}

int syncobj_destroy(Node& node, Caller&, const drm_syncobj_destroy& args) {
  if (args.pad != 0) return EINVAL;
  return node.syncobj_destroy(args.handle).error();
}

int syncobj_wait(Node& node, Caller& caller, drm_syncobj_wait& args) {
  constexpr std::uint32_t all = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL;
  constexpr std::uint32_t for_submit = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT;
  if ((args.flags & ~(all | for_submit)) != 0) return EINVAL;
  std::vector<SyncobjHandle> handles;
  if (!read_array(caller, handles, args.handles, args.count_handles)) return EFAULT;
  auto timeout_ns = nanoseconds_until(args.timeout_nsec);
  const auto first = node.syncobj_wait(handles, caller.patience(timeout_ns),
                                       {(args.flags & all) != 0, (args.flags & for_submit) != 0});
  if (first) args.first_signaled = first.value();
  // The point in time that the program gave stays right, however often it is interrupted.
  return first.error() == ETIME ? caller.timed_out(timeout_ns) : first.error();
}

int syncobj_reset(Node& node, Caller& caller, const drm_syncobj_array& args) {
  return on_array(caller, args, [&](const auto& handles) { return node.syncobj_reset(handles); });
}

int syncobj_signal(Node& node, Caller& caller, const drm_syncobj_array& args) {
  return on_array(caller, args, [&](const auto& handles) { return node.syncobj_signal(handles); });
}

}  // namespace vc7::drm::raw
