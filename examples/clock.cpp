// SPDX-License-Identifier: MIT
//
// Measures the clock of the GPU: how many cycles its counter advances in half a second. On a
// Raspberry Pi it needs root, for the registers. The model counts the host's time, so there it
// shows that the counters work and nothing about a GPU.
#include <chrono>
#include <cstdio>
#include <thread>

#include <vc7/device/registers.hpp>
#include <vc7/vc7.hpp>

int main() try {
  using Clock = std::chrono::steady_clock;
  const vc7::Device device = vc7::Device::open();
  const auto registers = vc7::Registers::open(device);
  // 1. Count cycles from here on
  const vc7::PerformanceCounter counter{registers, {vc7::Counter::cycle_count}};
  // 2. Read the counter twice, with the host's time beside it
  const auto start = Clock::now();
  const auto before = counter.values()[0];
  std::this_thread::sleep_for(std::chrono::milliseconds{500});
  const auto cycles = counter.values()[0] - before;  // right also if it wraps once
  const std::chrono::duration<double> seconds = Clock::now() - start;
  std::printf("%s\n%s%u cycles in %.3f s: %.1f MHz\n", device.description().c_str(),
              device.is_simulated() ? "simulated: " : "", cycles, seconds.count(),
              cycles / seconds.count() * 1e-6);
} catch (const vc7::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
