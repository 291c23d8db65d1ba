// SPDX-License-Identifier: MIT
//
// Buffer objects (v3d71 §14.3, §14.4).
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

using BufferTest = NodeTest;

TEST_P(BufferTest, HasAnAddress) {
  const auto bo = node->create_bo(5000).value();
  EXPECT_NE(bo.handle, 0u);
  EXPECT_NE(bo.address, 0u);
  EXPECT_EQ(bo.address % 4096, 0u);
  EXPECT_EQ(node->get_bo_offset(bo.handle).value(), bo.address);
}

TEST_P(BufferTest, RefusesBadSizesAndFlags) {
  EXPECT_EQ(node->create_bo(0).error(), EINVAL);
  EXPECT_EQ(node->create_bo(4096, 1).error(), EINVAL);
  EXPECT_EQ(node->create_bo(0xfffff001).error(), EINVAL);
  EXPECT_EQ(node->create_bo(0xffffffff).error(), EINVAL);
}

TEST_P(BufferTest, UnknownHandles) {
  for (const BoHandle handle : {0u, 12345u}) {
    EXPECT_EQ(node->get_bo_offset(handle).error(), ENOENT);
    EXPECT_EQ(node->map_bo(handle, 4096).error(), ENOENT);
    EXPECT_EQ(node->gem_close(handle).error(), EINVAL);
    EXPECT_EQ(node->wait_bo(handle, 0).error(), EINVAL);
  }
}

TEST_P(BufferTest, ClosesOnce) {
  const auto handle = buffer();
  EXPECT_TRUE(node->gem_close(handle).ok());
  EXPECT_EQ(node->gem_close(handle).error(), EINVAL);
  EXPECT_EQ(node->get_bo_offset(handle).error(), ENOENT);
}

TEST_P(BufferTest, HandlesBelongToTheFile) {
  const auto other = open();
  const auto handle = buffer();
  EXPECT_EQ(other->get_bo_offset(handle).error(), ENOENT);
}

TEST_P(BufferTest, FilesShareTheAddressSpace) {
  const auto other = open();
  EXPECT_NE(node->create_bo(4096).value().address, other->create_bo(4096).value().address);
}

TEST_P(BufferTest, StartsZeroedAlsoWhenReused) {
  for (int round = 0; round < 3; ++round) {
    const auto handle = buffer(3 << 20);
    const auto mapping = node->map_bo(handle, 3 << 20).value();
    const auto bytes = mapping.bytes();
    ASSERT_TRUE(std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{}; }));
    std::ranges::fill(bytes, std::byte{0xff});
    ASSERT_TRUE(node->gem_close(handle).ok());
  }
}

TEST_P(BufferTest, MappingsSeeTheSameMemory) {
  const auto handle = buffer(8192);
  const auto a = node->map_bo(handle, 8192).value();
  const auto b = node->map_bo(handle, 4096).value();
  a.bytes()[100] = std::byte{42};
  EXPECT_EQ(b.bytes()[100], std::byte{42});
  EXPECT_EQ(a.bytes().size(), 8192u);
  EXPECT_EQ(b.bytes().size(), 4096u);
}

TEST_P(BufferTest, MapsUpToTheLastPage) {
  const auto handle = buffer(5000);
  EXPECT_EQ(node->map_bo(handle, 1).value().bytes().size(), 1u);
  EXPECT_TRUE(node->map_bo(handle, 8192).ok());
  EXPECT_EQ(node->map_bo(handle, 0).error(), EINVAL);
  EXPECT_EQ(node->map_bo(handle, 1 << 20).error(), EINVAL);
}

TEST_P(BufferTest, MappingOutlivesTheHandle) {
  const auto bo = node->create_bo(4096).value();
  auto mapping = node->map_bo(bo.handle, 4096).value();
  ASSERT_TRUE(node->gem_close(bo.handle).ok());
  mapping.bytes()[0] = std::byte{1};
  // Still in use, so nobody else gets it.
  const auto next = node->create_bo(4096).value();
  const auto other = node->map_bo(next.handle, 4096).value();
  EXPECT_EQ(other.bytes()[0], std::byte{});
  EXPECT_EQ(mapping.bytes()[0], std::byte{1});
  auto moved = std::move(mapping);
  EXPECT_TRUE(mapping.bytes().empty());  // NOLINT: promised
  moved.reset();
  EXPECT_TRUE(moved.bytes().empty());
}

TEST_P(BufferTest, IdleBuffersNeedNoWaiting) {
  const auto handle = buffer();
  EXPECT_TRUE(node->wait_bo(handle, 0).ok());
  EXPECT_TRUE(node->wait_bo(handle, wait_forever).ok());
}

VC7_ON_BACKENDS(BufferTest, all_backends());

using AddressTest = NodeTest;

TEST_P(AddressTest, RunsOutOfAddresses) {
  // Address space only: untouched pages cost the host nothing.
  constexpr std::uint32_t gib = 1u << 30;
  std::vector<BoHandle> taken;
  Result<BufferObject> bo = node->create_bo(gib);
  for (; bo; bo = node->create_bo(gib)) taken.push_back(bo.value().handle);
  EXPECT_EQ(bo.error(), ENOSPC);
  EXPECT_EQ(taken.size(), 3u);
  ASSERT_TRUE(node->gem_close(taken.front()).ok());
  EXPECT_TRUE(node->create_bo(gib).ok());
}

TEST_P(AddressTest, LowestHandleAndFirstAddressAreReused) {
  const auto a = node->create_bo(4096).value();
  const auto b = node->create_bo(4096).value();
  EXPECT_EQ(a.handle, 1u);
  EXPECT_EQ(b.handle, 2u);
  ASSERT_TRUE(node->gem_close(a.handle).ok());
  const auto again = node->create_bo(4096).value();
  EXPECT_EQ(again.handle, a.handle);
  EXPECT_EQ(again.address, a.address);
  EXPECT_EQ(node->create_bo(4096).value().handle, 3u);
}

TEST_P(AddressTest, StaysTakenWhileMapped) {
  const auto bo = node->create_bo(4096).value();
  auto mapping = node->map_bo(bo.handle, 4096).value();
  ASSERT_TRUE(node->gem_close(bo.handle).ok());
  EXPECT_NE(node->create_bo(4096).value().address, bo.address);
  mapping.reset();
  EXPECT_EQ(node->create_bo(4096).value().address, bo.address);
}

VC7_ON_BACKENDS(AddressTest, controlled_backends());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AddressTest);

}  // namespace
}  // namespace vc7::drm::test
