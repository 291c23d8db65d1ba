// SPDX-License-Identifier: MIT
#pragma once

#include <xf86drm.h>

#include <cerrno>
#include <cstdint>

#include <vc7/drm/result.hpp>

namespace vc7::drm::kernel {

/// An ioctl: 0 or the errno. Goes on after EINTR and EAGAIN.
template <class Args>
int call(int fd, std::uint32_t request, Args& args) {
  return drmIoctl(fd, request, &args) == 0 ? 0 : errno;
}

inline std::uint64_t pointer(const void* to) { return reinterpret_cast<std::uint64_t>(to); }

inline Result<void> status(int code, const char* name) {
  if (code != 0) return Failure{code, name};
  return {};
}

}  // namespace vc7::drm::kernel
