// SPDX-License-Identifier: MIT
//
// v3d71 §9.2, single-precision arithmetic. The judge is double: products of floats are exact there,
// and sums are so nearly so that rounding them again to float gives the right float.
#include "sim/exec/semantics/float.hpp"

#include <gtest/gtest.h>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

using judge::float_nans;
using judge::float_specials;

static_assert(fadd(0x3f800000, 0x3f800000) == 0x40000000 && fmul(0x40000000, 1) == 2);
static_assert(fmin(0x7fc00000, 0x3f800000) == 0x3f800000 && fmov(0x7f800001) == 0x7f800001);

template <typename Check>
void for_all_pairs(Check check) {
  for (const std::uint32_t a : float_specials) {
    for (const std::uint32_t b : float_specials) check(a, b);
  }
  const auto words = judge::random_words(200000, 3);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) check(words[i], words[i + 1]);
  // Random words seldom have exponents near enough for a sum to need both operands.
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    check(words[i], (words[i] & 0x7f800000) ^ (words[i + 1] & 0x83ffffff));
  }
}

TEST(SemanticsFloat, ArithmeticAgreesWithDouble) {
  for_all_pairs([](std::uint32_t a, std::uint32_t b) {
    const double x = judge::to_double(a);
    const double y = judge::to_double(b);
    ASSERT_EQ(fadd(a, b), judge::rounded_word(x + y)) << std::hex << a << " + " << b;
    ASSERT_EQ(fsub(a, b), judge::rounded_word(x - y)) << std::hex << a << " - " << b;
    ASSERT_EQ(fmul(a, b), judge::rounded_word(x * y)) << std::hex << a << " * " << b;
    ASSERT_EQ(faddnf(a, b), fadd(a, b));
    ASSERT_EQ(fcmp(a, b), fsub(a, b));
  });
}

TEST(SemanticsFloat, TiesGoToEven) {
  EXPECT_EQ(fadd(0x3f800000, 0x33800000), 0x3f800000U);  // 1 + 2^-24
  EXPECT_EQ(fadd(0x3f800001, 0x33800000), 0x3f800002U);
  EXPECT_EQ(fadd(0x3f800000, 0x33800001), 0x3f800001U);
  EXPECT_EQ(fsub(0x4b800000, 0x3f000000), 0x4b800000U);  // 2^24 - 0.5, half way below
  EXPECT_EQ(fmul(0x3f800001, 0x3fc00000), 0x3fc00002U);  // (1 + 2^-23) * 1.5
  EXPECT_EQ(fmul(0x3f800003, 0x3fc00000), 0x3fc00004U);
}

TEST(SemanticsFloat, DenormalsAreKept) {
  EXPECT_EQ(fadd(1, 1), 2U);
  EXPECT_EQ(fsub(0x00800000, 1), 0x007fffffU);
  EXPECT_EQ(fmul(0x00800000, 0x3f000000), 0x00400000U);
  EXPECT_EQ(fmul(0x00000001, 0x3f000000), 0U);  // 2^-150, a tie
  EXPECT_EQ(fmul(0x00000003, 0x3f000000), 2U);
}

TEST(SemanticsFloat, SignsOfZeroAndOverflow) {
  EXPECT_EQ(fadd(0x80000000, 0x80000000), 0x80000000U);
  EXPECT_EQ(fadd(0x80000000, 0x00000000), 0x00000000U);
  EXPECT_EQ(fsub(0x3f800000, 0x3f800000), 0x00000000U);
  EXPECT_EQ(fmul(0x80000000, 0x3f800000), 0x80000000U);
  EXPECT_EQ(fadd(0x7f7fffff, 0x7f7fffff), 0x7f800000U);
  EXPECT_EQ(fmul(0xff7fffff, 0x40000000), 0xff800000U);
}

TEST(SemanticsFloat, EveryNanResultIsTheCanonicalOne) {
  EXPECT_EQ(fsub(0x7f800000, 0x7f800000), 0x7fc00000U);
  EXPECT_EQ(fadd(0x7f800000, 0xff800000), 0x7fc00000U);
  EXPECT_EQ(fmul(0xff800000, 0x00000000), 0x7fc00000U);
  for (const std::uint32_t nan : float_nans) {
    for (const std::uint32_t other : float_specials) {
      for (const auto operation : {fadd, faddnf, fsub, fmul, fcmp}) {
        ASSERT_EQ(operation(nan, other), 0x7fc00000U) << std::hex << nan << ' ' << other;
        ASSERT_EQ(operation(other, nan), 0x7fc00000U) << std::hex << nan << ' ' << other;
      }
    }
    for (const std::uint32_t other : float_nans) {
      ASSERT_EQ(fmin(nan, other), 0x7fc00000U);
      ASSERT_EQ(fmax(nan, other), 0x7fc00000U);
    }
  }
}

TEST(SemanticsFloat, MinAndMaxOfNumbers) {
  for_all_pairs([](std::uint32_t a, std::uint32_t b) {
    const float x = judge::to_float(a);
    const float y = judge::to_float(b);
    if (x < y) {
      ASSERT_EQ(fmin(a, b), a);
      ASSERT_EQ(fmin(b, a), a);
      ASSERT_EQ(fmax(a, b), b);
      ASSERT_EQ(fmax(b, a), b);
    }
  });
  for (const std::uint32_t a : float_specials) {
    if (!std::isnan(judge::to_float(a))) {
      EXPECT_EQ(fmin(a, a), a);
      EXPECT_EQ(fmax(a, a), a);
    }
  }
}

TEST(SemanticsFloat, MinAndMaxTellTheZerosApart) {
  EXPECT_EQ(fmin(0x80000000, 0), 0x80000000U);
  EXPECT_EQ(fmin(0, 0x80000000), 0x80000000U);
  EXPECT_EQ(fmax(0x80000000, 0), 0U);
  EXPECT_EQ(fmax(0, 0x80000000), 0U);
}

TEST(SemanticsFloat, MinAndMaxPreferTheNumberToTheNan) {
  for (const std::uint32_t nan : float_nans) {
    for (const std::uint32_t number : {0x80000000U, 0x00000001U, 0xbf800000U, 0xff800000U}) {
      EXPECT_EQ(fmin(nan, number), number);
      EXPECT_EQ(fmin(number, nan), number);
      EXPECT_EQ(fmax(nan, number), number);
      EXPECT_EQ(fmax(number, nan), number);
    }
  }
}

TEST(SemanticsFloat, MoveCopiesNanBits) {
  for (const std::uint32_t nan : float_nans) EXPECT_EQ(fmov(nan), nan);
}

}  // namespace
}  // namespace vc7::sim::semantics
