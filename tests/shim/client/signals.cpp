// SPDX-License-Identifier: MIT
//
// Waits that end by their time or by signals.
#include <drm.h>
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

#include "client.hpp"

namespace client {
namespace {

volatile sig_atomic_t alarms = 0;

void start_alarm(int flags) {
  struct sigaction action {};
  action.sa_handler = [](int) { alarms = alarms + 1; };
  action.sa_flags = flags;
  CHECK(sigaction(SIGALRM, &action, nullptr) == 0);
  itimerval once{};
  once.it_value.tv_usec = 30'000;
  CHECK(setitimer(ITIMER_REAL, &once, nullptr) == 0);
}

std::int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

int wait_for(int fd, std::uint32_t handle, std::int64_t deadline) {
  drm_syncobj_wait args{};
  args.handles = reinterpret_cast<std::uint64_t>(&handle);
  args.count_handles = 1;
  args.timeout_nsec = deadline;
  args.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT;
  return ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, &args);
}

}  // namespace

void signals(int) {
  const int fd = open(render_node, O_RDWR);
  drm_syncobj_create create{};
  CHECK(ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &create) == 0);
  const auto start = now();
  CHECK_ERRNO(wait_for(fd, create.handle, start + 60'000'000), ETIME);
  CHECK(now() - start >= 60'000'000);
  CHECK_ERRNO(wait_for(fd, create.handle, 0), ETIME);
  // A handler without SA_RESTART ends the wait, one with it does not.
  start_alarm(0);
  CHECK_ERRNO(wait_for(fd, create.handle, INT64_MAX), EINTR);
  CHECK(alarms == 1);
  start_alarm(SA_RESTART);
  CHECK_ERRNO(wait_for(fd, create.handle, now() + 100'000'000), ETIME);
  CHECK(alarms == 2);
  Buffer buffer{fd};
  buffer.load();
  CHECK(buffer.submit(create.handle) == 0);
  CHECK(wait_for(fd, create.handle, INT64_MAX) == 0);
  CHECK(buffer.results_right());
}

// Kills the server, whose process is given, and waits for what nobody will signal.
void orphan(int server) {
  const int fd = open(render_node, O_RDWR);
  drm_syncobj_create create{};
  CHECK(ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &create) == 0);
  const pid_t killer = fork();
  if (killer == 0) {
    usleep(50'000);
    kill(server, SIGKILL);
    _exit(0);
  }
  CHECK_ERRNO(wait_for(fd, create.handle, INT64_MAX), ENODEV);
  CHECK_ERRNO(wait_for(fd, create.handle, 0), ENODEV);
}

}  // namespace client
