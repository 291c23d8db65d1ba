// SPDX-License-Identifier: MIT
//
// Small immediates (v3d71 §5).
#include <vc7/isa/immediate.hpp>

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace vc7::isa::testing {
namespace {

// The float rows of v3d71 §5.
constexpr std::uint32_t floats[16] = {
    0x3b800000, 0x3c000000, 0x3c800000, 0x3d000000, 0x3d800000, 0x3e000000, 0x3e800000, 0x3f000000,
    0x3f800000, 0x40000000, 0x40800000, 0x41000000, 0x41800000, 0x42000000, 0x42800000, 0x43000000};

TEST(IsaImmediate, Values) {
  for (unsigned i = 0; i < 16; ++i) {
    EXPECT_EQ(small_immediate_value(i), i);
    EXPECT_EQ(static_cast<std::int32_t>(small_immediate_value(16 + i)), static_cast<int>(i) - 16);
    EXPECT_EQ(small_immediate_value(32 + i), floats[i]);
    EXPECT_EQ(std::bit_cast<float>(small_immediate_value(32 + i)),
              std::ldexp(1.0F, static_cast<int>(i) - 8));
  }
  EXPECT_EQ(small_immediate_count, 48u);
}

TEST(IsaImmediate, IndexIsTheInverse) {
  for (unsigned i = 0; i < 48; ++i) EXPECT_EQ(small_immediate_index(small_immediate_value(i)), i);
}

TEST(IsaImmediate, NeighboursHaveNoIndex) {
  for (const std::uint32_t word :
       {16u, 0xffffffefu, 0x3b000000u, 0x43800000u, 0x80000000u, 0x7fffffffu, 0xbf800000u})
    EXPECT_FALSE(small_immediate_index(word).has_value()) << word;
  for (const std::uint32_t word : floats) {
    EXPECT_FALSE(small_immediate_index(word - 1).has_value());
    EXPECT_FALSE(small_immediate_index(word + 1).has_value());
    EXPECT_FALSE(small_immediate_index(word | 0x80000000u).has_value());
  }
}

TEST(IsaImmediate, NoOtherWordHasAnIndex) {
  std::mt19937 random{1};
  for (int i = 0; i < 1'000'000; ++i) {
    const auto word = static_cast<std::uint32_t>(random());
    if (const auto index = small_immediate_index(word)) {
      ASSERT_LT(*index, 48);
      ASSERT_EQ(small_immediate_value(*index), word);
    }
  }
}

TEST(IsaImmediate, Floats) {
  EXPECT_EQ(small_immediate_index(0.0F), 0);
  EXPECT_EQ(small_immediate_index(1.0F), 40);
  EXPECT_EQ(small_immediate_index(0.00390625F), 32);
  EXPECT_EQ(small_immediate_index(128.0F), 47);
  EXPECT_FALSE(small_immediate_index(-0.0F).has_value());
  EXPECT_FALSE(small_immediate_index(3.0F).has_value());
  EXPECT_FALSE(small_immediate_index(-1.0F).has_value());
}

}  // namespace
}  // namespace vc7::isa::testing
