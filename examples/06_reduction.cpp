// SPDX-License-Identifier: MIT
//
// Two buffers, a loop, and a reduction with a barrier: the sum of a million floats. See
// kernels/reduction.hpp.
//
// Batches that meet at a barrier belong to one supergroup and have to be resident at the same time:
// 16 workgroups of 16 lanes here, one batch each.
#include "kernels/reduction.hpp"

#include <vc7/vc7.hpp>

#include <cmath>
#include <cstdio>
#include <exception>

int main() try {
  vc7::Device device = vc7::Device::open();
  std::printf("%s\n", device.description().c_str());

  constexpr std::uint32_t batches = 16;
  auto data = device.alloc<float>(1 << 20);
  auto partial_sums = device.alloc<float>(16 * batches);
  auto sum = device.alloc<float>(1);
  double expected = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = static_cast<float>(i % 1000) / 1000;
    expected += data[i];
  }

  const vc7::Code code = device.load(vc7::assemble(vc7::examples::reduction_kernel));
  const vc7::Dispatch dispatch{.local_size = {16},
                               .workgroups = {batches},
                               .workgroups_per_supergroup = batches,
                               .barrier = true};
  device.run(code, dispatch,
             vc7::Uniforms{data, partial_sums, sum, data.size(), batches * 64, batches});

  const double error = std::abs(sum[0] - expected) / expected;
  std::printf("sum %.2f, expected %.2f, relative error %.1e\n", static_cast<double>(sum[0]),
              expected, error);
  std::printf("%s\n", error < 1e-4 ? "as expected" : "WRONG");
  return error < 1e-4 ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
