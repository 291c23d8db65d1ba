// SPDX-License-Identifier: MIT
//
// Times of an empty job and of the memory, for people and benchmarks.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "client.hpp"

namespace client {
namespace {

using Clock = std::chrono::steady_clock;

double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

template <class Action>
double median(int count, Action action) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const auto start = Clock::now();
    action();
    times.push_back(microseconds_since(start));
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

double gigabytes_per_second(void* memory, std::size_t size) {
  std::memset(memory, 1, size);
  const double us = median(9, [&] { std::memset(memory, 2, size); });
  return static_cast<double>(size) / us * 1e-3;
}

}  // namespace

void latency(int count) {
  const int fd = open(render_node, O_RDWR);
  CHECK(fd >= 0);
  Buffer buffer{fd};
  // An empty program: the end of every other one.
  std::memcpy(buffer.words, store_program.data() + 5, 7 * sizeof(std::uint64_t));
  GetParam args{8, 0, 0};
  std::printf("a call: %.1f us\n", median(count, [&] { CHECK(ioctl(fd, get_param, &args) == 0); }));
  std::printf("submit and wait: %.1f us\n", median(count, [&] {
                CHECK(buffer.submit() == 0);
                CHECK(buffer.wait() == 0);
              }));
  constexpr std::uint32_t size = 64 << 20;
  Buffer large{fd, size};
  void* const plain =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::printf("mapped buffer: %.1f GB/s, plain memory: %.1f GB/s\n",
              gigabytes_per_second(large.words, size), gigabytes_per_second(plain, size));
}

}  // namespace client
