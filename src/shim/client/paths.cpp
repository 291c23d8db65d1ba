// SPDX-License-Identifier: MIT
#include "paths.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "state.hpp"

namespace vc7::shim::client {
namespace {

// Below these the tree may have something. A path that ends with a colon is the start of a name.
constexpr const char* places[] = {
    "/dev/dri",
    "/dev/mem",
    "/sys/dev/char/226:",
    "/sys/class/drm",
    "/sys/bus/platform/devices/1002000000.v3d",
    "/sys/bus/platform/drivers/v3d",
    "/sys/devices/platform/axi/1002000000.v3d",
    "/proc/device-tree",
    "/sys/firmware/devicetree/base",
};

bool below(const char* path, const char* place) {
  const auto size = std::strlen(place);
  if (std::strncmp(path, place, size) != 0) return false;
  return place[size - 1] == ':' || path[size] == '/' || path[size] == '\0';
}

bool may_be_virtual(const char* path) {
  if (path == nullptr || path[0] != '/') return false;
  for (const char* const place : places)
    if (below(path, place)) return true;
  return false;
}

}  // namespace

const char* redirect(const char* path, PathBuffer& buffer) {
  if (!may_be_virtual(path)) return path;
  const Server* const ours = server_or_start();
  if (ours == nullptr) return path;
  const int length = std::snprintf(buffer, sizeof buffer, "%s%s", ours->root, path);
  if (length < 0 || static_cast<std::size_t>(length) >= sizeof buffer) return path;
  struct stat status;
  const int saved = errno;
  const bool exists = syscall(SYS_newfstatat, AT_FDCWD, buffer, &status, AT_SYMLINK_NOFOLLOW) == 0;
  errno = saved;
  return exists ? buffer : path;
}

void strip_root(char* path) {
  const Server* const ours = server();
  if (ours == nullptr || std::strncmp(path, ours->root, ours->root_size) != 0) return;
  if (path[ours->root_size] != '/') return;
  std::memmove(path, path + ours->root_size, std::strlen(path + ours->root_size) + 1);
}

template <>
void show_device(struct stat& status) {
  const auto node = node_of(status);
  if (node == Node::none) return;
  status.st_mode = (status.st_mode & ~static_cast<mode_t>(S_IFMT)) | S_IFCHR;
  status.st_rdev = server()->nodes[index(node)].number;
}

template <>
void show_device(struct statx& status) {
  struct stat same {};
  same.st_mode = status.stx_mode;
  same.st_ino = status.stx_ino;
  same.st_dev = makedev(status.stx_dev_major, status.stx_dev_minor);
  const auto node = node_of(same);
  if (node == Node::none) return;
  const auto number = server()->nodes[index(node)].number;
  status.stx_mode = static_cast<__u16>((status.stx_mode & ~S_IFMT) | S_IFCHR);
  status.stx_rdev_major = major(number);
  status.stx_rdev_minor = minor(number);
}

}  // namespace vc7::shim::client
