// SPDX-License-Identifier: MIT
//
// Descriptors of the device: they are the kernel's, and do what descriptors do.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "client.hpp"

namespace client {
namespace {

bool works(int fd) {
  GetParam args{4, 0, 0};
  return ioctl(fd, get_param, &args) == 0 && args.value == 0x07443356;
}

bool child_succeeds(pid_t child) {
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void what_it_is(int fd) {
  struct stat status;
  CHECK(fstat(fd, &status) == 0 && S_ISCHR(status.st_mode));
  CHECK(status.st_rdev == makedev(226, 128));
  CHECK(stat(render_node, &status) == 0 && S_ISCHR(status.st_mode));
  struct statx more;
  CHECK(statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &more) == 0);
  CHECK(more.stx_rdev_major == 226 && more.stx_rdev_minor == 128);
  pollfd waiting{fd, POLLIN, 0};
  CHECK(poll(&waiting, 1, 0) == 0);
  // Sockets of the program's own stay what they are.
  int pair[2];
  CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
  CHECK(fstat(pair[0], &status) == 0 && S_ISSOCK(status.st_mode));
  GetParam args{4, 0, 0};
  CHECK_ERRNO(ioctl(pair[0], get_param, &args), emulated() ? ENOSYS : ENOTTY);
  close(pair[0]);
  close(pair[1]);
}

void duplicates(int fd) {
  const int copy = dup(fd);
  Buffer buffer{fd};
  GemClose args{buffer.handle, 0};
  CHECK(ioctl(copy, gem_close, &args) == 0);  // one file: one set of handles
  CHECK(dup2(copy, 200) == 200 && close(copy) == 0 && works(200) && close(200) == 0);
  const int other = open(render_node, O_RDWR);
  Buffer mine{fd};
  args.handle = mine.handle;
  CHECK_ERRNO(ioctl(other, gem_close, &args), EINVAL);  // another file: others
  close(other);
}

void forks(int fd) {
  Buffer buffer{fd};
  buffer.load();
  const pid_t child = fork();
  if (child == 0) _exit(buffer.submit() == 0 && buffer.wait() == 0 ? 0 : 1);
  CHECK(child_succeeds(child));
  CHECK(buffer.results_right());
}

// The child is this program again; it looks at a descriptor by its number.
void executes(int fd, bool survives) {
  const pid_t child = fork();
  if (child == 0) {
    const std::string number = std::to_string(fd);
    setenv("SHIM_CLIENT_FD", number.c_str(), 1);
    execl("/proc/self/exe", "shim_client", "files", nullptr);
    _exit(99);
  }
  CHECK(child_succeeds(child) == survives);
}

}  // namespace

void files(int) {
  if (const char* const inherited = std::getenv("SHIM_CLIENT_FD")) {
    std::_Exit(works(std::atoi(inherited)) ? 0 : 1);
  }
  const int fd = open(render_node, O_RDWR);
  CHECK(works(fd));
  what_it_is(fd);
  duplicates(fd);
  forks(fd);
  if (!emulated()) executes(fd, true);
  const int private_fd = open(render_node, O_RDWR | O_CLOEXEC);
  CHECK(works(private_fd));
  if (!emulated()) executes(private_fd, false);
  CHECK(close(fd) == 0);
  CHECK_ERRNO(close(fd), EBADF);
  GetParam args{4, 0, 0};
  CHECK_ERRNO(ioctl(fd, get_param, &args), emulated() ? ENOSYS : EBADF);
}

}  // namespace client
