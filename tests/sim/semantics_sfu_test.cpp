// SPDX-License-Identifier: MIT
//
// v3d71 §9.4: the special function unit. Expected words are the correctly rounded values of the
// functions, computed with 80 decimal digits outside this project's code.
#include "sim/exec/semantics/sfu.hpp"

#include <gtest/gtest.h>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

struct Pair {
  std::uint32_t operand;
  std::uint32_t expected;
};

constexpr std::uint32_t one = 0x3f800000;
constexpr std::uint32_t inf = 0x7f800000;
constexpr std::uint32_t minus_inf = 0xff800000;
constexpr std::uint32_t nan = 0x7fc00000;

TEST(SemanticsSfu, RecipIsCorrectlyRounded) {
  constexpr Pair table[] = {
      {0x40400000, 0x3eaaaaab}, {0xc0400000, 0xbeaaaaab}, {0x3f800001, 0x3f7ffffe},
      {0x3f7fffff, 0x3f800001}, {0x3a83126f, 0x4479ffff}, {0x44800001, 0x3a7ffffe},
      {0x00200001, 0x7f7ffff8}, {0x7f000001, 0x00400000}, {0x7f7fffff, 0x00200000},
      {0xfe800001, 0x807fffff}, {0x40490fdb, 0x3ea2f983}};
  for (const auto& [operand, expected] : table) {
    EXPECT_EQ(recip(operand), expected) << std::hex << operand;
  }
}

TEST(SemanticsSfu, RecipSpecialCases) {
  EXPECT_EQ(recip(0), inf);
  EXPECT_EQ(recip(0x80000000), minus_inf);
  EXPECT_EQ(recip(inf), 0U);
  EXPECT_EQ(recip(minus_inf), 0x80000000U);
  EXPECT_EQ(recip(0x00000001), inf);  // 2^149 overflows
  for (std::uint32_t exponent = 1; exponent < 254; ++exponent) {
    ASSERT_EQ(recip(exponent << 23), (254 - exponent) << 23);  // powers of two are exact
  }
}

// The relative error of a value rounded to nearest is at most 2^-24; squaring doubles it.
TEST(SemanticsSfu, RecipAndRsqrtAreInverses) {
  for (const std::uint32_t word : judge::random_words(200000, 11)) {
    const std::uint32_t a = (word & 0x807fffff) + ((64 + (word >> 23) % 128) << 23);
    const double x = judge::to_double(a);
    ASSERT_LE(std::fabs(judge::to_double(recip(a)) * x - 1), 0x1.0001p-24) << std::hex << a;
    const std::uint32_t positive = a & 0x7fffffff;
    const double root = judge::to_double(rsqrt(positive));
    ASSERT_LE(std::fabs(root * root * std::fabs(x) - 1), 0x1.0001p-23) << std::hex << a;
  }
}

TEST(SemanticsSfu, RsqrtIsCorrectlyRounded) {
  constexpr Pair table[] = {{0x40400000, 0x3f13cd3a}, {0x40000000, 0x3f3504f3},
                            {0x3f800001, 0x3f7fffff}, {0x3f7fffff, 0x3f800000},
                            {0x3a83126f, 0x41fcfb72}, {0x44800001, 0x3cffffff},
                            {0x00000001, 0x64b504f3}, {0x007fffff, 0x5f000001},
                            {0x7f7fffff, 0x1f800000}, {0x40490fdb, 0x3f106eba}};
  for (const auto& [operand, expected] : table) {
    EXPECT_EQ(rsqrt(operand), expected) << std::hex << operand;
    EXPECT_EQ(rsqrt2(operand), expected) << std::hex << operand;
  }
}

TEST(SemanticsSfu, RsqrtSpecialCases) {
  for (const auto operation : {rsqrt, rsqrt2}) {
    EXPECT_EQ(operation(0), inf);
    EXPECT_EQ(operation(0x80000000), minus_inf);
    EXPECT_EQ(operation(inf), 0U);
    EXPECT_EQ(operation(minus_inf), nan);
    EXPECT_EQ(operation(0xbf800000), nan);
    EXPECT_EQ(operation(0x80000001), nan);
    EXPECT_EQ(operation(one), one);
  }
}

TEST(SemanticsSfu, ExpIsCorrectlyRounded) {
  constexpr Pair table[] = {
      {0x3f000000, 0x3fb504f3}, {0xbf000000, 0x3f3504f3}, {0x3eaaaaab, 0x3fa14518},
      {0x3f800001, 0x40000001}, {0x3dcccccd, 0x3f892fdf}, {0x40490fdb, 0x410d331d},
      {0xc0490fdb, 0x3de8118d}, {0x42f6e979, 0x7d2f94ff}, {0xc2fc0001, 0x007fffd4},
      {0xc30a0001, 0x00000800}, {0xc3150001, 0x00000001}, {0x33800001, 0x3f800000},
      {0x42ffffff, 0x7f7fffa7}};
  for (const auto& [operand, expected] : table) {
    EXPECT_EQ(exp(operand), expected) << std::hex << operand;
  }
}

TEST(SemanticsSfu, ExpOfIntegersIsExactDownToTheLeastDenormal) {
  for (int n = -149; n < 128; ++n) {
    const std::uint32_t expected = judge::to_word(static_cast<float>(std::ldexp(1.0, n)));
    ASSERT_EQ(exp(judge::to_word(static_cast<float>(n))), expected) << n;
  }
}

TEST(SemanticsSfu, ExpSaturates) {
  EXPECT_EQ(exp(0), one);
  EXPECT_EQ(exp(0x80000000), one);
  EXPECT_EQ(exp(0x43000000), inf);  // 128
  EXPECT_EQ(exp(0x7f7fffff), inf);
  EXPECT_EQ(exp(inf), inf);
  EXPECT_EQ(exp(minus_inf), 0U);
  EXPECT_EQ(exp(0xff7fffff), 0U);
  EXPECT_EQ(exp(0xc3160000), 0U);  // 2^-150, a tie
}

TEST(SemanticsSfu, LogIsCorrectlyRounded) {
  constexpr Pair table[] = {
      {0x40400000, 0x3fcae00d}, {0x3f7fffff, 0xb3b8aa3c}, {0x3f800001, 0x3438aa3a},
      {0x3f000001, 0xbf7ffffd}, {0x40490fdb, 0x3fd3643a}, {0x3a83126f, 0xc11f73da},
      {0x00000001, 0xc3150000}, {0x00000003, 0xc3136a40}, {0x007fffff, 0xc2fc0000},
      {0x7f7fffff, 0x43000000}, {0x3fb504f3, 0x3effffff}, {0x3dcccccd, 0xc0549a78}};
  for (const auto& [operand, expected] : table) {
    EXPECT_EQ(log(operand), expected) << std::hex << operand;
  }
}

TEST(SemanticsSfu, LogSpecialCases) {
  EXPECT_EQ(log(one), 0U);
  EXPECT_EQ(log(0), minus_inf);
  EXPECT_EQ(log(0x80000000), minus_inf);
  EXPECT_EQ(log(inf), inf);
  EXPECT_EQ(log(minus_inf), nan);
  EXPECT_EQ(log(0xbf800000), nan);
  EXPECT_EQ(log(0x80000001), nan);
  for (int n = -149; n < 128; ++n) {
    const std::uint32_t power = judge::to_word(static_cast<float>(std::ldexp(1.0, n)));
    ASSERT_EQ(log(power), judge::to_word(static_cast<float>(n))) << n;
  }
}

TEST(SemanticsSfu, SinOfPiTimesOperandIsCorrectlyRounded) {
  constexpr Pair table[] = {
      {0x3e800000, 0x3f3504f3}, {0xbe800000, 0xbf3504f3}, {0x3e2aaaab, 0x3f000000},
      {0x3dcccccd, 0x3e9e377a}, {0x3eaaaaab, 0x3f5db3d8}, {0x3effffff, 0x3f800000},
      {0xbefffff0, 0xbf800000}, {0x3a83126f, 0x3b4de318}, {0x00000001, 0x00000003},
      {0x00400000, 0x00c90fdb}, {0x3ecccccd, 0x3f737871}, {0xbd5a740e, 0xbe2ac56d}};
  for (const auto& [operand, expected] : table) {
    EXPECT_EQ(sin(operand), expected) << std::hex << operand;
  }
}

TEST(SemanticsSfu, SinIsOddAndClampsOutsideHalfATurn) {
  EXPECT_EQ(sin(0), 0U);
  EXPECT_EQ(sin(0x80000000), 0x80000000U);
  for (const std::uint32_t outside :
       {0x3f000000U, 0x3f000001U, 0x3f400000U, 0x3f800000U, 0x40490fdbU, inf}) {
    EXPECT_EQ(sin(outside), one) << std::hex << outside;
    EXPECT_EQ(sin(outside | 0x80000000), 0xbf800000U) << std::hex << outside;
  }
  for (const std::uint32_t word : judge::random_words(100000, 12)) {
    const std::uint32_t a = word % 0x3f000001;  // up to 0.5
    ASSERT_EQ(sin(a | 0x80000000), sin(a) | 0x80000000) << std::hex << a;
    ASSERT_LE(sin(a), one);
  }
}

TEST(SemanticsSfu, NanGivesTheCanonicalNan) {
  for (const std::uint32_t operand : judge::float_nans) {
    for (const auto operation : {recip, rsqrt, rsqrt2, exp, log, sin}) {
      EXPECT_EQ(operation(operand), nan) << std::hex << operand;
    }
  }
}

}  // namespace
}  // namespace vc7::sim::semantics
