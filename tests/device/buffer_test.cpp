// SPDX-License-Identifier: MIT
#include <vc7/device/buffer.hpp>

#include <numeric>
#include <random>

#include "support.hpp"

namespace vc7::test {
namespace {

struct Pair {
  std::uint32_t a, b;
};
static_assert(BufferElement<Pair> && BufferElement<float> && !BufferElement<std::string> &&
              !BufferElement<const int>);
static_assert(!std::is_copy_constructible_v<Buffer<float>> &&
              std::is_nothrow_move_constructible_v<Buffer<float>>);

bool all_zero(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
}

TEST(Buffer, IsZeroed) {
  FakeGpu gpu;
  Device device = gpu.open();
  for (const std::size_t n : {1U, 255U, 256U, 257U, 65536U, 65537U, 3000000U}) {
    for (int again = 0; again < 2; ++again) {
      auto buffer = device.alloc<std::uint8_t>(n);
      ASSERT_EQ(buffer.size(), n);
      EXPECT_TRUE(all_zero(buffer.span())) << n;
      EXPECT_EQ(buffer.address() % buffer_alignment, 0u);
      EXPECT_NE(buffer.address(), 0u);
      buffer.fill(0xff);
    }
  }
}

TEST(Buffer, HoldsValues) {
  FakeGpu gpu;
  Device device = gpu.open();
  auto filled = device.alloc<float>(100, 2.5f);
  EXPECT_EQ(std::accumulate(filled.begin(), filled.end(), 0.0f), 250.0f);
  const std::vector<std::uint32_t> values{3, 1, 4};
  const auto copied = device.copy<std::uint32_t>(values);
  EXPECT_TRUE(std::ranges::equal(copied.span(), values));
  auto pairs = device.alloc<Pair>(3, {1, 2});
  EXPECT_EQ(pairs[2].b, 2u);
  EXPECT_EQ(pairs.address(2), pairs.address() + 16);
  EXPECT_EQ(pairs.size_bytes(), 24u);
}

TEST(Buffer, Moves) {
  FakeGpu gpu;
  Device device = gpu.open();
  auto a = device.alloc<int>(4, 7);
  const auto address = a.address();
  auto b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT: what is left is specified
  EXPECT_EQ(a.address(), 0u);
  EXPECT_EQ(b.address(), address);
  b = device.alloc<int>(2);
  EXPECT_EQ(b.size(), 2u);
  auto& self = b;
  b = std::move(self);
}

TEST(Buffer, SmallOnesShareBufferObjects) {
  FakeGpu gpu;
  Device device = gpu.open();
  std::vector<Buffer<float>> buffers;
  for (int i = 0; i < 1000; ++i) buffers.push_back(device.alloc<float>(64));
  EXPECT_EQ(gpu.watch->objects, 1);
  buffers.push_back(device.alloc<float>(100000));
  EXPECT_EQ(gpu.watch->objects, 2);
  buffers.pop_back();
  EXPECT_EQ(gpu.watch->objects, 1);
}

TEST(Buffer, OfItsOwnIfAskedFor) {
  FakeGpu gpu;
  DeviceOptions options;
  options.pool_small_buffers = false;
  Device device = gpu.open(options);
  const auto a = device.alloc<float>(1), b = device.alloc<float>(1);
  EXPECT_EQ(gpu.watch->objects, 2);
}

TEST(Buffer, FreedMemoryIsUsedAgain) {
  FakeGpu gpu;
  Device device = gpu.open();
  std::mt19937 random{1};
  struct Held {
    Buffer<std::uint32_t> buffer;
    std::uint32_t tag;
  };
  std::vector<Held> held;
  std::uint32_t tag = 0;
  for (int i = 0; i < 20000; ++i) {
    if (held.size() > 200 || (!held.empty() && random() % 2 == 0)) {
      std::swap(held[random() % held.size()], held.back());
      for (const auto word : held.back().buffer) ASSERT_EQ(word, held.back().tag);
      held.pop_back();
    } else {
      auto buffer = device.alloc<std::uint32_t>(1 + random() % 2000);
      for (const auto word : buffer) ASSERT_EQ(word, 0u);
      buffer.fill(++tag);
      held.push_back({std::move(buffer), tag});
    }
  }
  EXPECT_LE(gpu.watch->objects, 6);
  held.clear();
  EXPECT_LE(gpu.watch->objects, 1);
}

TEST(Buffer, RefusesSizes) {
  FakeGpu gpu;
  Device device = gpu.open();
  EXPECT_CONTAINS(error_of([&] { (void)device.alloc<float>(0); }),
                  "alloc: 0 elements, allowed is 1 or more");
  EXPECT_CONTAINS(error_of([&] { (void)device.alloc<float>(std::size_t{1} << 30); }),
                  "alloc: 1073741824 elements of 4 bytes, allowed are at most 1073733632");
  EXPECT_CONTAINS(error_of([&] { (void)device.alloc<double>(SIZE_MAX); }),
                  "alloc: 18446744073709551615 elements of 8 bytes");
  EXPECT_CONTAINS(error_of([&] { (void)device.copy<float>({}); }), "alloc: 0 elements");
  const auto text = error_of([&] { (void)device.alloc<float>(0); });
  const auto place = "buffer_test.cpp" + line_before();
  EXPECT_CONTAINS(text, place);
  EXPECT_EQ(gpu.watch->objects, 0);
}

TEST(Buffer, TellsWhatIsInUseWhenMemoryIsShort) {
  FakeGpu gpu;
  Device device = gpu.open();
  const auto a = device.alloc<float>(1 << 20);
  gpu.watch->create_error = ENOMEM;
  const auto text = error_of([&] { (void)device.alloc<float>(1 << 21); });
  EXPECT_CONTAINS(text, "alloc: no GPU memory for 8388608 bytes (8.0 MiB): create_bo: ENOMEM");
  EXPECT_CONTAINS(text, "in use on this device: 4194304 bytes (4.0 MiB) in 1 pieces");
}

TEST(Buffer, ChecksIndices) {
  FakeGpu gpu;
  Device device = gpu.open();
  auto buffer = device.alloc<float>(4);
  EXPECT_EQ(buffer.at(3), 0.0f);
  EXPECT_EQ(buffer.address(4), buffer.address() + 16);
  EXPECT_CONTAINS(error_of([&] { (void)buffer.at(4); }),
                  "element 4 of a buffer, allowed are 0 to 3");
  EXPECT_CONTAINS(error_of([&] { (void)buffer.address(5); }),
                  "element 5 of a buffer, allowed are 0 to 4");
  const Buffer<float> empty;
  EXPECT_CONTAINS(error_of([&] { (void)empty.at(0); }), "element 0 of an empty buffer");
}

TEST(Buffer, OutlivesTheDevice) {
  FakeGpu gpu;
  Buffer<float> small, large;
  {
    Device device = gpu.open();
    small = device.alloc<float>(4, 1.0f);
    large = device.alloc<float>(100000, 2.0f);
  }
  EXPECT_TRUE(gpu.watch->clean());
  EXPECT_EQ(small[3], 1.0f);
  large[99999] = 3.0f;
}

}  // namespace
}  // namespace vc7::test
