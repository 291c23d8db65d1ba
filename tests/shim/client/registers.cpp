// SPDX-License-Identifier: MIT
//
// Registers through /dev/mem (v3d71 §15).
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <ctime>

#include "client.hpp"

namespace client {
namespace {

using Words = volatile std::uint32_t;

Words* map(int fd, std::uint64_t address, std::size_t size) {
  void* const start =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(address));
  CHECK(start != MAP_FAILED);
  return static_cast<Words*>(start);
}

std::int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void identity(int device, const Words* hub, const Words* core) {
  const Words* const registers[]{hub + 1, hub + 3, hub + 4, hub + 5, core, core + 1, core + 2};
  for (std::uint32_t i = 0; i < 7; ++i) {
    GetParam args{i, 0, 0};
    CHECK(ioctl(device, get_param, &args) == 0);
    CHECK(args.value == *registers[i]);
  }
}

// In the way of py-videocore7: sources, then all of enable, clear and overflow.
void start(Words* core, std::uint32_t sources, std::uint32_t mask) {
  core[0x660 / 4] = sources;
  core[0x650 / 4] = mask;
  core[0x654 / 4] = mask;
  core[0x658 / 4] = mask;
}

void settle() { usleep(20'000); }

void clock_runs(const Words* count) {
  // The window may be late by a moment, and the machine busy: the shortest of some measurements.
  double best = 1e9;
  for (int i = 0; i < 10; ++i) {
    const auto begin = now();
    const std::uint32_t before = count[0];
    usleep(20'000);
    const std::uint32_t cycles = count[0] - before;
    const auto ns = now() - begin;
    const double error = cycles / (static_cast<double>(ns) * 0.96) - 1;
    if (error * error < best * best) best = error;
  }
  CHECK(best > -0.05 && best < 0.05);
}

void counters(int device, Words* core) {
  const Words* const count = core + 0x680 / 4;
  start(core, 0 | 83 << 8 | 34 << 16, 7);  // clock, instructions, L2T fills
  settle();
  clock_runs(count);
  CHECK(count[1] == 0);
  Buffer buffer{device};
  buffer.load();
  for (std::uint32_t i = 1; i <= 20; ++i) {
    CHECK(buffer.submit() == 0 && buffer.wait() == 0);
    CHECK(count[1] == 12 * i);  // at once, without a pause
  }
  CHECK(count[2] == 0 && count[3] == 0);
  start(core, 83, 1);
  CHECK(buffer.submit() == 0 && buffer.wait() == 0);
  CHECK(count[0] == 12);
  start(core, 0 | 83 << 8 | 34 << 16, 7);
  settle();
  core[0x650 / 4] = 0;
  settle();
  const std::uint32_t stopped = count[0];
  settle();
  CHECK(count[0] == stopped && stopped != 0);
  core[0x654 / 4] = 7;
  settle();
  CHECK(count[0] == 0 && count[1] == 0 && core[0x654 / 4] == 0);
}

}  // namespace

void registers(int) {
  const int device = open(render_node, O_RDWR);
  const int memory = open("/dev/mem", O_RDWR | O_SYNC);
  CHECK(device >= 0 && memory >= 0);
  struct stat status;
  CHECK(fstat(memory, &status) == 0 && S_ISCHR(status.st_mode));
  CHECK(status.st_rdev == makedev(1, 1));
  Words* const hub = map(memory, 0x1002000000, 0x4000);
  Words* const core = map(memory, 0x1002008000, 0x6000);
  // The memory of the computer is not there.
  errno = 0;
  CHECK(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, memory, 0) == MAP_FAILED && errno == EPERM);
  CHECK(mmap(nullptr, 0x40000, PROT_READ, MAP_SHARED, memory, 0x1002000000) == MAP_FAILED);
  CHECK_ERRNO(ioctl(memory, get_param, nullptr), ENOTTY);
  close(memory);  // the mapping stays
  identity(device, hub, core);
  counters(device, core);
  close(device);
}

}  // namespace client
