// SPDX-License-Identifier: MIT
//
// What files are: the stat family. The device nodes of the tree and open device files are sockets
// and are shown as the character devices that they stand for.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "paths.hpp"
#include "real.hpp"
#include "state.hpp"

namespace vc7::shim::client {
namespace {

static_assert(sizeof(struct stat) == sizeof(struct stat64));

constinit Real<int(int, const char*, struct stat*, int)> real_fstatat{"fstatat"};
constinit Real<int(int, const char*, int, unsigned, struct statx*)> real_statx{"statx"};

// An open device file is a socket without a name; what it is connected to says what it is.
bool show_open_device(int fd, struct stat& status) {
  if (!S_ISSOCK(status.st_mode)) return false;
  const auto node = node_of(fd);
  if (node == Node::none || node == Node::exported) return false;
  struct stat of_node;
  const auto& entry = server()->nodes[index(node)];
  if (syscall(SYS_newfstatat, AT_FDCWD, entry.path, &of_node, 0) != 0) return false;
  status = of_node;
  show_device(status);
  return true;
}

bool names_descriptor(const char* path, int flags) {
  return (flags & AT_EMPTY_PATH) != 0 && (path == nullptr || *path == '\0');
}

int stat_at(int folder, const char* path, struct stat* status, int flags) {
  PathBuffer buffer;
  const int result = real_fstatat(folder, redirect(path, buffer), status, flags);
  if (result != 0) return result;
  if (!names_descriptor(path, flags) || !show_open_device(folder, *status)) show_device(*status);
  return 0;
}

int stat_open(int fd, struct stat* status) { return stat_at(fd, "", status, AT_EMPTY_PATH); }

struct stat* plain(struct stat64* status) {
  return reinterpret_cast<struct stat*>(status);
}

}  // namespace
}  // namespace vc7::shim::client

using namespace vc7::shim::client;

VC7_INTERPOSE int stat(const char* path, struct stat* to) noexcept {
  return stat_at(AT_FDCWD, path, to, 0);
}
VC7_INTERPOSE int stat64(const char* path, struct stat64* to) noexcept {
  return stat_at(AT_FDCWD, path, plain(to), 0);
}
VC7_INTERPOSE int lstat(const char* path, struct stat* to) noexcept {
  return stat_at(AT_FDCWD, path, to, AT_SYMLINK_NOFOLLOW);
}
VC7_INTERPOSE int lstat64(const char* path, struct stat64* to) noexcept {
  return stat_at(AT_FDCWD, path, plain(to), AT_SYMLINK_NOFOLLOW);
}
VC7_INTERPOSE int fstat(int fd, struct stat* to) noexcept { return stat_open(fd, to); }
VC7_INTERPOSE int fstat64(int fd, struct stat64* to) noexcept { return stat_open(fd, plain(to)); }
VC7_INTERPOSE int fstatat(int folder, const char* path, struct stat* to, int flags) noexcept {
  return stat_at(folder, path, to, flags);
}
VC7_INTERPOSE int fstatat64(int folder, const char* path, struct stat64* to, int flags) noexcept {
  return stat_at(folder, path, plain(to), flags);
}

// Programs that were linked with a C library before 2.33 call these.
VC7_INTERPOSE int __xstat(int, const char* path, struct stat* to) {
  return stat_at(AT_FDCWD, path, to, 0);
}
VC7_INTERPOSE int __xstat64(int, const char* path, struct stat64* to) {
  return stat_at(AT_FDCWD, path, plain(to), 0);
}
VC7_INTERPOSE int __lxstat(int, const char* path, struct stat* to) {
  return stat_at(AT_FDCWD, path, to, AT_SYMLINK_NOFOLLOW);
}
VC7_INTERPOSE int __lxstat64(int, const char* path, struct stat64* to) {
  return stat_at(AT_FDCWD, path, plain(to), AT_SYMLINK_NOFOLLOW);
}
VC7_INTERPOSE int __fxstat(int, int fd, struct stat* to) { return stat_open(fd, to); }
VC7_INTERPOSE int __fxstat64(int, int fd, struct stat64* to) { return stat_open(fd, plain(to)); }
VC7_INTERPOSE int __fxstatat(int, int folder, const char* path, struct stat* to, int flags) {
  return stat_at(folder, path, to, flags);
}
VC7_INTERPOSE int __fxstatat64(int, int folder, const char* path, struct stat64* to, int flags) {
  return stat_at(folder, path, plain(to), flags);
}

VC7_INTERPOSE int statx(int folder, const char* path, int flags, unsigned mask,
                        struct statx* to) noexcept {
  PathBuffer buffer;
  const char* name = redirect(path, buffer);
  // An open device has no file; what its node is goes for it.
  if (names_descriptor(path, flags))
    if (const auto node = node_of(folder); node != Node::none && node != Node::exported) {
      name = server()->nodes[index(node)].path;
      folder = AT_FDCWD;
    }
  const int result = real_statx(folder, name, flags, mask, to);
  if (result == 0) show_device(*to);
  return result;
}
