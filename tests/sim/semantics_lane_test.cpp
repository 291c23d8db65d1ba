// SPDX-License-Identifier: MIT
//
// v3d71 §9.5 (and §9.2 fdx, fdy; §6 rep, quad): operations across lanes.
#include "sim/exec/semantics/lane.hpp"

#include <gtest/gtest.h>

#include "semantics_judges.hpp"

namespace vc7::sim::semantics {
namespace {

constexpr Lanes letters = {0xa0, 0xa1, 0xa2, 0xa3, 0xb0, 0xb1, 0xb2, 0xb3,
                           0xc0, 0xc1, 0xc2, 0xc3, 0xd0, 0xd1, 0xd2, 0xd3};
constexpr LaneMask all = 0xffff;

static_assert(rot(letters, splat(0)) == letters && eidx()[15] == 15);

TEST(SemanticsLane, EidxCounts) {
  for (std::uint32_t i = 0; i < 16; ++i) EXPECT_EQ(eidx()[i], i);
}

TEST(SemanticsLane, RotTakesTheAmountOfLaneZeroModulo16) {
  for (int amount = -40; amount <= 40; ++amount) {
    Lanes b = splat(7);  // only lane 0 counts
    b[0] = static_cast<std::uint32_t>(amount);
    const Lanes result = rot(letters, b);
    for (int i = 0; i < 16; ++i) {
      const int source = ((i + amount) % 16 + 16) % 16;
      ASSERT_EQ(result[static_cast<std::size_t>(i)], letters[static_cast<std::size_t>(source)])
          << amount;
    }
  }
  EXPECT_EQ(rot(letters, splat(1))[15], 0xa0U);
}

TEST(SemanticsLane, RotqRotatesEachQuadByItsOwnAmount) {
  Lanes b = splat(3);  // only the first lane of a quad counts
  b[0] = 0;
  b[4] = 1;
  b[8] = 0xfffffffe;  // -2
  b[12] = 7;
  const Lanes expected = {0xa0, 0xa1, 0xa2, 0xa3, 0xb1, 0xb2, 0xb3, 0xb0,
                          0xc2, 0xc3, 0xc0, 0xc1, 0xd3, 0xd0, 0xd1, 0xd2};
  EXPECT_EQ(rotq(letters, b), expected);
}

TEST(SemanticsLane, ShuffleIndexesModulo16) {
  const Lanes b = {15, 0, 0, 1, 16, 0xffffffff, 0x80000002, 8, 3, 3, 3, 3, 12, 11, 10, 9};
  const Lanes expected = {0xd3, 0xa0, 0xa0, 0xa1, 0xa0, 0xd3, 0xa2, 0xc0,
                          0xa3, 0xa3, 0xa3, 0xa3, 0xd0, 0xc3, 0xc2, 0xc1};
  EXPECT_EQ(shuffle(letters, b), expected);
}

TEST(SemanticsLane, RepAndQuadBroadcastTheFirstLane) {
  EXPECT_EQ(rep(letters), splat(0xa0));
  const Lanes expected = {0xa0, 0xa0, 0xa0, 0xa0, 0xb0, 0xb0, 0xb0, 0xb0,
                          0xc0, 0xc0, 0xc0, 0xc0, 0xd0, 0xd0, 0xd0, 0xd0};
  EXPECT_EQ(quad(letters), expected);
}

TEST(SemanticsLane, Derivatives) {
  // Lane i holds i * i, so the differences are different everywhere.
  Lanes squares{};
  for (std::size_t i = 0; i < 16; ++i) {
    squares[i] = judge::to_word(static_cast<float>(i) * static_cast<float>(i));
  }
  const Lanes x = fdx(squares);
  const Lanes y = fdy(squares);
  for (std::size_t q = 0; q < 16; q += 4) {
    const auto square = [&](std::size_t i) { return judge::to_float(squares[q + i]); };
    const std::uint32_t top = judge::to_word(square(1) - square(0));
    const std::uint32_t bottom = judge::to_word(square(3) - square(2));
    const std::uint32_t left = judge::to_word(square(2) - square(0));
    const std::uint32_t right = judge::to_word(square(3) - square(1));
    const std::array<std::uint32_t, 4> expected_x = {top, top, bottom, bottom};
    const std::array<std::uint32_t, 4> expected_y = {left, right, left, right};
    for (std::size_t i = 0; i < 4; ++i) {
      ASSERT_EQ(x[q + i], expected_x[i]);
      ASSERT_EQ(y[q + i], expected_y[i]);
    }
  }
  EXPECT_EQ(fdx(splat(0xff800000)), splat(0x7fc00000));
  EXPECT_EQ(fdy(splat(0xff800000)), splat(0x7fc00000));
}

TEST(SemanticsLane, BallotCollectsParticipatingNonZeroLanes) {
  Lanes a{};
  a[0] = 1;
  a[3] = 0x80000000;  // -0.0 is not zero here
  a[15] = 0xffffffff;
  EXPECT_EQ(ballot(a, all), splat(0x8009));
  EXPECT_EQ(ballot(a, 0x7ffe), splat(0x0008));
  EXPECT_EQ(ballot(a, 0), splat(0));
  for (std::size_t i = 0; i < 16; ++i) {
    Lanes single{};
    single[i] = 2;
    EXPECT_EQ(ballot(single, all), splat(1U << i));
  }
}

TEST(SemanticsLane, BcastfTakesTheFirstParticipant) {
  for (std::size_t i = 0; i < 16; ++i) {
    const auto from_here_up = static_cast<LaneMask>(0xffff << i);
    EXPECT_EQ(bcastf(letters, from_here_up), splat(letters[i]));
  }
  EXPECT_EQ(bcastf(letters, 0), splat(0));
}

TEST(SemanticsLane, VotesOnEqualityIgnoreLanesThatDoNotParticipate) {
  for (std::size_t i = 0; i < 16; ++i) {
    Lanes a = splat(0x3f800000);
    a[i] = 0x40000000;
    const auto others = static_cast<LaneMask>(0xffff ^ (1U << i));
    const auto only = static_cast<LaneMask>(1U << i);
    for (const auto vote : {alleq, allfeq}) {
      EXPECT_EQ(vote(a, all), splat(0));
      EXPECT_EQ(vote(a, others), splat(1));
      EXPECT_EQ(vote(a, only), splat(1));
      EXPECT_EQ(vote(a, 0), splat(1));
    }
  }
}

TEST(SemanticsLane, VotesDifferOnZerosAndNan) {
  Lanes zeros = splat(0);
  zeros[9] = 0x80000000;
  EXPECT_EQ(alleq(zeros, all), splat(0));
  EXPECT_EQ(allfeq(zeros, all), splat(1));
  EXPECT_EQ(alleq(splat(0x7fc00000), all), splat(1));
  EXPECT_EQ(allfeq(splat(0x7fc00000), all), splat(0));
  EXPECT_EQ(allfeq(splat(0x7fc00000), 0x0010), splat(0));
}

TEST(SemanticsLane, ElectionsMarkOneLaneAtMost) {
  for (std::size_t i = 0; i < 16; ++i) {
    Lanes expected{};
    expected[i] = 1;
    const auto from_here_up = static_cast<LaneMask>(0xffff << i);
    const auto below = static_cast<LaneMask>(~from_here_up);
    EXPECT_EQ(flafirst(from_here_up), expected);
    EXPECT_EQ(flnafirst(below), expected);
  }
  EXPECT_EQ(flafirst(0), splat(0));
  EXPECT_EQ(flnafirst(0xffff), splat(0));
}

}  // namespace
}  // namespace vc7::sim::semantics
