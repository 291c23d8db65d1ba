// SPDX-License-Identifier: MIT
//
// The kernel of 16-bit integers that tools/timing compares with published times gives the product.
#include <random>

#include "../../examples/kernels/sgemm.hpp"
#include "../../tools/timing/packed_product.hpp"
#include "support.hpp"

namespace vc7::test {
namespace {

TEST(PackedProduct, IsTheProduct) {
  constexpr std::uint32_t rows = 32, columns = 48, inner = 24;
  Device device = Device::open("sim");
  std::mt19937 random{1};
  auto a = device.alloc<std::uint16_t>(rows * inner),
       b = device.alloc<std::uint16_t>(inner * columns);
  for (auto& x : a) x = static_cast<std::uint16_t>(random());
  for (auto& x : b) x = static_cast<std::uint16_t>(random());
  const auto c = device.alloc<std::uint32_t>(rows * columns);
  device.run(device.load(assemble(timing_runs::packed_product_kernel), {.check = Check::compat}),
             {.local_size = {16}, .workgroups = {columns / 16, rows / 16}},
             Uniforms{a, inner * 2, b, columns * 2, c, columns * 4, inner / 8,
                      examples::sgemm_load_config, examples::sgemm_tile_config});
  for (std::uint32_t i = 0; i < rows; ++i)
    for (std::uint32_t j = 0; j < columns; ++j) {
      std::uint32_t sum = 0;
      for (std::uint32_t k = 0; k < inner; ++k)
        sum += std::uint32_t{a[i * inner + k]} * b[k * columns + j];
      ASSERT_EQ(c[i * columns + j], sum) << i << " " << j;
    }
}

}  // namespace
}  // namespace vc7::test
