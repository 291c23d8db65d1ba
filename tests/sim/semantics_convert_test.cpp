// SPDX-License-Identifier: MIT
//
// v3d71 §9.2: rounding to integral values, conversions from and to integers. The judge is libm in
// double, in the default rounding mode.
#include "sim/exec/semantics/convert.hpp"

#include <gtest/gtest.h>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

static_assert(fround(0x40200000) == 0x40000000 && fceil(0x3e800000) == 0x3f800000);  // 2.5, 0.25
static_assert(ftoin(0xbfc00000) == 0xfffffffe && ftouz(0x4f000000) == 0x80000000);   // -1.5, 2^31

// All halves (many ties among them), the neighbourhood of every power of two and of every half
// integer up to 1024, specials, random words.
template <typename Check>
void for_all_operands(Check check) {
  for (std::uint32_t half = 0; half < 65536; ++half) {
    check(judge::to_word(static_cast<float>(judge::half_value(half))));
  }
  for (std::uint32_t exponent = 0; exponent < 512; ++exponent) {
    for (std::uint32_t offset = 0; offset < 17; ++offset) check((exponent << 23) + offset - 8);
  }
  for (int n = -2048; n <= 2048; ++n) {
    const std::uint32_t word = judge::to_word(static_cast<float>(n) / 2);
    for (std::uint32_t offset = 0; offset < 5; ++offset) check(word + offset - 2);
  }
  for (const std::uint32_t word : judge::float_specials) check(word);
  for (const std::uint32_t word : judge::random_words(200000, 5)) check(word);
}

TEST(SemanticsConvert, RoundingToIntegralValues) {
  for_all_operands([](std::uint32_t a) {
    const double x = judge::to_double(a);
    ASSERT_EQ(fround(a), judge::rounded_word(std::nearbyint(x))) << std::hex << a;
    ASSERT_EQ(ftrunc(a), judge::rounded_word(std::trunc(x))) << std::hex << a;
    ASSERT_EQ(ffloor(a), judge::rounded_word(std::floor(x))) << std::hex << a;
    ASSERT_EQ(fceil(a), judge::rounded_word(std::ceil(x))) << std::hex << a;
  });
}

TEST(SemanticsConvert, RoundingTiesAndSignsOfZero) {
  EXPECT_EQ(fround(0x3f000000), 0x00000000U);  // 0.5
  EXPECT_EQ(fround(0xbf000000), 0x80000000U);  // -0.5
  EXPECT_EQ(fround(0x3fc00000), 0x40000000U);  // 1.5
  EXPECT_EQ(fround(0x4affffff), 0x4b000000U);  // 2^23 - 0.5
  EXPECT_EQ(fround(0x3effffff), 0x00000000U);  // just below 0.5
  EXPECT_EQ(ffloor(0x80000001), 0xbf800000U);
  EXPECT_EQ(fceil(0x80000001), 0x80000000U);
  EXPECT_EQ(ffloor(0x80000000), 0x80000000U);
  for (const std::uint32_t nan : judge::float_nans) {
    for (const auto operation : {fround, ftrunc, ffloor, fceil}) {
      EXPECT_EQ(operation(nan), 0x7fc00000U);
    }
  }
}

std::uint32_t saturated(double value, double least, double greatest) {
  if (std::isnan(value)) return 0;
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(std::clamp(value, least, greatest)));
}

TEST(SemanticsConvert, ToIntegers) {
  for_all_operands([](std::uint32_t a) {
    const double x = judge::to_double(a);
    ASSERT_EQ(ftoin(a), saturated(std::nearbyint(x), -0x1p31, 0x1p31 - 1)) << std::hex << a;
    ASSERT_EQ(ftoiz(a), saturated(std::trunc(x), -0x1p31, 0x1p31 - 1)) << std::hex << a;
    ASSERT_EQ(ftouz(a), saturated(std::trunc(x), 0, 0x1p32 - 1)) << std::hex << a;
  });
}

TEST(SemanticsConvert, OutOfRangeSaturatesAndNanIsZero) {
  EXPECT_EQ(ftoin(0x4f000000), 0x7fffffffU);  // 2^31
  EXPECT_EQ(ftoiz(0x4effffff), 0x7fffff80U);
  EXPECT_EQ(ftoiz(0xcf000000), 0x80000000U);  // -2^31 is in range
  EXPECT_EQ(ftoiz(0xcf000001), 0x80000000U);
  EXPECT_EQ(ftoin(0x7f800000), 0x7fffffffU);
  EXPECT_EQ(ftoin(0xff800000), 0x80000000U);
  EXPECT_EQ(ftouz(0x4f7fffff), 0xffffff00U);
  EXPECT_EQ(ftouz(0x4f800000), 0xffffffffU);
  EXPECT_EQ(ftouz(0x7f800000), 0xffffffffU);
  EXPECT_EQ(ftouz(0xbf400000), 0U);  // -0.75
  EXPECT_EQ(ftouz(0xff800000), 0U);
  for (const std::uint32_t nan : judge::float_nans) {
    for (const auto operation : {ftoin, ftoiz, ftouz}) EXPECT_EQ(operation(nan), 0U);
  }
}

TEST(SemanticsConvert, FromIntegersRoundsToNearestEven) {
  for (const std::uint32_t a : judge::random_words(200000, 6)) {
    const double value = a;
    ASSERT_EQ(utof(a), judge::rounded_word(value));
    ASSERT_EQ(itof(a), judge::rounded_word(a < 0x80000000 ? value : value - 0x1p32));
  }
  EXPECT_EQ(utof(0), 0U);
  EXPECT_EQ(itof(0), 0U);
  EXPECT_EQ(utof(0x01000001), 0x4b800000U);  // ties
  EXPECT_EQ(utof(0x01000003), 0x4b800002U);
  EXPECT_EQ(itof(0xfeffffff), 0xcb800000U);
  EXPECT_EQ(itof(0x7fffffff), 0x4f000000U);
  EXPECT_EQ(itof(0x80000000), 0xcf000000U);
  EXPECT_EQ(utof(0x80000000), 0x4f000000U);
  EXPECT_EQ(utof(0xffffff7f), 0x4f7fffffU);
  EXPECT_EQ(utof(0xffffff80), 0x4f800000U);  // a tie again
  EXPECT_EQ(itof(0xffffffff), 0xbf800000U);
}

}  // namespace
}  // namespace vc7::sim::semantics
