// SPDX-License-Identifier: MIT
//
// Everything that opens a file by its name. A device node of the tree is a socket, which cannot be
// opened (ENXIO): it is connected to instead, and the connection is the open file.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "paths.hpp"
#include "real.hpp"
#include "state.hpp"

namespace vc7::shim::client {
namespace {

constinit Real<int(int, const char*, int, ...)> real_openat{"openat"};
constinit Real<FILE*(const char*, const char*)> real_fopen{"fopen"};
constinit Real<FILE*(const char*, const char*, FILE*)> real_freopen{"freopen"};

// The device nodes are open to all, as for a user in the groups video and render.
int open_device(int folder, const char* path, int flags) {
  struct stat status;
  if (syscall(SYS_newfstatat, folder, path, &status, 0) != 0) return -1;
  const auto node = node_of(status);
  if (node == Node::none) {
    errno = ENXIO;
    return -1;
  }
  if ((flags & O_DIRECTORY) != 0) {
    errno = ENOTDIR;
    return -1;
  }
  const int fd = connect_to(server()->nodes[index(node)].path, (flags & O_CLOEXEC) != 0);
  if (fd >= 0 && (flags & O_NONBLOCK) != 0) syscall(SYS_fcntl, fd, F_SETFL, O_RDWR | O_NONBLOCK);
  return fd;
}

int open_at(int folder, const char* path, int flags, mode_t mode) {
  PathBuffer buffer;
  const char* const to = redirect(path, buffer);
  const int saved = errno;
  const int fd = real_openat(folder, to, flags, mode);
  if (fd >= 0 || errno != ENXIO || server() == nullptr) return fd;
  const int device = open_device(folder, to, flags);
  if (device >= 0) errno = saved;
  return device;
}

int flags_of(const char* mode) {
  const bool plus = std::strchr(mode, '+') != nullptr;
  const int access = plus ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
  return access | (std::strchr(mode, 'e') != nullptr ? O_CLOEXEC : 0);
}

FILE* open_stream(const char* path, const char* mode) {
  PathBuffer buffer;
  const char* const to = redirect(path, buffer);
  FILE* const stream = real_fopen(to, mode);
  if (stream != nullptr || errno != ENXIO || server() == nullptr) return stream;
  const int fd = open_device(AT_FDCWD, to, flags_of(mode));
  if (fd < 0) return nullptr;
  FILE* const device = fdopen(fd, mode);
  if (device == nullptr) syscall(SYS_close, fd);
  return device;
}

bool takes_mode(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }

}  // namespace
}  // namespace vc7::shim::client

using namespace vc7::shim::client;

// The mode is there only if the flags ask for it.
#define VC7_TAKE_MODE(mode)           \
  mode_t mode = 0;                    \
  if (takes_mode(flags)) {            \
    va_list arguments;                \
    va_start(arguments, flags);       \
    mode = va_arg(arguments, mode_t); \
    va_end(arguments);                \
  }

VC7_INTERPOSE int open(const char* path, int flags, ...) {
  VC7_TAKE_MODE(mode)
  return open_at(AT_FDCWD, path, flags, mode);
}
VC7_INTERPOSE int open64(const char* path, int flags, ...) {
  VC7_TAKE_MODE(mode)
  return open_at(AT_FDCWD, path, flags, mode);
}
VC7_INTERPOSE int openat(int folder, const char* path, int flags, ...) {
  VC7_TAKE_MODE(mode)
  return open_at(folder, path, flags, mode);
}
VC7_INTERPOSE int openat64(int folder, const char* path, int flags, ...) {
  VC7_TAKE_MODE(mode)
  return open_at(folder, path, flags, mode);
}
// What _FORTIFY_SOURCE makes of calls without a mode.
VC7_INTERPOSE int __open_2(const char* path, int flags) {
  return open_at(AT_FDCWD, path, flags, 0);
}
VC7_INTERPOSE int __open64_2(const char* path, int flags) {
  return open_at(AT_FDCWD, path, flags, 0);
}
VC7_INTERPOSE int __openat_2(int folder, const char* path, int flags) {
  return open_at(folder, path, flags, 0);
}
VC7_INTERPOSE int __openat64_2(int folder, const char* path, int flags) {
  return open_at(folder, path, flags, 0);
}
VC7_INTERPOSE int creat(const char* path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
VC7_INTERPOSE int creat64(const char* path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

VC7_INTERPOSE FILE* fopen(const char* path, const char* mode) { return open_stream(path, mode); }
VC7_INTERPOSE FILE* fopen64(const char* path, const char* mode) { return open_stream(path, mode); }
VC7_INTERPOSE FILE* freopen(const char* path, const char* mode, FILE* stream) {
  PathBuffer buffer;
  return real_freopen(redirect(path, buffer), mode, stream);
}
VC7_INTERPOSE FILE* freopen64(const char* path, const char* mode, FILE* stream) {
  return freopen(path, mode, stream);
}
