// SPDX-License-Identifier: MIT
//
// One node in the hands of several threads.
#include <gtest/gtest.h>

#include <thread>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

using ThreadTest = NodeTest;

void in_threads(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (auto& thread : threads) thread.join();
}

TEST_P(ThreadTest, BuffersOfManyThreadsStayApart) {
  in_threads(4, [&](int who) {
    for (int i = 0; i < 50; ++i) {
      const auto bo = node->create_bo(4096).value();
      const auto mapping = node->map_bo(bo.handle, 4096).value();
      EXPECT_EQ(mapping.bytes()[0], std::byte{});
      mapping.bytes()[0] = static_cast<std::byte>(who + 1);
      std::this_thread::yield();
      EXPECT_EQ(mapping.bytes()[0], static_cast<std::byte>(who + 1));
      EXPECT_TRUE(node->gem_close(bo.handle).ok());
    }
  });
}

TEST_P(ThreadTest, EachSubmitsAndWaits) {
  in_threads(4, [&](int) {
    const auto bo = buffer();
    const auto out = node->syncobj_create().value();
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(submit(bo, quick, out).ok());
      EXPECT_TRUE(node->syncobj_wait({&out, 1}, wait_forever).ok());
      EXPECT_EQ(node->fence_status(out).value(), (FenceStatus{true, 0}));
      EXPECT_TRUE(node->wait_bo(bo, wait_forever).ok());
    }
    EXPECT_TRUE(node->syncobj_destroy(out).ok());
    EXPECT_TRUE(node->gem_close(bo).ok());
  });
}

TEST_P(ThreadTest, ManyWaitForOneJob) {
  const auto bo = buffer();
  const auto out = node->syncobj_create().value();
  std::vector<std::thread> waiting;
  for (int i = 0; i < 4; ++i)
    waiting.emplace_back([&] {
      EXPECT_TRUE(node->syncobj_wait({&out, 1}, wait_forever, {.for_submit = true}).ok());
    });
  ASSERT_TRUE(submit(bo, quick, out).ok());
  for (auto& thread : waiting) thread.join();
}

TEST_P(ThreadTest, EachHasItsOwnFile) {
  in_threads(4, [&](int) {
    for (int i = 0; i < 10; ++i) {
      const auto file = open();
      const auto bo = file->create_bo(1 << 16).value().handle;
      EXPECT_TRUE(file->map_bo(bo, 1 << 16).ok());
      EXPECT_TRUE(file->wait_bo(bo, 0).ok());
    }
  });
}

VC7_ON_BACKENDS(ThreadTest, all_backends());

}  // namespace
}  // namespace vc7::drm::test
