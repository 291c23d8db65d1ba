// SPDX-License-Identifier: MIT
//
// v3d71 §9.2 (.l, .h) and §9.3: half-precision conversions and arithmetic. Judges: the numeric
// value and the table search of semantics_judges.hpp everywhere; the compiler's half type and the
// F16C instructions where there are any.
#include "sim/exec/semantics/half.hpp"

#include <gtest/gtest.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "semantics_judges.hpp"

// A half type of the compiler, for a second opinion. GCC 12 has _Float16 in C++ on x86-64 only, and
// __fp16 on AArch64, where it means the fcvt instruction. Clang 14 has neither on x86-64.
#if defined(__aarch64__)
#define VC7_TEST_HALF_TYPE __fp16
#elif defined(__FLT16_MANT_DIG__) && (!defined(__clang__) || __clang_major__ >= 15)
#define VC7_TEST_HALF_TYPE _Float16
#endif

namespace vc7::sim::semantics {
namespace {

using judge::half_specials;
using judge::half_value;

static_assert(half_to_float(0x3c00) == 0x3f800000 && float_to_half(0x3f800000) == 0x3c00);
static_assert(half_to_float(0x0001) == 0x33800000 && float_to_half(0x33800000) == 0x0001);
static_assert(vfmin(0x7e003c00, 0x3c007e00) == 0x3c003c00);

// Narrowing, with the binding rule for NaN spelled out with other means.
std::uint32_t judged_half(std::uint32_t word) {
  if (std::isnan(judge::to_float(word))) {
    const std::uint32_t kept_payload = (word & 0x003fe000) >> 13;
    return (word >= 0x80000000 ? 0xfe00U : 0x7e00U) + kept_payload;
  }
  return judge::nearest_half(judge::to_double(word));
}

TEST(SemanticsHalf, WideningIsExactForAllHalves) {
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const double value = half_value(half);
    if (std::isnan(value)) continue;
    ASSERT_EQ(half_to_float(half), judge::to_word(static_cast<float>(value))) << std::hex << half;
  }
}

TEST(SemanticsHalf, WideningNanKeepsSignAndPayloadAndMakesItQuiet) {
  for (std::uint32_t payload = 1; payload < 1024; ++payload) {
    const std::uint32_t quiet = payload | 512;
    ASSERT_EQ(half_to_float(0x7c00 + payload), 0x7f800000 + quiet * 8192);
    ASSERT_EQ(half_to_float(0xfc00 + payload), 0xff800000 + quiet * 8192);
  }
}

TEST(SemanticsHalf, NarrowingUndoesWidening) {
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const std::uint32_t quiet = std::isnan(half_value(half)) ? half | 0x0200 : half;
    ASSERT_EQ(float_to_half(half_to_float(half)), quiet) << std::hex << half;
  }
}

// The middle between every half and the next one, and its float neighbours on both sides.
TEST(SemanticsHalf, NarrowingAroundAllTies) {
  for (std::uint32_t half = 0; half <= 0x7bff; ++half) {
    const double next = half == 0x7bff ? 65536.0 : half_value(half + 1);
    const auto middle = judge::to_word(static_cast<float>((half_value(half) + next) / 2));
    for (const std::uint32_t sign : {0U, 0x8000U}) {
      const std::uint32_t word = middle | sign << 16;
      ASSERT_EQ(float_to_half(word), sign | (half + half % 2)) << std::hex << word;
      ASSERT_EQ(float_to_half(word - 1), sign | half) << std::hex << word;
      ASSERT_EQ(float_to_half(word + 1), sign | (half + 1)) << std::hex << word;
    }
  }
}

// 2^32 / 255 is just above 2^24 words, with all low bytes equally often.
TEST(SemanticsHalf, NarrowingDenseSweep) {
  for (std::uint64_t word = 0; word < std::uint64_t{1} << 32; word += 255) {
    const auto a = static_cast<std::uint32_t>(word);
    ASSERT_EQ(float_to_half(a), judged_half(a)) << std::hex << a;
  }
}

// All mantissas that matter: the upper 16 bits of a word, with the low half at its corners.
TEST(SemanticsHalf, NarrowingOfAllUpperHalves) {
  for (std::uint32_t upper = 0; upper < 65536; ++upper) {
    for (const std::uint32_t lower :
         {0x0000U, 0x0001U, 0x0fffU, 0x1000U, 0x1001U, 0x3000U, 0x7fffU, 0x8000U, 0xffffU}) {
      const std::uint32_t a = upper << 16 | lower;
      ASSERT_EQ(float_to_half(a), judged_half(a)) << std::hex << a;
    }
  }
}

#if defined(VC7_TEST_HALF_TYPE)
TEST(SemanticsHalf, ConversionsAgreeWithTheCompilersHalfType) {
  using Half = VC7_TEST_HALF_TYPE;
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const auto value = std::bit_cast<Half>(static_cast<std::uint16_t>(half));
    ASSERT_EQ(half_to_float(half), judge::to_word(static_cast<float>(value))) << std::hex << half;
  }
  for (std::uint64_t word = 0; word < std::uint64_t{1} << 32; word += 1021) {
    const auto a = static_cast<std::uint32_t>(word);
    const auto half = static_cast<Half>(judge::to_float(a));
    ASSERT_EQ(float_to_half(a), std::bit_cast<std::uint16_t>(half)) << std::hex << a;
  }
}
#endif

#if defined(__x86_64__)
__attribute__((target("f16c"))) std::uint32_t f16c_widen(std::uint32_t half) {
  const __m128i in = _mm_cvtsi32_si128(static_cast<int>(half));
  return judge::to_word(_mm_cvtss_f32(_mm_cvtph_ps(in)));
}
__attribute__((target("f16c"))) std::uint32_t f16c_narrow(std::uint32_t word) {
  const __m128 in = _mm_castsi128_ps(_mm_cvtsi32_si128(static_cast<int>(word)));
  return static_cast<std::uint32_t>(
             _mm_cvtsi128_si32(_mm_cvtps_ph(in, _MM_FROUND_TO_NEAREST_INT))) &
         0xffff;
}

TEST(SemanticsHalf, ConversionsAgreeWithF16c) {
  // Clang 16 cannot ask for F16C; every processor with AVX2 has it.
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this processor may have no F16C";
  for (std::uint32_t half = 0; half < 65536; ++half) {
    ASSERT_EQ(half_to_float(half), f16c_widen(half)) << std::hex << half;
  }
  for (std::uint64_t word = 0; word < std::uint64_t{1} << 32; word += 67) {
    const auto a = static_cast<std::uint32_t>(word);
    ASSERT_EQ(float_to_half(a), f16c_narrow(a)) << std::hex << a;
  }
}
#endif

template <typename Check>
void for_many_pairs(Check check) {
  for (const std::uint32_t a : half_specials) {
    for (std::uint32_t b = 0; b < 65536; ++b) {
      check(a, b);
      check(b, a);
    }
  }
  for (const std::uint32_t word : judge::random_words(500000, 4)) check(word >> 16, word & 0xffff);
}

TEST(SemanticsHalf, ArithmeticRoundsOnce) {
  for_many_pairs([](std::uint32_t a, std::uint32_t b) {
    const double x = half_value(a);
    const double y = half_value(b);
    ASSERT_EQ(half_add(a, b), judge::nearest_half(x + y)) << std::hex << a << " + " << b;
    ASSERT_EQ(half_sub(a, b), judge::nearest_half(x - y)) << std::hex << a << " - " << b;
    ASSERT_EQ(half_mul(a, b), judge::nearest_half(x * y)) << std::hex << a << " * " << b;
  });
}

TEST(SemanticsHalf, MinAndMaxFollowTheRulesOfFloats) {
  for_many_pairs([](std::uint32_t a, std::uint32_t b) {
    const double x = half_value(a);
    const double y = half_value(b);
    const bool a_first = x < y || (x == y && std::signbit(x) && !std::signbit(y));
    const std::uint32_t lower = a_first ? a : b;
    const std::uint32_t upper = a_first ? b : a;
    const bool only_a = !std::isnan(x) && std::isnan(y);
    const bool only_b = std::isnan(x) && !std::isnan(y);
    const bool none = std::isnan(x) && std::isnan(y);
    ASSERT_EQ(half_min(a, b), none ? 0x7e00 : only_a ? a : only_b ? b : lower);
    ASSERT_EQ(half_max(a, b), none ? 0x7e00 : only_a ? a : only_b ? b : upper);
  });
}

// Each half with its own operands: the low pair is (1.5, 2), the high pair (-3, 0.25).
TEST(SemanticsHalf, PairsAreIndependent) {
  const std::uint32_t a = 0xc2003e00;
  const std::uint32_t b = 0x34004000;
  EXPECT_EQ(vfadd(a, b), 0xc1804300U);  // -2.75, 3.5
  EXPECT_EQ(vfsub(a, b), 0xc280b800U);  // -3.25, -0.5
  EXPECT_EQ(vfcmp(a, b), 0xc280b800U);
  EXPECT_EQ(vfmul(a, b), 0xba004200U);  // -0.75, 3
  EXPECT_EQ(vfmin(a, b), 0xc2003e00U);
  EXPECT_EQ(vfmax(a, b), 0x34004000U);
}

TEST(SemanticsHalf, PairResultsThatAreNanAreCanonical) {
  EXPECT_EQ(vfsub(0x7c00fc00, 0x7c00fc00), 0x7e007e00U);
  EXPECT_EQ(vfadd(0xfd553c00, 0x3c003c00), 0x7e004000U);
  EXPECT_EQ(vfmul(0x7c003c00, 0x0000fe01), 0x7e007e00U);
  EXPECT_EQ(vfmin(0xfe01fc01, 0x7c017fff), 0x7e007e00U);
  EXPECT_EQ(vfmax(0xfe010000, 0x7c018000), 0x7e000000U);
}

TEST(SemanticsHalf, SignOperationsKeepNanBits) {
  for (const std::uint32_t a : half_specials) {
    for (const std::uint32_t b : half_specials) {
      const std::uint32_t pair = a << 16 | b;
      EXPECT_EQ(vfmov(pair), pair);
      EXPECT_EQ(vfabs(pair), (a % 0x8000) << 16 | b % 0x8000);
      EXPECT_EQ(vfneg(pair), (a + 0x8000) % 0x10000 << 16 | (b + 0x8000) % 0x10000);
      EXPECT_EQ(vfnab(pair), (a % 0x8000 + 0x8000) << 16 | (b % 0x8000 + 0x8000));
    }
  }
}

}  // namespace
}  // namespace vc7::sim::semantics
