// SPDX-License-Identifier: MIT
//
// v3d71 §9.3: packing and normalised formats. The judge of the conversions is libm's rounding of
// the exact product in double.
#include "sim/exec/semantics/pack.hpp"

#include <gtest/gtest.h>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

using judge::half_value;

static_assert(v8pack(0x00020001, 0x00040003) == 0x04030201);
static_assert(ftounorm16(0x3f800000) == 0xffff && ftosnorm16(0xbf800000) == 0x8001);
static_assert(vftounorm8(0x3c003800) == 0x00ff0080 && funpackunormlo(0x0000ff00) == 0x3c000000);

// round(clamp(value) * scale), NaN as 0.
std::uint32_t normalised(double value, double least, double scale) {
  if (std::isnan(value)) return 0;
  return static_cast<std::uint32_t>(std::llrint(std::clamp(value, least, 1.0) * scale));
}

TEST(SemanticsPack, Vfpack) {
  EXPECT_EQ(vfpack(0x3f800000, 0xc0000000), 0xc0003c00U);
  EXPECT_EQ(vfpack(0xff802000, 0x7f7fffff), 0x7c00fe01U);
  for (const std::uint32_t word : judge::random_words(20000, 9)) {
    const std::uint32_t a = (word & 0x8fffffff) | 0x30000000;
    const std::uint32_t b = (word * 5 & 0x8fffffff) | 0x30000000;
    ASSERT_EQ(vfpack(a, b), judge::nearest_half(judge::to_double(a)) |
                                judge::nearest_half(judge::to_double(b)) << 16);
  }
}

TEST(SemanticsPack, IntegerPacksTakeLowBitsWithoutClamping) {
  EXPECT_EQ(vpack(0xaaaa1234, 0xbbbb5678), 0x56781234U);
  EXPECT_EQ(v8pack(0xff34ff12, 0xff78ff56), 0x78563412U);
  EXPECT_EQ(v8pack(0x01000100, 0x01000100), 0U);  // 256 is not clamped to 255
  // One operand field at a time, all ones: which result bits does it own?
  EXPECT_EQ(v10pack(0x0000ffff, 0), 0x000003ffU);
  EXPECT_EQ(v10pack(0xffff0000, 0), 0x000ffc00U);
  EXPECT_EQ(v10pack(0, 0x0000ffff), 0x3ff00000U);
  EXPECT_EQ(v10pack(0, 0xffff0000), 0xc0000000U);
  EXPECT_EQ(v10pack(0x00020001, 0x00010003), 0x1U | 0x2 << 10 | 0x3 << 20 | 0x1 << 30);
}

// Both formats for all 65536 halves, in every field.
TEST(SemanticsPack, V11fpackRoundsToNearestEvenAndDropsNegatives) {
  const judge::NearestUnsigned nearest6(6);
  const judge::NearestUnsigned nearest5(5);
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const double value = half_value(half);
    std::uint32_t expected6 = nearest6(std::max(value, 0.0));
    std::uint32_t expected5 = nearest5(std::max(value, 0.0));
    if (std::isnan(value)) {
      expected6 = 0x7e0;
      expected5 = 0x3f0;
    }
    ASSERT_EQ(v11fpack(half, 0), expected6) << std::hex << half;
    ASSERT_EQ(v11fpack(half << 16, 0xffff0000), expected6 << 11) << std::hex << half;
    ASSERT_EQ(v11fpack(0, half), expected5 << 22) << std::hex << half;
  }
}

TEST(SemanticsPack, V11fpackKnownValues) {
  EXPECT_EQ(v11fpack(0x3c003c00, 0x3c00), 0x3c0U | 0x3c0 << 11 | 0x1e0 << 22);  // 1, 1, 1
  EXPECT_EQ(v11fpack(0x7c00, 0xfc00), 0x7c0U);                                  // inf, 0, -inf
  EXPECT_EQ(v11fpack(0x7bff, 0), 0x7c0U);  // 65504 is nearer to 2^16 than to 65024
  EXPECT_EQ(v11fpack(0x3c08, 0), 0x3c0U);  // ties
  EXPECT_EQ(v11fpack(0x3c18, 0), 0x3c2U);
}

TEST(SemanticsPack, Norm16) {
  const auto check = [](std::uint32_t a) {
    const double x = judge::to_double(a);
    ASSERT_EQ(ftounorm16(a), normalised(x, 0.0, 65535.0)) << std::hex << a;
    ASSERT_EQ(ftosnorm16(a), normalised(x, -1.0, 32767.0) & 0xffff) << std::hex << a;
  };
  for (const std::uint32_t a : judge::float_specials) check(a);
  for (const std::uint32_t nan : judge::float_nans) check(nan);
  // Random signs and mantissas with magnitudes from 2^-17 to 2.
  for (const std::uint32_t word : judge::random_words(500000, 10)) {
    check((word & 0x807fffff) + ((110 + (word >> 23) % 18) << 23));
  }
  EXPECT_EQ(ftounorm16(0x3f000000), 0x8000U);  // 32767.5, a tie
  EXPECT_EQ(ftosnorm16(0x3f000000), 0x4000U);  // 16383.5
  EXPECT_EQ(ftosnorm16(0xbf000000), 0xc000U);
  EXPECT_EQ(ftounorm16(0xbf800000), 0U);
  EXPECT_EQ(ftosnorm16(0xc0000000), 0x8001U);  // -2 is clamped to -1
}

// Rounding the product to float first would make ties of these and move them to the even side.
TEST(SemanticsPack, Norm16RoundsOnce) {
  int differences = 0;
  for (std::uint32_t n = 0; n < 65535; ++n) {
    const std::uint32_t middle = judge::to_word((static_cast<float>(n) + 0.5F) / 65535.0F);
    for (const std::uint32_t a : {middle - 1, middle, middle + 1}) {
      const double exact = judge::to_double(a) * 65535.0;
      const auto expected = static_cast<std::uint32_t>(std::llrint(exact));
      ASSERT_EQ(ftounorm16(a), expected) << std::hex << a;
      differences += expected != static_cast<std::uint32_t>(std::lrint(static_cast<float>(exact)));
    }
  }
  EXPECT_GT(differences, 0) << "the loop tests nothing";
}

TEST(SemanticsPack, PairsToNormalisedIntegersForAllHalves) {
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const double x = half_value(half);
    const std::uint32_t other = half ^ 0x3a5c;
    const double y = half_value(other);
    const std::uint32_t pair = other << 16 | half;
    const auto both = [&](double least, double low_scale, double high_scale) {
      return (normalised(x, least, low_scale) & 0xffff) | normalised(y, least, high_scale) << 16;
    };
    ASSERT_EQ(vftounorm8(pair), both(0.0, 255.0, 255.0)) << std::hex << pair;
    ASSERT_EQ(vftosnorm8(pair), both(-1.0, 127.0, 127.0)) << std::hex << pair;
    ASSERT_EQ(vftounorm10lo(pair), both(0.0, 1023.0, 1023.0)) << std::hex << pair;
    ASSERT_EQ(vftounorm10hi(pair), both(0.0, 1023.0, 3.0)) << std::hex << pair;
  }
}

TEST(SemanticsPack, PairsToNormalisedIntegersKnownValues) {
  EXPECT_EQ(vftounorm8(0x3c00b800), 0x00ff0000U);     // 1, -0.5
  EXPECT_EQ(vftosnorm8(0x3c00bc00), 0x007fff81U);     // 1, -1: sign-extended
  EXPECT_EQ(vftounorm8(0x7c007e00), 0x00ff0000U);     // inf, NaN
  EXPECT_EQ(vftounorm10lo(0x3c003800), 0x03ff0200U);  // 1, 0.5 (511.5 is a tie)
  EXPECT_EQ(vftounorm10hi(0x38003c00), 0x000203ffU);  // 0.5 (1.5 is a tie), 1
}

TEST(SemanticsPack, NormalisedBytesToHalvesInAllFourPositions) {
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const int number = static_cast<int>(byte) - (byte >= 128 ? 256 : 0);
    const std::uint32_t unorm = judge::nearest_half(byte / 255.0);
    const std::uint32_t snorm = judge::nearest_half(std::max(number / 127.0, -1.0));
    ASSERT_EQ(funpackunormlo(byte), unorm);
    ASSERT_EQ(funpackunormlo(byte << 8), unorm << 16);
    ASSERT_EQ(funpackunormhi(byte << 16), unorm);
    ASSERT_EQ(funpackunormhi(byte << 24), unorm << 16);
    ASSERT_EQ(funpacksnormlo(byte), snorm);
    ASSERT_EQ(funpacksnormlo(byte << 8), snorm << 16);
    ASSERT_EQ(funpacksnormhi(byte << 16), snorm);
    ASSERT_EQ(funpacksnormhi(byte << 24), snorm << 16);
  }
  EXPECT_EQ(funpacksnormlo(0x8081), 0xbc00bc00U);  // -128 and -127
}

TEST(SemanticsPack, BytesSurviveTheWayThroughHalves) {
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const std::uint32_t bytes = byte | (255 - byte) << 8 | (byte ^ 0x55) << 16 | byte << 24;
    ASSERT_EQ(v8pack(vftounorm8(funpackunormlo(bytes)), vftounorm8(funpackunormhi(bytes))), bytes);
    if (byte == 0x80 || byte == 0x7f || byte == 0xd5) continue;  // -128 comes back as -127
    ASSERT_EQ(v8pack(vftosnorm8(funpacksnormlo(bytes)), vftosnorm8(funpacksnormhi(bytes))), bytes);
  }
}

}  // namespace
}  // namespace vc7::sim::semantics
