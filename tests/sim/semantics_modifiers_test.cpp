// SPDX-License-Identifier: MIT
//
// v3d71 §2.1: input unpacks and output packs.
#include "sim/exec/semantics/modifiers.hpp"

#include <gtest/gtest.h>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

static_assert(unpack_sat(0x40000000) == 0x3f800000 && unpack_il(0x00008000) == 0xffff8000);
static_assert(pack_h(0x12345678, 0x3f800000) == 0x3c005678);

TEST(SemanticsModifiers, AbsClearsTheSignBitOfAnything) {
  for (const std::uint32_t a : judge::float_specials) EXPECT_EQ(unpack_abs(a), a % 0x80000000);
  EXPECT_EQ(unpack_abs(0xff800001), 0x7f800001U);  // a signalling NaN stays one
}

TEST(SemanticsModifiers, WideningTakesTheNamedHalf) {
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const double value = judge::half_value(half);
    if (std::isnan(value)) continue;
    const std::uint32_t expected = judge::to_word(static_cast<float>(value));
    ASSERT_EQ(unpack_l(half | 0xabcd0000), expected);
    ASSERT_EQ(unpack_h(half << 16 | 0xabcd), expected);
  }
  EXPECT_EQ(unpack_l(0x3c00fc01), 0xffc02000U);
  EXPECT_EQ(unpack_h(0x7e003c00), 0x7fc00000U);
}

std::uint32_t clamped(std::uint32_t a, float least, float greatest) {
  return judge::to_word(std::clamp(judge::to_float(a), least, greatest));
}

TEST(SemanticsModifiers, ClampsOfNumbers) {
  const auto check = [](std::uint32_t a) {
    const bool zero = judge::to_float(a) == 0.0F;
    if (zero || std::isnan(judge::to_float(a))) return;
    ASSERT_EQ(unpack_sat(a), clamped(a, 0.0F, 1.0F)) << std::hex << a;
    ASSERT_EQ(unpack_nsat(a), clamped(a, -1.0F, 1.0F)) << std::hex << a;
    ASSERT_EQ(unpack_max0(a), clamped(a, 0.0F, HUGE_VALF)) << std::hex << a;
  };
  for (const std::uint32_t a : judge::float_specials) check(a);
  for (const std::uint32_t a : judge::random_words(100000, 7)) check(a);
}

TEST(SemanticsModifiers, ClampsOfNanAndZero) {
  for (const std::uint32_t nan : judge::float_nans) {
    EXPECT_EQ(unpack_sat(nan), 0U);
    EXPECT_EQ(unpack_nsat(nan), 0U);
    EXPECT_EQ(unpack_max0(nan), 0U);
  }
  EXPECT_EQ(unpack_sat(0x80000000), 0U);
  EXPECT_EQ(unpack_max0(0x80000000), 0U);
  EXPECT_EQ(unpack_nsat(0x80000000), 0x80000000U);
  EXPECT_EQ(unpack_nsat(0), 0U);
  EXPECT_EQ(unpack_max0(0x7f800000), 0x7f800000U);
}

TEST(SemanticsModifiers, PairsOfHalves) {
  const std::uint32_t a = 0x12345678;
  EXPECT_EQ(unpack_ll(a), 0x56785678U);
  EXPECT_EQ(unpack_hh(a), 0x12341234U);
  EXPECT_EQ(unpack_swp(a), 0x56781234U);
  EXPECT_EQ(unpack_ff(0xbf800000), 0xbc00bc00U);
  EXPECT_EQ(unpack_ff(0x477ff000), 0x7c007c00U);  // 65520 overflows
  EXPECT_EQ(unpack_ff(0xff802000), 0xfe01fe01U);  // NaN keeps sign and payload
}

TEST(SemanticsModifiers, IntegersForAllHalves) {
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const std::uint32_t extended = half < 32768 ? half : half - 65536;
    ASSERT_EQ(unpack_ul(half | 0xffff0000), half);
    ASSERT_EQ(unpack_uh(half << 16 | 0xffff), half);
    ASSERT_EQ(unpack_il(half | 0x7fff0000), extended);
    ASSERT_EQ(unpack_ih(half << 16 | 0x7fff), extended);
  }
}

TEST(SemanticsModifiers, PackKeepsTheOtherHalfOfTheDestination) {
  EXPECT_EQ(pack_l(0x12345678, 0xc0000000), 0x1234c000U);
  EXPECT_EQ(pack_h(0x12345678, 0xc0000000), 0xc0005678U);
  EXPECT_EQ(pack_l(0xffffffff, 0), 0xffff0000U);
  EXPECT_EQ(pack_h(0xffffffff, 0), 0x0000ffffU);
  EXPECT_EQ(pack_l(0, 0x7fc00000), 0x7e00U);  // canonical NaN to canonical NaN
  EXPECT_EQ(pack_h(0, 0x7f7fffff), 0x7c000000U);
  for (const std::uint32_t result : judge::random_words(20000, 8)) {
    if (std::isnan(judge::to_float(result))) continue;
    const std::uint32_t half = judge::nearest_half(judge::to_double(result));
    ASSERT_EQ(pack_l(0xabcd0123, result), 0xabcd0000 | half);
    ASSERT_EQ(pack_h(0xabcd0123, result), 0x00000123 | half << 16);
  }
}

}  // namespace
}  // namespace vc7::sim::semantics
