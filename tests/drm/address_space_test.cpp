// SPDX-License-Identifier: MIT
#include "drm/simulated/address_space.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace vc7::drm::simulated {
namespace {

constexpr std::uint64_t kib = 1024, mib = 1024 * kib, gib = 1024 * mib;

TEST(AddressSpaceTest, NeverHandsOutPageZero) {
  AddressSpace space{4096};
  EXPECT_EQ(space.take(4096), 0x1000u);
  EXPECT_EQ(space.take(4096), 0x2000u);
}

TEST(AddressSpaceTest, AlignsBySize) {
  AddressSpace space{4096};
  EXPECT_EQ(space.take(4096), 0x1000u);
  EXPECT_EQ(space.take(64 * kib), 0x10000u);
  EXPECT_EQ(space.take(2 * mib), 0x200000u);
  EXPECT_EQ(space.take(60 * kib), 0x20000u);
}

TEST(AddressSpaceTest, AlignsToHostPagesOf16KiB) {
  AddressSpace space{16 * kib};
  EXPECT_EQ(space.take(16 * kib), 0x4000u);
  EXPECT_EQ(space.take(16 * kib), 0x8000u);
}

TEST(AddressSpaceTest, FillsTheFirstGap) {
  AddressSpace space{4096};
  const auto a = space.take(8192).value();
  space.take(4096);
  space.give_back(a, 8192);
  EXPECT_EQ(space.take(4096), a);
  EXPECT_EQ(space.take(4096), a + 4096);
}

TEST(AddressSpaceTest, EndsAtFourGiB) {
  AddressSpace space{4096};
  EXPECT_EQ(space.take(4 * gib - 4096), std::nullopt);  // no room for the alignment
  const auto most = space.take(4 * gib - 2 * mib);
  EXPECT_EQ(most, 2 * mib);
  EXPECT_EQ(space.take(2 * mib), std::nullopt);
  space.give_back(*most, 4 * gib - 2 * mib);
  EXPECT_EQ(space.take(2 * mib), 2 * mib);
}

// A thousand random steps never overlap, and when all is given back the space is whole again.
TEST(AddressSpaceTest, KeepsRangesApart) {
  AddressSpace space{4096};
  std::mt19937 random{7};
  std::map<std::uint64_t, std::uint64_t> taken;
  for (int step = 0; step < 1000; ++step) {
    if (random() % 3 != 0 || taken.empty()) {
      const auto size = (1 + random() % (1u << (random() % 12))) * std::uint64_t{4096};
      const auto address = space.take(size);
      ASSERT_TRUE(address);
      ASSERT_EQ(*address % space.alignment(size), 0u);
      const auto next = taken.lower_bound(*address);
      if (next != taken.end()) {
        ASSERT_LE(*address + size, next->first);
      }
      if (next != taken.begin()) {
        const auto& before = *std::prev(next);
        ASSERT_LE(before.first + before.second, *address);
      }
      taken.emplace(*address, size);
    } else {
      const auto victim = std::next(taken.begin(), static_cast<long>(random() % taken.size()));
      space.give_back(static_cast<std::uint32_t>(victim->first), victim->second);
      taken.erase(victim);
    }
  }
  for (const auto& [address, size] : taken)
    space.give_back(static_cast<std::uint32_t>(address), size);
  EXPECT_EQ(space.take(4 * gib - 2 * mib), 2 * mib);
}

}  // namespace
}  // namespace vc7::drm::simulated
