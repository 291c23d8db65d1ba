// SPDX-License-Identifier: MIT
//
// ioctl, mmap and lseek of the device.
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdint>

#include "descriptors.hpp"
#include "exchange.hpp"
#include "real.hpp"
#include "state.hpp"

namespace vc7::shim::client {
namespace {

constinit Real<int(int, unsigned long, ...)> real_ioctl{"ioctl"};
constinit Real<void*(void*, size_t, int, int, int, off_t)> real_mmap{"mmap"};
constinit Real<off_t(int, off_t, int)> real_lseek{"lseek"};

constexpr std::uint64_t drm_type = 'd', sync_file_type = '>', dma_buf_type = 'b';

int device_ioctl(int fd, unsigned long request, void* argument) {
  // Python gives request codes as signed numbers; the kernel looks at 32 bits.
  const auto code = static_cast<std::uint32_t>(request);
  const auto size = static_cast<std::uint32_t>((code >> 16) & 0x3fff);
  const int saved = errno;
  const int error =
      exchange(fd, {Kind::ioctl, code, reinterpret_cast<std::uintptr_t>(argument), size, -1});
  errno = error == 0 ? saved : error;
  return error == 0 ? 0 : -1;
}

// What the server maps for us is a file in memory; from then on the mapping is between the program
// and the kernel.
void* device_mmap(void* address, size_t length, int protection, int flags, int fd, off_t offset) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return MAP_FAILED;
  std::uint64_t start = 0;
  int error =
      exchange(fd, {Kind::map, static_cast<std::uint64_t>(offset), length, 0, pair[1]}, &start);
  syscall(SYS_close, pair[1]);
  const int file = error == 0 ? receive_descriptor(pair[0]) : -1;
  syscall(SYS_close, pair[0]);
  if (error == 0 && file < 0) error = ENOMEM;
  if (error != 0) {
    errno = error;
    return MAP_FAILED;
  }
  void* const mapped =
      real_mmap(address, length, protection, flags, file, static_cast<off_t>(start));
  const int saved = errno;
  syscall(SYS_close, file);
  errno = saved;
  return mapped;
}

// Our files are sockets, in which nobody can seek: all others cost nothing.
off_t device_lseek(int fd, off_t offset, int whence) {
  const auto node = node_of(fd);
  if (node == Node::render || node == Node::card) return 0;  // devices have no position
  int error = ESPIPE;
  std::uint64_t position = 0;
  if (node == Node::exported)
    error = exchange(
        fd,
        {Kind::seek, static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(whence), 0, -1},
        &position);
  errno = error;
  return error == 0 ? static_cast<off_t>(position) : -1;
}

}  // namespace
}  // namespace vc7::shim::client

using namespace vc7::shim::client;

VC7_INTERPOSE int ioctl(int fd, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  const auto type = (request >> 8) & 0xff;
  if (type == drm_type || type == sync_file_type || type == dma_buf_type) {
    const auto node = node_of(fd);
    if (node == Node::memory) {
      errno = ENOTTY;
      return -1;
    }
    if (node != Node::none) return device_ioctl(fd, request, argument);
  }
  return real_ioctl(fd, request, argument);
}

VC7_INTERPOSE void* mmap(void* address, size_t length, int protection, int flags, int fd,
                         off_t offset) noexcept {
  if (fd >= 0 && (flags & MAP_ANONYMOUS) == 0 && node_of(fd) != Node::none)
    return device_mmap(address, length, protection, flags, fd, offset);
  return real_mmap(address, length, protection, flags, fd, offset);
}

VC7_INTERPOSE void* mmap64(void* address, size_t length, int protection, int flags, int fd,
                           off_t offset) noexcept {
  return mmap(address, length, protection, flags, fd, offset);
}

VC7_INTERPOSE off_t lseek(int fd, off_t offset, int whence) noexcept {
  const int saved = errno;
  const off_t result = real_lseek(fd, offset, whence);
  if (result >= 0 || errno != ESPIPE) return result;
  const off_t ours = device_lseek(fd, offset, whence);
  if (ours >= 0) errno = saved;
  return ours;
}

VC7_INTERPOSE off_t lseek64(int fd, off_t offset, int whence) noexcept {
  return lseek(fd, offset, whence);
}
