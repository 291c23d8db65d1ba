// SPDX-License-Identifier: MIT
//
// A picture: see kernels/mandelbrot.hpp. Every pixel is compared with the CPU.
#include "kernels/mandelbrot.hpp"

#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>
#include <string>

int main() try {
  using namespace vc7::examples;
  vc7::Device device = vc7::Device::open();
  std::printf("%s\n", device.description().c_str());

  constexpr std::uint32_t width = 64, height = 24, most = 100;
  constexpr MandelbrotView view{-2 * 4096 - 2048, -4800, 4 * 4096 / 64};
  auto counts = device.alloc<std::uint32_t>(width * height);
  const vc7::Code code = device.load(vc7::assemble(mandelbrot_kernel));
  device.run(code, vc7::Dispatch{.local_size = {16}, .workgroups = {width / 16, height}},
             vc7::Uniforms{view.left, view.top, view.step, most, counts, 4 * width});

  for (std::uint32_t y = 0; y < height; ++y) {
    std::string line;
    for (std::uint32_t x = 0; x < width; ++x) {
      const std::uint32_t count = counts[y * width + x];
      const std::uint32_t expected =
          mandelbrot_count(view, static_cast<std::int32_t>(x), static_cast<std::int32_t>(y), most);
      if (count != expected) {
        std::printf("WRONG: pixel %u, %u took %u iterations, not %u\n", x, y, count, expected);
        return 1;
      }
      line += count == most ? '#' : count > 12 ? '*' : count > 6 ? '+' : count > 3 ? '.' : ' ';
    }
    std::printf("%s\n", line.c_str());
  }
  std::printf("as expected\n");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
