// SPDX-License-Identifier: MIT
//
// v3d71 §9.1, integer and logic operations, judged by 64-bit arithmetic and bit loops.
#include "sim/exec/semantics/integer.hpp"

#include <gtest/gtest.h>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

using judge::integer_corners;
using Wide = std::int64_t;

// All of them are usable in constant expressions.
static_assert(add(0xffffffff, 2) == 1 && sub(1, 2) == 0xffffffff && asr(0x80000000, 31) == ~0U);
static_assert(clz(0) == 32 && ror(1, 1) == 0x80000000 && v8dot(1, 1, DotMode::uu) == 1);

// A number that an operation sees in its signed reading.
Wide signed_value(std::uint32_t word, int bits = 32) {
  const Wide value = word & ((Wide{1} << bits) - 1);
  return value >= Wide{1} << (bits - 1) ? value - (Wide{1} << bits) : value;
}
std::uint32_t wrapped(Wide value) { return static_cast<std::uint32_t>(value & 0xffffffff); }
bool bit(std::uint32_t word, std::uint32_t index) { return (word >> index) % 2 == 1; }

template <typename Check>
void for_all_pairs(Check check) {
  for (const std::uint32_t a : integer_corners) {
    for (const std::uint32_t b : integer_corners) check(a, b);
  }
  const auto words = judge::random_words(20000, 2);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) check(words[i], words[i + 1]);
}

TEST(SemanticsInteger, AddSubAndNegWrap) {
  for_all_pairs([](std::uint32_t a, std::uint32_t b) {
    ASSERT_EQ(add(a, b), wrapped(Wide{a} + Wide{b}));
    ASSERT_EQ(sub(a, b), wrapped(Wide{a} - Wide{b}));
    ASSERT_EQ(neg(a), wrapped(-Wide{a}));
  });
}

TEST(SemanticsInteger, MinAndMaxDifferInSignedness) {
  for_all_pairs([](std::uint32_t a, std::uint32_t b) {
    ASSERT_EQ(signed_value(min(a, b)), std::min(signed_value(a), signed_value(b)));
    ASSERT_EQ(signed_value(max(a, b)), std::max(signed_value(a), signed_value(b)));
    ASSERT_EQ(umin(a, b), std::min(a, b));
    ASSERT_EQ(umax(a, b), std::max(a, b));
  });
}

TEST(SemanticsInteger, LogicBitByBit) {
  for_all_pairs([](std::uint32_t a, std::uint32_t b) {
    for (std::uint32_t i = 0; i < 32; ++i) {
      ASSERT_EQ(bit(band(a, b), i), bit(a, i) && bit(b, i));
      ASSERT_EQ(bit(bor(a, b), i), bit(a, i) || bit(b, i));
      ASSERT_EQ(bit(bxor(a, b), i), bit(a, i) != bit(b, i));
      ASSERT_EQ(bit(bnot(a), i), !bit(a, i));
    }
    ASSERT_EQ(mov(a), a);
  });
}

// Every amount, and the same amount with all combinations of junk above the five bits that count.
TEST(SemanticsInteger, ShiftsBitByBitForAllAmounts) {
  for (const std::uint32_t a : integer_corners) {
    for (std::uint32_t amount = 0; amount < 32; ++amount) {
      for (const std::uint32_t junk : {0x00000000U, 0x00000020U, 0x80000000U, 0xffffffe0U}) {
        const std::uint32_t b = amount | junk;
        for (std::uint32_t i = 0; i < 32; ++i) {
          const bool beyond = i + amount >= 32;
          ASSERT_EQ(bit(shl(a, b), i), i >= amount && bit(a, i - amount));
          ASSERT_EQ(bit(shr(a, b), i), !beyond && bit(a, i + amount));
          ASSERT_EQ(bit(asr(a, b), i), bit(a, beyond ? 31 : i + amount));
          ASSERT_EQ(bit(ror(a, b), i), bit(a, (i + amount) % 32));
        }
      }
    }
  }
}

TEST(SemanticsInteger, ClzCountsFromTheTopAndIs32ForZero) {
  EXPECT_EQ(clz(0), 32U);
  for (std::uint32_t top = 0; top < 32; ++top) {
    EXPECT_EQ(clz(1U << top), 31 - top);
    EXPECT_EQ(clz((1U << top) | ((1U << top) - 1)), 31 - top);
  }
}

// No carry may pass from the low to the high half: integers, not floats (§9.1).
TEST(SemanticsInteger, VectorAddAndSubWrapPerHalf) {
  for_all_pairs([](std::uint32_t a, std::uint32_t b) {
    ASSERT_EQ(vadd(a, b) & 0xffff, (a + b) % 65536);
    ASSERT_EQ(vadd(a, b) >> 16, ((a >> 16) + (b >> 16)) % 65536);
    ASSERT_EQ(vsub(a, b) & 0xffff, (65536 + (a & 0xffff) - (b & 0xffff)) % 65536);
    ASSERT_EQ(vsub(a, b) >> 16, (65536 + (a >> 16) - (b >> 16)) % 65536);
  });
  EXPECT_EQ(vadd(0x0001ffff, 0x00010001), 0x00020000U);
  EXPECT_EQ(vsub(0x00010000, 0x00010001), 0x0000ffffU);
}

TEST(SemanticsInteger, MultiplicationsOf24Bits) {
  for_all_pairs([](std::uint32_t a, std::uint32_t b) {
    ASSERT_EQ(umul24(a, b), wrapped(Wide{a % (1 << 24)} * Wide{b % (1 << 24)}));
    ASSERT_EQ(smul24(a, b), wrapped(signed_value(a, 24) * signed_value(b, 24)));
    ASSERT_EQ(umul24(a, b, 0x89abcdef), umul24(a, b) + 0x89abcdef);
  });
  EXPECT_EQ(smul24(0x00ffffff, 5), 0xfffffffbU);
  EXPECT_EQ(umul24(0x00ffffff, 5), 0x04fffffbU);
}

TEST(SemanticsInteger, MultopCompletesUmul24ToAFullProduct) {
  for_all_pairs([](std::uint32_t a, std::uint32_t b) {
    ASSERT_EQ(umul24(a, b, multop(a, b)), a * b) << std::hex << a << " * " << b;
  });
  EXPECT_EQ(multop(0x01000000, 3), 0x03000000U);
  EXPECT_EQ(multop(3, 0x01000000), 0x03000000U);
  EXPECT_EQ(multop(0x00ffffff, 0x00ffffff), 0U);
}

TEST(SemanticsInteger, DotProductOfAllPairsOfBytesInEveryPosition) {
  for (std::uint32_t x = 0; x < 256; ++x) {
    for (std::uint32_t y = 0; y < 256; ++y) {
      const Wide ux = x;
      const Wide uy = y;
      const Wide sx = signed_value(x, 8);
      const Wide sy = signed_value(y, 8);
      const std::uint32_t shift = 8 * ((x + y) % 4);
      ASSERT_EQ(v8dot(x << shift, y << shift, DotMode::uu), wrapped(ux * uy));
      ASSERT_EQ(v8dot(x << shift, y << shift, DotMode::su), wrapped(sx * uy));
      ASSERT_EQ(v8dot(x << shift, y << shift, DotMode::us), wrapped(ux * sy));
      ASSERT_EQ(v8dot(x << shift, y << shift, DotMode::ss), wrapped(sx * sy));
    }
  }
}

TEST(SemanticsInteger, DotProductSumsFourProductsWithoutCrossTerms) {
  EXPECT_EQ(v8dot(0x04030201, 0x08070605, DotMode::uu), 5U + 12 + 21 + 32);
  EXPECT_EQ(v8dot(0xffffffff, 0xffffffff, DotMode::uu), 4U * 255 * 255);
  EXPECT_EQ(v8dot(0xffffffff, 0xffffffff, DotMode::ss), 4U);
  EXPECT_EQ(v8dot(0x80808080, 0x80808080, DotMode::ss), 4U * 128 * 128);
  EXPECT_EQ(v8dot(0x80808080, 0xffffffff, DotMode::su), wrapped(-4 * 128 * 255));
  EXPECT_EQ(v8dot(0x80808080, 0xffffffff, DotMode::us), wrapped(-4 * 128));
  EXPECT_EQ(v8dot(0x000000ff, 0xffffff00, DotMode::uu), 0U);
}

// The sub-opcodes 48-51 of setnnmode_uu su us ss (§2.2) carry the mode in their low bits.
TEST(SemanticsInteger, DotModesAreNumberedAsTheOperationsThatSetThem) {
  EXPECT_EQ(static_cast<int>(DotMode::uu), 48 % 4);
  EXPECT_EQ(static_cast<int>(DotMode::su), 49 % 4);
  EXPECT_EQ(static_cast<int>(DotMode::us), 50 % 4);
  EXPECT_EQ(static_cast<int>(DotMode::ss), 51 % 4);
}

}  // namespace
}  // namespace vc7::sim::semantics
