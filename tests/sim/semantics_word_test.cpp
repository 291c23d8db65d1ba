// SPDX-License-Identifier: MIT
//
// v3d71 §9: how a word is read.
#include "sim/exec/semantics/word.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

TEST(SemanticsWord, SignExtensionOfAllBytesAndHalves) {
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const int expected = static_cast<int>(byte) - (byte >= 128 ? 256 : 0);
    ASSERT_EQ(as_signed(sign_extend_8(0xabcdef00 | byte)), expected);
  }
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const int expected = static_cast<int>(half) - (half >= 32768 ? 65536 : 0);
    ASSERT_EQ(as_signed(sign_extend_16(0xabcd0000 | half)), expected);
  }
}

TEST(SemanticsWord, SignExtensionOf24BitsIgnoresTheTopByte) {
  EXPECT_EQ(sign_extend_24(0xff7fffff), 0x007fffffU);
  EXPECT_EQ(sign_extend_24(0x00800000), 0xff800000U);
  EXPECT_EQ(sign_extend_24(0x12ffffff), 0xffffffffU);
  EXPECT_EQ(sign_extend_24(0xab000000), 0U);
}

TEST(SemanticsWord, NanPredicatesAgreeWithTheValue) {
  for (std::uint32_t half = 0; half < 65536; ++half) {
    ASSERT_EQ(is_half_nan(half), std::isnan(judge::half_value(half))) << std::hex << half;
  }
  for (const std::uint32_t word : judge::random_words(100000, 1)) {
    ASSERT_EQ(is_nan(word), std::isnan(judge::to_float(word))) << std::hex << word;
  }
  for (const std::uint32_t nan : judge::float_nans) EXPECT_TRUE(is_nan(nan)) << std::hex << nan;
  EXPECT_FALSE(is_nan(infinity));
  EXPECT_FALSE(is_nan(sign_bit | infinity));
}

TEST(SemanticsWord, FloatResultsKeepTheirBitsExceptNan) {
  EXPECT_EQ(from_float(-0.0F), 0x80000000U);
  EXPECT_EQ(from_float(0x1p-149F), 1U);
  EXPECT_EQ(from_float(-1.5F), 0xbfc00000U);
  for (const std::uint32_t nan : judge::float_nans) {
    EXPECT_EQ(from_float(judge::to_float(nan)), 0x7fc00000U) << std::hex << nan;
  }
}

TEST(SemanticsWord, HalvesAndBytesLieWhereTheyShould) {
  EXPECT_EQ(low_half(0x12345678), 0x5678U);
  EXPECT_EQ(high_half(0x12345678), 0x1234U);
  EXPECT_EQ(join_halves(0xffff5678, 0xffff1234), 0x12345678U);
  EXPECT_EQ(byte_of(0x12345678, 0), 0x78U);
  EXPECT_EQ(byte_of(0x12345678, 1), 0x56U);
  EXPECT_EQ(byte_of(0x12345678, 2), 0x34U);
  EXPECT_EQ(byte_of(0x12345678, 3), 0x12U);
}

}  // namespace
}  // namespace vc7::sim::semantics
