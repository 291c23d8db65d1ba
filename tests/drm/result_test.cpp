// SPDX-License-Identifier: MIT
#include <vc7/drm/result.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace vc7::drm {
namespace {

TEST(ResultTest, HoldsAValue) {
  const Result<int> result = 5;
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.error(), 0);
  EXPECT_EQ(result.value(), 5);
}

TEST(ResultTest, HoldsAFailure) {
  const Result<int> result = Failure{ENOMEM, "create_bo"};
  EXPECT_FALSE(result);
  EXPECT_EQ(result.error(), ENOMEM);
  try {
    static_cast<void>(result.value());
    FAIL();
  } catch (const CallError& error) {
    EXPECT_EQ(error.code(), ENOMEM);
    EXPECT_STREQ(error.what(), "create_bo: ENOMEM (Cannot allocate memory)");
  }
}

TEST(ResultTest, OfNothing) {
  const Result<void> good;
  EXPECT_TRUE(good);
  const Result<void> bad = Failure{ETIME, "wait_bo"};
  EXPECT_EQ(bad.error(), ETIME);
  EXPECT_THROW(bad.value(), CallError);
}

TEST(ResultTest, MovesOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  EXPECT_EQ(*std::move(result).value(), 3);
}

TEST(ResultTest, NamesAnyNumber) {
  EXPECT_EQ(errno_name(EINVAL), "EINVAL");
  EXPECT_EQ(errno_name(4711), "errno 4711");
  EXPECT_EQ(describe({4711, "x"}), "x: errno 4711");
}

}  // namespace
}  // namespace vc7::drm
