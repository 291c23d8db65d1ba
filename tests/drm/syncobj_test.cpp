// SPDX-License-Identifier: MIT
//
// Syncobjs without jobs.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

using namespace std::chrono_literals;
using SyncobjTest = NodeTest;
using Handles = std::vector<SyncobjHandle>;

constexpr std::uint64_t ms = 1'000'000;

TEST_P(SyncobjTest, StartsAsAsked) {
  const auto empty = node->syncobj_create().value();
  const auto done = node->syncobj_create(true).value();
  EXPECT_NE(empty, 0u);
  EXPECT_NE(empty, done);
  EXPECT_EQ(node->fence_status(empty).error(), EINVAL);
  EXPECT_EQ(node->fence_status(done).value(), (FenceStatus{true, 0}));
  EXPECT_EQ(node->report(done), nullptr);
}

TEST_P(SyncobjTest, SignalAndReset) {
  const Handles both{node->syncobj_create().value(), node->syncobj_create().value()};
  ASSERT_TRUE(node->syncobj_signal(both).ok());
  for (const auto handle : both) EXPECT_TRUE(node->fence_status(handle).value().signalled);
  ASSERT_TRUE(node->syncobj_reset(both).ok());
  for (const auto handle : both) EXPECT_EQ(node->fence_status(handle).error(), EINVAL);
}

TEST_P(SyncobjTest, UnknownHandles) {
  const Handles bad{node->syncobj_create().value(), 4711};
  EXPECT_EQ(node->syncobj_destroy(4711).error(), EINVAL);
  EXPECT_EQ(node->syncobj_signal(bad).error(), ENOENT);
  EXPECT_EQ(node->syncobj_reset(bad).error(), ENOENT);
  EXPECT_EQ(node->syncobj_wait(bad, 0).error(), ENOENT);
  EXPECT_EQ(node->fence_status(4711).error(), ENOENT);
  EXPECT_EQ(node->report(4711), nullptr);
  // All or none: the good one is as it was.
  EXPECT_EQ(node->fence_status(bad[0]).error(), EINVAL);
}

TEST_P(SyncobjTest, NoHandles) {
  EXPECT_EQ(node->syncobj_signal({}).error(), EINVAL);
  EXPECT_EQ(node->syncobj_reset({}).error(), EINVAL);
  EXPECT_EQ(node->syncobj_wait({}, 0).value(), 0u);
}

TEST_P(SyncobjTest, DestroysOnce) {
  const auto handle = node->syncobj_create().value();
  EXPECT_TRUE(node->syncobj_destroy(handle).ok());
  EXPECT_EQ(node->syncobj_destroy(handle).error(), EINVAL);
}

TEST_P(SyncobjTest, WaitsForAllOrAny) {
  const Handles pair{node->syncobj_create().value(), node->syncobj_create(true).value()};
  EXPECT_EQ(node->syncobj_wait(pair, 0).error(), EINVAL);  // one has no fence
  EXPECT_EQ(node->syncobj_wait(pair, 0, {.all = false, .for_submit = true}).value(), 1u);
  EXPECT_EQ(node->syncobj_wait(pair, 0, {.all = true, .for_submit = true}).error(), ETIME);
  EXPECT_EQ(node->syncobj_wait(pair, 2 * ms, {.all = true, .for_submit = true}).error(), ETIME);
  ASSERT_TRUE(node->syncobj_signal({&pair[0], 1}).ok());
  EXPECT_TRUE(node->syncobj_wait(pair, 0).ok());
  EXPECT_TRUE(node->syncobj_wait(pair, wait_forever).ok());
}

TEST_P(SyncobjTest, TimesOutInTime) {
  const auto handle = node->syncobj_create().value();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(node->syncobj_wait({&handle, 1}, 20 * ms, {.for_submit = true}).error(), ETIME);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
}

TEST_P(SyncobjTest, WakesWhenSignalled) {
  const auto handle = node->syncobj_create().value();
  std::thread other{[&] {
    std::this_thread::sleep_for(5ms);
    EXPECT_TRUE(node->syncobj_signal({&handle, 1}).ok());
  }};
  EXPECT_TRUE(node->syncobj_wait({&handle, 1}, wait_forever, {.for_submit = true}).ok());
  other.join();
}

VC7_ON_BACKENDS(SyncobjTest, all_backends());

}  // namespace
}  // namespace vc7::drm::test
