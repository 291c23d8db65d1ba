// SPDX-License-Identifier: MIT
#include <vc7/asm/tmu_config.hpp>

#include <vector>

#include <gtest/gtest.h>

#include "asm/expect_error.hpp"

namespace {

using vc7::TmuConfig;
using vc7::test::error_of_call;

constexpr TmuConfig c{};

// The examples of v3d71 §10.3.
TEST(TmuConfig, GoldenWords) {
  static_assert(c.byte() == 0xff && c.word() == 0xffffffff);
  static_assert(c.vec2().word() == 0xfffffffa);
  static_assert(c.vec4().word() == 0xfffffffc);
  static_assert(TmuConfig::word({c.vec2(), c.vec3()}) == 0xfffffafb);
  static_assert(TmuConfig::sequential_read_write_vec(1) == 0xffffffff);
  static_assert(TmuConfig::sequential_read_write_vec(2) == 0xfffffffa);
  static_assert(TmuConfig::sequential_read_write_vec(3) == 0xfffffafb);
  static_assert(TmuConfig::sequential_read_write_vec(4) == 0xfffafbfc);
  // vec4 load, vec4 load, prefetch, vec4 store: the last of the list comes first.
  static_assert(TmuConfig::word({c.vec4(), c.write_add_read_prefetch().int8(), c.vec4(),
                                 c.vec4()}) == 0xfc80fcfc);
}

TEST(TmuConfig, Fields) {
  static_assert(c.quad().byte() == 0x7f && c.quad().pixel() == c);
  static_assert(c.int8().byte() == 0xf8 && c.int16().byte() == 0xf9 && c.vec2().byte() == 0xfa);
  static_assert(c.vec3().byte() == 0xfb && c.vec4().byte() == 0xfc && c.uint8().byte() == 0xfd);
  static_assert(c.uint16().byte() == 0xfe && c.int8().uint32() == c);
  static_assert(c.write_add_read_prefetch().byte() == 0x87 &&
                c.write_sub_read_clear().byte() == 0x8f);
  static_assert(c.write_xchg_read_flush().byte() == 0x97 &&
                c.write_cmpxchg_read_flush().byte() == 0x9f);
  static_assert(c.write_umin_full_l1_clear().byte() == 0xa7 && c.write_umax().byte() == 0xaf);
  static_assert(c.write_smin().byte() == 0xb7 && c.write_smax().byte() == 0xbf);
  static_assert(c.write_and_read_inc().byte() == 0xc7 && c.write_or_read_dec().byte() == 0xcf);
  static_assert(c.write_xor_read_not().byte() == 0xd7 && c.write_umax().regular() == c);
  static_assert(TmuConfig{0, 3, 2} == c.quad().write_cmpxchg_read_flush().vec2());
}

TEST(TmuConfig, OutOfRange) {
  const auto message = [](auto code) { return error_of_call(code).message; };
  EXPECT_EQ(message([] { TmuConfig(2, 0, 0); }), "TMU configuration: per 2 is not in 0..1");
  EXPECT_EQ(message([] { TmuConfig(0, 16, 0); }), "TMU configuration: op 16 is not in 0..15");
  EXPECT_EQ(message([] { TmuConfig(0, 0, 8); }), "TMU configuration: type 8 is not in 0..7");
  EXPECT_EQ(message([] { TmuConfig(0, 0, -1); }), "TMU configuration: type -1 is not in 0..7");
  EXPECT_EQ(message([] { TmuConfig::sequential_read_write_vec(5); }),
            "TMU configuration: vector size 5 is not in 1..4");
  EXPECT_EQ(message([] { TmuConfig::sequential_read_write_vec(0); }),
            "TMU configuration: vector size 0 is not in 1..4");
  const std::vector<TmuConfig> list(5);
  EXPECT_EQ(message([&] { (void)TmuConfig::word(list); }),
            "TMU configuration: number of accesses 5 is not in 0..4");
  const auto error = error_of_call([] { TmuConfig(2, 0, 0); });
  EXPECT_EQ(error.line, static_cast<unsigned>(__LINE__ - 1));
}

}  // namespace
