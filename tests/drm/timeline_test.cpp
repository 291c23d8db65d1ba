// SPDX-License-Identifier: MIT
//
// Syncobjs with points.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "backend.hpp"

namespace vc7::drm::test {
namespace {

using Handles = std::vector<SyncobjHandle>;
using Points = std::vector<std::uint64_t>;

constexpr std::uint64_t ms = 1'000'000;
constexpr SyncobjWait for_submit{.all = true, .for_submit = true};
constexpr SyncobjWait available{.all = true, .available = true};

class TimelineTest : public NodeTest {
 protected:
  int wait(SyncobjHandle handle, std::uint64_t point, SyncobjWait how = {},
           std::uint64_t timeout = 0) {
    return node->syncobj_timeline_wait({&handle, 1}, {&point, 1}, timeout, how).error();
  }
  int signal(SyncobjHandle handle, std::uint64_t point) {
    return node->syncobj_timeline_signal({&handle, 1}, {&point, 1}).error();
  }
  std::uint64_t reached(SyncobjHandle handle, bool last_submitted = false) {
    return node->syncobj_query({&handle, 1}, last_submitted).value().at(0);
  }
  SyncobjHandle syncobj() { return node->syncobj_create().value(); }
};

TEST_P(TimelineTest, Capabilities) {
  EXPECT_EQ(node->get_cap(0x13).value(), 1u);
  EXPECT_EQ(node->get_cap(0x14).value(), 1u);
  EXPECT_EQ(node->get_cap(0x5).value(), 3u);
  EXPECT_EQ(node->get_cap(0x1).error(), EOPNOTSUPP);  // dumb buffers: of screens
}

TEST_P(TimelineTest, PointsAreReachedOneAfterTheOther) {
  const auto line = syncobj();
  EXPECT_EQ(reached(line), 0u);
  EXPECT_EQ(wait(line, 1), EINVAL);
  EXPECT_EQ(wait(line, 1, for_submit), ETIME);
  EXPECT_EQ(wait(line, 1, available), ETIME);
  ASSERT_EQ(signal(line, 5), 0);
  EXPECT_EQ(reached(line), 5u);
  for (const std::uint64_t point : {0u, 1u, 4u, 5u}) EXPECT_EQ(wait(line, point), 0) << point;
  EXPECT_EQ(wait(line, 6), EINVAL);
  EXPECT_EQ(wait(line, 6, for_submit, 2 * ms), ETIME);
  ASSERT_EQ(signal(line, 8), 0);
  EXPECT_EQ(wait(line, 6), 0);
  EXPECT_EQ(reached(line), 8u);
}

TEST_P(TimelineTest, ResetTakesThePointsAway) {
  const auto line = syncobj();
  ASSERT_EQ(signal(line, 5), 0);
  ASSERT_TRUE(node->syncobj_reset({&line, 1}).ok());
  EXPECT_EQ(reached(line), 0u);
  ASSERT_EQ(signal(line, 2), 0);
  EXPECT_EQ(reached(line), 2u);
  ASSERT_TRUE(node->syncobj_signal({&line, 1}).ok());
  EXPECT_EQ(reached(line), 0u);
  EXPECT_EQ(wait(line, 1), EINVAL);
}

TEST_P(TimelineTest, WrongArguments) {
  const Handles none, unknown{4711};
  const Points one{1};
  EXPECT_EQ(node->syncobj_query(none).error(), EINVAL);
  EXPECT_EQ(node->syncobj_timeline_signal(none, {}).error(), EINVAL);
  EXPECT_EQ(node->syncobj_query(unknown).error(), ENOENT);
  EXPECT_EQ(signal(4711, 1), ENOENT);
  EXPECT_EQ(wait(4711, 1), ENOENT);
  EXPECT_EQ(node->syncobj_timeline_signal(unknown, {}).error(), EINVAL);
  EXPECT_EQ(node->syncobj_timeline_wait(unknown, {}, 0).error(), EINVAL);
  const auto empty = syncobj();
  EXPECT_EQ(node->syncobj_transfer({4711, 0}, {empty, 0}).error(), ENOENT);
  EXPECT_EQ(node->syncobj_transfer({empty, 0}, {4711, 0}).error(), ENOENT);
  EXPECT_EQ(node->syncobj_transfer({empty, 0}, {empty, 0}).error(), EINVAL);
  EXPECT_EQ(node->syncobj_transfer({empty, 3}, {empty, 0}).error(), EINVAL);
}

TEST_P(TimelineTest, TransfersBothWays) {
  const auto line = syncobj(), box = syncobj();
  ASSERT_EQ(signal(line, 3), 0);
  ASSERT_TRUE(node->syncobj_transfer({line, 2}, {box, 0}).ok());
  EXPECT_TRUE(node->fence_status(box).value().signalled);
  ASSERT_TRUE(node->syncobj_transfer({box, 0}, {line, 9}).ok());
  EXPECT_EQ(reached(line), 9u);
}

TEST_P(TimelineTest, WakesWhenThePointComes) {
  const auto line = syncobj();
  std::thread other{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    EXPECT_EQ(signal(line, 1), 0);
    EXPECT_EQ(signal(line, 2), 0);
  }};
  EXPECT_EQ(wait(line, 2, for_submit, wait_forever), 0);
  other.join();
}

VC7_ON_BACKENDS(TimelineTest, all_backends());

// A job that the test holds back is what the points wait for.
class PendingPointTest : public TimelineTest {
 protected:
  PendingPointTest() {
    EXPECT_TRUE(submit(buffer(), held, running).ok());
    EXPECT_TRUE(node->syncobj_transfer({running, 0}, {line, 3}).ok());
    EXPECT_EQ(signal(line, 7), 0);
  }
  const SyncobjHandle running = syncobj(), line = syncobj();
};

TEST_P(PendingPointTest, HoldsBackThoseBehind) {
  EXPECT_EQ(reached(line), 0u);
  EXPECT_EQ(reached(line, true), 7u);
  EXPECT_EQ(wait(line, 7), ETIME);
  EXPECT_EQ(wait(line, 7, available), 0);
  EXPECT_EQ(wait(line, 8, available), ETIME);
  EXPECT_EQ(node->syncobj_wait({&line, 1}, 0).error(), ETIME);
  jobs.open_gate();
  EXPECT_EQ(wait(line, 5, {}, wait_forever), 0);
  EXPECT_EQ(wait(line, 7, {}, wait_forever), 0);
  EXPECT_EQ(reached(line), 7u);
}

TEST_P(PendingPointTest, AFormerFenceComesFirst) {
  const auto other = syncobj();
  ASSERT_TRUE(node->syncobj_transfer({running, 0}, {other, 0}).ok());
  ASSERT_EQ(signal(other, 1), 0);
  EXPECT_EQ(reached(other), 0u);
  EXPECT_EQ(wait(other, 1), ETIME);
  jobs.open_gate();
  EXPECT_EQ(wait(other, 1, {}, wait_forever), 0);
  EXPECT_EQ(reached(other), 1u);
}

TEST_P(PendingPointTest, DisorderKeepsTheLastNumber) {
  ASSERT_EQ(signal(line, 4), 0);
  EXPECT_EQ(reached(line, true), 7u);
  EXPECT_EQ(reached(line), 0u);
  jobs.open_gate();
  EXPECT_EQ(wait(line, 7, {}, wait_forever), 0);
  EXPECT_EQ(reached(line), 7u);
}

// Lines that wait for lines, longer than any stack: going on and taking down are loops.
TEST_P(PendingPointTest, LongChains) {
  if (GetParam() == Backend::shim) GTEST_SKIP() << "the same code, ten times slower";
  Handles chain{line};
  for (int i = 0; i < 20'000; ++i) {
    chain.push_back(syncobj());
    ASSERT_TRUE(node->syncobj_transfer({chain[chain.size() - 2], 0}, {chain.back(), 1}).ok());
  }
  EXPECT_EQ(wait(chain.back(), 1), ETIME);
  jobs.open_gate();
  EXPECT_EQ(wait(chain.back(), 1, {}, wait_forever), 0);
}

TEST_P(PendingPointTest, EndsWithTheFile) {}  // the job is stopped, nothing leaks

VC7_ON_BACKENDS(PendingPointTest, controlled_backends());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PendingPointTest);

}  // namespace
}  // namespace vc7::drm::test
