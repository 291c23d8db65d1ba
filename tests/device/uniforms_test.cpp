// SPDX-License-Identifier: MIT
#include <vc7/device/uniforms.hpp>

#include "support.hpp"

namespace vc7::test {
namespace {

std::vector<std::uint32_t> words(const Uniforms& uniforms) {
  return {uniforms.words().begin(), uniforms.words().end()};
}

TEST(Uniforms, InTheGivenOrder) {
  FakeGpu gpu;
  Device device = gpu.open();
  const auto buffer = device.alloc<float>(4);
  const Uniforms uniforms{buffer, 7u, -1, 1.5f, std::size_t{9}, GpuAddress{0x1000}};
  EXPECT_EQ(words(uniforms),
            (std::vector<std::uint32_t>{buffer.address(), 7, 0xffffffff, 0x3fc00000, 9, 0x1000}));
}

TEST(Uniforms, OneByOne) {
  FakeGpu gpu;
  Device device = gpu.open();
  const auto buffer = device.alloc<std::uint16_t>(100);
  Uniforms uniforms;
  const std::array<std::uint32_t, 2> more{1, 2};
  uniforms.add(buffer, 100).add(true).add('a').add(more);
  EXPECT_EQ(words(uniforms), (std::vector<std::uint32_t>{buffer.address() + 200, 1, 'a', 1, 2}));
  EXPECT_EQ(uniforms.size(), 5u);
}

TEST(Uniforms, RefusesWhatHasMoreThan32Bits) {
  const std::uint64_t large = 0x100000000;
  EXPECT_CONTAINS(error_of([&] {
                    Uniforms{0, large};
                  }),
                  "a uniform is 4294967296, allowed are -2147483648 to 4294967295: it has 32 bits");
  const std::int64_t small = -2147483649;
  EXPECT_CONTAINS(error_of([&] { Uniforms{}.add(small); }), "a uniform is -2147483649");
  const auto text = error_of([&] { Uniforms{1, large}; });
  const auto place = "uniforms_test.cpp" + line_before();
  EXPECT_CONTAINS(text, place);
  EXPECT_EQ(words(Uniforms{std::int64_t{-2147483648}, std::int64_t{4294967295}}),
            (std::vector<std::uint32_t>{0x80000000, 0xffffffff}));
}

TEST(Uniforms, RefusesElementsThatAreNotThere) {
  FakeGpu gpu;
  Device device = gpu.open();
  const auto buffer = device.alloc<float>(4);
  EXPECT_CONTAINS(error_of([&] { Uniforms{}.add(buffer, 5); }),
                  "element 5 of a buffer, allowed are 0 to 4");
}

template <class T>
concept Accepted = requires(T value) {
  Uniforms{}.add(value);
};
static_assert(Accepted<float> && Accepted<std::int16_t> && Accepted<std::uint64_t>);
static_assert(!Accepted<double>, "a double must not become a float or an integer unseen");

}  // namespace
}  // namespace vc7::test
