// SPDX-License-Identifier: MIT
//
// Random words: decode -> encode is the identity, and the canonical form is a fixed point.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "testing.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define VC7_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define VC7_SANITIZED 1
#endif
#endif
#ifndef VC7_SANITIZED
#define VC7_SANITIZED 0
#endif

namespace vc7::isa::testing {
namespace {

constexpr unsigned words = VC7_SANITIZED ? 2'000'000 : 10'000'000;

struct Shares {
  double decodable, not_canonical;
};

/// Which shares of all 2^64 words decode, and decode without being canonical, from the counts of
/// v3d71 §2-§5 (exhaustive_alu_test.cpp) and the don't-care bits of §1.2.
Shares shares() {
  const double cond = 127 / 128.0, index = 48 / 64.0;
  // Add cells of 256 * 64 * 2, averaged over write addresses, by whether smimm_b could make raddr_b
  // an index.
  const double two_sources = (216 * 64 * 2 + 64 * 2 + 64 * 3 / 64.0) / 32768,
               others = (173 * 2 + 1) / 32768.0;
  const double mul_two = 59 * 64 / 4096.0, mul_others = 37 / 4096.0;
  // 29 signal indices: 17 with a destination; 8 without and 4 smimm, which need a valid condition
  // code.
  const auto over_signals = [&](double plain, double with_b, double with_d) {
    return (plain * (17 + 8 * cond + 2 * cond * index) + with_b * cond + with_d * cond) / 32;
  };
  const double add = two_sources + others, mul = mul_two + mul_others;
  const double branches = (1 / 64.0) * (1 / 4.0) * (7 / 8.0) * (3 / 4.0) * (3 / 4.0);
  const double alu = over_signals(add * mul, (two_sources * index + others) * mul,
                                  add * (mul_two * index + mul_others));

  // A cell without sources has 64 values of raddr_a, and nop and setnnmode_* 128 write addresses,
  // of which one each is canonical. 24 cells of 187 have a destination, 5 have none; one of 14.
  const double loose_add = (24 * 2 * 63 / 64.0 + 5 * 2 * (1 - 1 / (64.0 * 128))) / 32768;
  const double loose_mul = (1 - 1 / (64.0 * 128)) / 4096;
  const double either_plain =
      loose_add * mul + add * loose_mul;  // both at once is rarer than one in 10 million
  const double either_b = loose_add * mul + (two_sources * index + others) * loose_mul;
  const double either_d = loose_add * (mul_two * index + mul_others) + add * loose_mul;
  return {alu + branches,
          over_signals(either_plain, either_b, either_d) + branches * (1 - 1 / 512.0)};
}

void expect_share(unsigned count, double share) {
  EXPECT_NEAR(count / static_cast<double>(words), share,
              5 * std::sqrt(share * (1 - share) / words));
}

TEST(IsaRandomWords, DecodeThenEncodeIsTheIdentity) {
  std::mt19937_64 random{7};
  unsigned decoded = 0, not_canonical = 0;
  for (unsigned n = 0; n < words; ++n) {
    const std::uint64_t word = random();
    if (!decode(word)) {
      ASSERT_EQ(canonical_word(word), std::nullopt);
      continue;
    }
    ++decoded;
    ASSERT_TRUE(survives(word)) << std::hex << word;
    not_canonical += canonical_word(word) != word ? 1 : 0;
  }
  expect_share(decoded, shares().decodable);
  expect_share(not_canonical, shares().not_canonical);
}

}  // namespace
}  // namespace vc7::isa::testing
