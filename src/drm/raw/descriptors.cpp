// SPDX-License-Identifier: MIT
//
// Requests of the DRM core that make descriptors of objects, and objects of descriptors.
#include <fcntl.h>

#include <cerrno>

#include <vc7/drm/exported.hpp>

#include "calls.hpp"

namespace vc7::drm::raw {
namespace {

template <class Args>
int give(Caller& caller, const Result<Shared>& object, bool keep_on_exec, Args& args) {
  if (!object) return object.error();
  const auto fd = caller.give(object.value(), keep_on_exec);
  if (fd) args.fd = fd.value();
  return fd.error();
}

}  // namespace

int prime_handle_to_fd(Node& node, Caller& caller, drm_prime_handle& args) {
  if ((args.flags & ~std::uint32_t{DRM_CLOEXEC | DRM_RDWR}) != 0) return EINVAL;
  return give(caller, export_bo(node, args.handle), (args.flags & DRM_CLOEXEC) == 0, args);
}

int prime_fd_to_handle(Node& node, Caller& caller, drm_prime_handle& args) {
  const auto object = caller.take(args.fd);
  if (!object) return object.error();
  const auto bo = import_bo(node, object.value());
  if (bo) args.handle = bo.value();
  return bo.error();
}

int syncobj_handle_to_fd(Node& node, Caller& caller, drm_syncobj_handle& args) {
  constexpr std::uint32_t sync_file = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE;
  if (args.pad != 0 || (args.flags & ~sync_file) != 0) return EINVAL;
  return give(caller,
              args.flags != 0 ? export_fence(node, args.handle) : export_syncobj(node, args.handle),
              false, args);
}

int syncobj_fd_to_handle(Node& node, Caller& caller, drm_syncobj_handle& args) {
  constexpr std::uint32_t sync_file = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE;
  if (args.pad != 0 || (args.flags & ~sync_file) != 0) return EINVAL;
  const auto object = caller.take(args.fd);
  if (!object) return object.error() == EBADF ? EINVAL : object.error();
  if (args.flags != 0) return import_fence(node, args.handle, object.value()).error();
  const auto syncobj = import_syncobj(node, object.value());
  if (syncobj) args.handle = syncobj.value();
  return syncobj.error();
}

}  // namespace vc7::drm::raw
