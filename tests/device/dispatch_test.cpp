// SPDX-License-Identifier: MIT
#include <vc7/device/dispatch.hpp>

#include "support.hpp"

namespace vc7::test {
namespace {

std::string refusal(const Dispatch& dispatch, const DispatchTarget& target = {}) {
  return error_of([&] { (void)plan(dispatch, target); });
}

std::uint32_t supergroup(const Dispatch& dispatch) {
  return plan(dispatch).workgroups_per_supergroup;
}

// drm-clients.md: what Mesa submits for a dispatch of 256 lanes and 4 groups.
TEST(Dispatch, ConfigurationOfMesa) {
  const Dispatch dispatch{.local_size = {256},
                          .workgroups = {4},
                          .workgroups_per_supergroup = 1,
                          .threading = Threading::four_way};
  const std::array<std::uint32_t, 7> expected{0x00040000, 0x00010000, 0x00010000, 0x0000f100,
                                              0x00000040, 0x0000f001, 0x00010000};
  EXPECT_EQ(csd_config(dispatch, 0xf000, 0x10000), expected);
}

TEST(Dispatch, AllFields) {
  const Dispatch dispatch{.local_size = {4, 2, 3},
                          .workgroups = {5, 6, 7},
                          .offset = {1, 2, 65529},
                          .workgroups_per_supergroup = 16,
                          .total_batches = 99,
                          .single_segment = true,
                          .propagate_nans = true};
  // 16 workgroups of 24 lanes: 24 batches.
  const std::array<std::uint32_t, 7> expected{0x00050001, 0x00060002, 0x0007fff9, 0x00017018,
                                              99,         0x12345606, 0};
  EXPECT_EQ(csd_config(dispatch, 0x12345600, 0), expected);
}

TEST(Dispatch, OldRevisionsCountBatchesMinusOne) {
  const DispatchTarget old{.qpus = 16, .batches_minus_one = true};
  EXPECT_EQ(csd_config(Dispatch::batches(12), 0x1000, 0, old)[4], 11u);
}

TEST(Dispatch, BatchesOfSixteenLanes) {
  for (const std::uint32_t n : {1u, 12u, 24u, 65535u}) {
    const auto groups = plan(Dispatch::batches(n));
    EXPECT_EQ(groups.batches, n);
    EXPECT_EQ(groups.workgroup_size, 16u);
    EXPECT_EQ(groups.workgroups_per_supergroup, 1u);
    EXPECT_EQ(groups.batches_per_supergroup, 1u);
  }
}

TEST(Dispatch, NumberOfBatches) {
  // 3 workgroups of 24 lanes per supergroup: 5 batches; 10 = 3 * 3 + 1, and 24 lanes are 2 batches.
  EXPECT_EQ(plan({.local_size = {24}, .workgroups = {10}, .workgroups_per_supergroup = 3}).batches,
            17u);
  EXPECT_EQ(plan({.local_size = {1}, .workgroups = {17}, .workgroups_per_supergroup = 16}).batches,
            2u);
  EXPECT_EQ(plan({.local_size = {256}, .workgroups = {65535, 2, 1}}).batches, 2097120u);
}

TEST(Dispatch, SupergroupsWithoutUnusedLanes) {
  EXPECT_EQ(supergroup({.local_size = {16}, .workgroups = {100}}), 1u);
  EXPECT_EQ(supergroup({.local_size = {8}, .workgroups = {100}}), 2u);
  EXPECT_EQ(supergroup({.local_size = {1}, .workgroups = {100}}), 16u);
  EXPECT_EQ(supergroup({.local_size = {24}, .workgroups = {100}}), 2u);
  EXPECT_EQ(supergroup({.local_size = {17}, .workgroups = {100}}), 16u);
}

TEST(Dispatch, SupergroupsWithTheFewestUnusedLanes) {
  // 1 to 3 workgroups of 7 lanes leave 9, 2 and 11 lanes unused.
  EXPECT_EQ(supergroup({.local_size = {7}, .workgroups = {3}}), 2u);
  EXPECT_EQ(supergroup({.local_size = {7}, .workgroups = {1}}), 1u);
}

TEST(Dispatch, SubgroupOperationsNeedAWorkgroupPerSupergroup) {
  EXPECT_EQ(supergroup({.local_size = {8}, .workgroups = {100}, .subgroup_operations = true}), 1u);
  EXPECT_CONTAINS(
      refusal({.local_size = {8}, .workgroups_per_supergroup = 2, .subgroup_operations = true}),
      "workgroups_per_supergroup is 2, allowed is 1");
}

TEST(Dispatch, BarrierLeavesRoomForTwoSupergroups) {
  // 12 QPUs, 2 threads: 12 batches of 16 lanes = 192 lanes for one supergroup.
  EXPECT_EQ(supergroup({.local_size = {100}, .workgroups = {100}, .barrier = true}), 1u);
  EXPECT_EQ(supergroup({.local_size = {100}, .workgroups = {100}}), 4u);
  EXPECT_EQ(supergroup({.local_size = {256}, .workgroups = {100}, .barrier = true}), 1u);
}

TEST(Dispatch, BarrierThatWouldWaitForever) {
  const Dispatch dispatch{
      .local_size = {256}, .workgroups = {4}, .workgroups_per_supergroup = 2, .barrier = true};
  EXPECT_CONTAINS(
      refusal(dispatch),
      "a barrier over 32 batches (2 workgroups of 256 lanes), allowed are at most 24: 12 "
      "QPUs with 2 threads each");
  EXPECT_EQ(refusal(dispatch, {.qpus = 16}), "");
  auto four_way = dispatch;
  four_way.threading = Threading::four_way;
  EXPECT_EQ(refusal(four_way), "");
  auto cut_short = dispatch;
  cut_short.total_batches = 24;
  EXPECT_EQ(refusal(cut_short), "");
}

TEST(Dispatch, RefusesSizes) {
  EXPECT_CONTAINS(refusal({.local_size = {0}}), "local_size.x is 0, allowed are 1 to 256");
  EXPECT_CONTAINS(refusal({.local_size = {1, 257}}), "local_size.y is 257, allowed are 1 to 256");
  EXPECT_CONTAINS(refusal({.local_size = {16, 16, 2}}),
                  "16 x 16 x 2 = 512 lanes, allowed are at most 256");
  EXPECT_CONTAINS(refusal({.workgroups = {65536}}),
                  "workgroups.x is 65536, allowed are 1 to 65535");
  EXPECT_CONTAINS(refusal({.workgroups = {1, 1, 0}}), "workgroups.z is 0, allowed are 1 to 65535");
  EXPECT_CONTAINS(refusal({.offset = {0, 65536}}), "offset.y is 65536, allowed are 0 to 65535");
  EXPECT_CONTAINS(refusal({.workgroups = {2}, .offset = {65535}}),
                  "65535 + 2 = 65537, allowed is at most 65536");
  EXPECT_EQ(refusal({.workgroups = {1}, .offset = {65535}}), "");
  EXPECT_CONTAINS(refusal({.workgroups_per_supergroup = 17}),
                  "workgroups_per_supergroup is 17, allowed are 1 to 16");
  EXPECT_CONTAINS(refusal({.workgroups_per_supergroup = 0}), "workgroups_per_supergroup is 0");
  EXPECT_CONTAINS(refusal({.total_batches = 0}), "total_batches is 0, allowed are 1 to 4294967295");
  EXPECT_CONTAINS(refusal({.workgroups = {65535, 65535, 2}}), "need 8589672450 batches");
  EXPECT_CONTAINS(refusal(Dispatch::batches(0)), "workgroups.x is 0");
}

TEST(Dispatch, RefusesAddresses) {
  EXPECT_CONTAINS(error_of([] { csd_config({}, 0, 0); }), "code at 0x00000000");
  EXPECT_CONTAINS(error_of([] { csd_config({}, 0x1004, 0); }),
                  "code at 0x00001004, allowed are multiples of 8");
  EXPECT_CONTAINS(error_of([] { csd_config({}, 0x1000, 2); }),
                  "uniforms at 0x00000002, allowed are multiples of 4");
}

TEST(Dispatch, NamesThePlaceOfTheCall) {
  const auto text = error_of([] { (void)plan({.local_size = {0}}); });
  const auto place = "dispatch_test.cpp" + line_before();
  EXPECT_CONTAINS(text, place);
}

}  // namespace
}  // namespace vc7::test
