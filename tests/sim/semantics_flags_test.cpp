// SPDX-License-Identifier: MIT
//
// v3d71 §4.2 to §4.5: what Z, N and C mean, and what becomes of A and B.
#include "sim/exec/semantics/flags.hpp"

#include <gtest/gtest.h>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

static_assert(push({.a = 1, .b = 2}, 4) == Flags{.a = 4, .b = 1});
static_assert(fcmp_zero(0, 0x80000000) && !fcmp_carry(0x7fc00000, 0));

TEST(SemanticsFlags, IntegerResults) {
  for (const std::uint32_t result : judge::integer_corners) {
    EXPECT_EQ(zero_integer(result), result == 0U);
    EXPECT_EQ(negative_integer(result), result >= 0x80000000U);
  }
}

TEST(SemanticsFlags, CarriesOfIntegerOperations) {
  for (const std::uint32_t a : judge::integer_corners) {
    for (const std::uint32_t b : judge::integer_corners) {
      const std::uint64_t sum = std::uint64_t{a} + std::uint64_t{b};
      const std::uint64_t difference = std::uint64_t{a} - std::uint64_t{b};
      const std::int64_t signed_a = std::int64_t{a} - (a < 0x80000000U ? 0 : 1LL << 32);
      const std::int64_t signed_b = std::int64_t{b} - (b < 0x80000000U ? 0 : 1LL << 32);
      ASSERT_EQ(carry_add(a, b), sum >> 32 == 1) << std::hex << a << ' ' << b;
      ASSERT_EQ(borrow_sub(a, b), difference >> 63 == 1) << std::hex << a << ' ' << b;
      ASSERT_EQ(greater_signed(a, b), signed_a > signed_b) << std::hex << a << ' ' << b;
      ASSERT_EQ(greater_unsigned(a, b), difference >> 63 == 0 && difference != 0);
    }
  }
}

// py-videocore7's test_cond_push_a: eidx - 10 borrows in lanes 0 to 9 and is zero in lane 10.
TEST(SemanticsFlags, BorrowOfLaneIndexMinusTen) {
  for (std::uint32_t lane = 0; lane < 16; ++lane) {
    EXPECT_EQ(borrow_sub(lane, 10), lane < 10);
    EXPECT_EQ(zero_integer(lane - 10), lane == 10);
    EXPECT_EQ(negative_integer(lane - 10), lane < 10);
  }
}

TEST(SemanticsFlags, FcmpComparesOrdered) {
  for (const std::uint32_t a : judge::float_specials) {
    for (const std::uint32_t b : judge::float_specials) {
      const double x = judge::to_double(a);
      const double y = judge::to_double(b);
      const bool ordered = !std::isnan(x) && !std::isnan(y);
      ASSERT_EQ(fcmp_zero(a, b), ordered && x == y) << std::hex << a << ' ' << b;
      ASSERT_EQ(fcmp_negative(a, b), ordered && x < y) << std::hex << a << ' ' << b;
      ASSERT_EQ(fcmp_carry(a, b), ordered && !(x > y)) << std::hex << a << ' ' << b;
    }
  }
  // The difference of equal infinities is NaN, but they are equal.
  EXPECT_TRUE(fcmp_zero(0x7f800000, 0x7f800000));
  EXPECT_TRUE(fcmp_carry(0xff800000, 0xff800000));
  EXPECT_FALSE(fcmp_negative(0x80000000, 0));
}

TEST(SemanticsFlags, FloatResults) {
  for (const std::uint32_t result : judge::float_specials) {
    EXPECT_EQ(zero_float(result), judge::to_float(result) == 0.0F) << std::hex << result;
    EXPECT_EQ(negative_float(result), judge::to_float(result) < 0.0F) << std::hex << result;
  }
  EXPECT_FALSE(negative_float(0x80000000));  // -0
  EXPECT_TRUE(negative_float(0x80000001));
  EXPECT_TRUE(negative_float(0xff800000));
  EXPECT_FALSE(negative_float(0xffc00000));  // NaN
}

TEST(SemanticsFlags, PushMovesAToB) {
  const Flags flags = push({.a = 0x1234, .b = 0x5678}, 0xff00);
  EXPECT_EQ(flags.a, 0xff00);
  EXPECT_EQ(flags.b, 0x1234);
}

// Table 4.3 as truth tables: the new A for (A, X) = (0,0), (0,1), (1,0), (1,1).
struct Row {
  unsigned code;
  const char* name;
  unsigned tested;  // 1 z, 2 n, 3 c
  bool new_a[4];
};
constexpr Row update_table[] = {
    {4, "andz", 1, {false, false, false, true}},   {5, "andnz", 1, {false, false, true, false}},
    {6, "nornz", 1, {false, true, false, false}},  {7, "norz", 1, {true, false, false, false}},
    {8, "andn", 2, {false, false, false, true}},   {9, "andnn", 2, {false, false, true, false}},
    {10, "nornn", 2, {false, true, false, false}}, {11, "norn", 2, {true, false, false, false}},
    {12, "andc", 3, {false, false, false, true}},  {13, "andnc", 3, {false, false, true, false}},
    {14, "nornc", 3, {false, true, false, false}}, {15, "norc", 3, {true, false, false, false}},
};

TEST(SemanticsFlags, UpdatesFollowTheTableInEveryLane) {
  for (const Row& row : update_table) {
    EXPECT_EQ(tested_by_update(row.code), row.tested) << row.name;
    for (unsigned lane = 0; lane < 16; ++lane) {
      for (unsigned state = 0; state < 4; ++state) {
        // The other lanes are in the opposite state and must not leak into this one.
        const unsigned self = 1U << lane;
        const auto a = static_cast<LaneMask>(state / 2 == 1 ? self : 0xffff ^ self);
        const auto x = static_cast<LaneMask>(state % 2 == 1 ? self : 0xffff ^ self);
        const Flags updated = update(row.code, {.a = a, .b = 0x9999}, x);
        ASSERT_EQ((updated.a >> lane) % 2 == 1, row.new_a[state]) << row.name << ' ' << state;
        ASSERT_EQ(updated.b, 0x9999) << row.name;
      }
    }
  }
}

TEST(SemanticsFlags, Conditions) {
  const Flags flags{.a = 0x00ff, .b = 0x0f0f};
  EXPECT_EQ(condition(0, flags), 0x00ff);
  EXPECT_EQ(condition(1, flags), 0x0f0f);
  EXPECT_EQ(condition(2, flags), 0xff00);
  EXPECT_EQ(condition(3, flags), 0xf0f0);
}

TEST(SemanticsFlags, OperationsThatReadFlags) {
  EXPECT_EQ(vfla(true), 0x00010001U);
  EXPECT_EQ(vfla(false), 0U);
  EXPECT_EQ(vflna(true), 0U);
  EXPECT_EQ(vflna(false), 0x00010001U);
  EXPECT_EQ(vflb(true), 0x00010001U);
  EXPECT_EQ(vflb(false), 0U);
  EXPECT_EQ(vflnb(true), 0U);
  EXPECT_EQ(vflnb(false), 0x00010001U);
}

TEST(SemanticsFlags, FlagStack) {
  EXPECT_EQ(flapush(0x40000005, true), 0x17U);  // the top bits fall out
  EXPECT_EQ(flapush(0x40000005, false), 0x14U);
  EXPECT_EQ(flbpush(0x40000005, true), 0x17U);
  EXPECT_EQ(flbpush(0x40000005, false), 0x14U);
  EXPECT_EQ(flpop(0x80000017), 0x20000005U);
  for (const bool flag : {false, true}) {
    EXPECT_EQ(flpop_flag(flapush(0xff, flag)), flag);
    EXPECT_EQ(flpop(flapush(0xff, flag)), 0xffU);
  }
}

}  // namespace
}  // namespace vc7::sim::semantics
