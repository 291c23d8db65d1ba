// SPDX-License-Identifier: MIT
#include "sync_file.hpp"

#include <linux/sync_file.h>

#include <cerrno>
#include <cstring>

namespace vc7::shim {
namespace {

std::int32_t status_of(const drm::FenceStatus& fence) {
  if (!fence.signalled) return 0;
  return fence.error != 0 ? -fence.error : 1;
}

}  // namespace

int sync_file_ioctl(const drm::FenceStatus& fence, MessageCaller& caller, const Request& request) {
  if (request.code != SYNC_IOC_FILE_INFO) return ENOTTY;
  sync_file_info info{};
  if (!caller.read(&info, request.argument, sizeof info)) return EFAULT;
  if (info.flags != 0 || info.pad != 0) return EINVAL;
  info.status = status_of(fence);
  if (info.num_fences != 0) {
    sync_fence_info one{};
    std::strcpy(one.obj_name, "v3d");
    std::strcpy(one.driver_name, "v3d");
    one.status = info.status;
    caller.write(info.sync_fence_info, &one, sizeof one);
  }
  std::strcpy(info.name, "v3d-csd");
  info.num_fences = 1;
  caller.write(request.argument, &info, sizeof info);
  return 0;
}

}  // namespace vc7::shim
