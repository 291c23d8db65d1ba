// SPDX-License-Identifier: MIT
//
// TMU accesses of bytes and half-words, misaligned addresses, and the lanes that take part (v3d71
// §10.2, §10.4).
#include <cstring>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;

class TmuTypes : public MachineFixture {
 protected:
  static constexpr std::uint32_t area = data + 0x80'0000;

  LaneWords load(TmuConfig config, const LaneWords& addresses) {
    run_body(
        [](Assembler& a) {
          in(a, rf1);
          a.nop(ldunifrf(tmuc));
          a.mov(tmua, rf1);
          a.nop(ldtmu(rf2));
          out(a, rf2);
        },
        {addresses}, {config.word()});
    return result();
  }
  void store(TmuConfig config, const LaneWords& addresses, const LaneWords& values) {
    run_body(
        [](Assembler& a) {
          in(a, rf1);
          in(a, rf2);
          a.nop(ldunifrf(tmuc));
          a.mov(tmud, rf2);
          a.mov(tmua, rf1);
          a.tmuwt();
        },
        {addresses, values}, {config.word()});
  }
};

TEST_F(TmuTypes, Bytes) {
  write(area, {0x83820100, 0x7f80ff05});
  const LaneWords addresses = each_lane([](auto lane) { return area + lane % 8; });
  const std::uint32_t bytes[] = {0x00, 0x01, 0x82, 0x83, 0x05, 0xff, 0x80, 0x7f};
  EXPECT_EQ(load(TmuConfig{}.uint8(), addresses),
            each_lane([&](auto lane) { return bytes[lane % 8]; }));
  EXPECT_EQ(load(TmuConfig{}.int8(), addresses), each_lane([&](auto lane) {
              return bytes[lane % 8] >= 0x80 ? bytes[lane % 8] | 0xffffff00 : bytes[lane % 8];
            }));
}

TEST_F(TmuTypes, HalfWords) {
  write(area, {0x80017ffe, 0xffff0002});
  const LaneWords addresses = each_lane([](auto lane) { return area + 2 * (lane % 4); });
  const std::uint32_t halves[] = {0x7ffe, 0x8001, 0x0002, 0xffff};
  EXPECT_EQ(load(TmuConfig{}.uint16(), addresses),
            each_lane([&](auto lane) { return halves[lane % 4]; }));
  EXPECT_EQ(load(TmuConfig{}.int16(), addresses), each_lane([&](auto lane) {
              return halves[lane % 4] >= 0x8000 ? halves[lane % 4] | 0xffff0000 : halves[lane % 4];
            }));
}

TEST_F(TmuTypes, StoresWriteTheLowBits) {
  const LaneWords values = each_lane([](auto lane) { return 0xa5b6c700 + 0x101 * lane; });
  for (const TmuConfig config : {TmuConfig{}.uint8(), TmuConfig{}.int8()}) {
    write(area, Words(16, 0xeeeeeeee));
    store(config, each_lane([](auto lane) { return area + 4 * lane + lane % 4; }), values);
    for (std::uint32_t lane = 0; lane < 16; ++lane) {
      const std::uint32_t shift = 8 * (lane % 4);
      EXPECT_EQ(word(area + 4 * lane), (0xeeeeeeee & ~(0xffu << shift)) | lane << shift);
    }
  }
  for (const TmuConfig config : {TmuConfig{}.uint16(), TmuConfig{}.int16()}) {
    write(area, Words(16, 0xeeeeeeee));
    store(config, each_lane([](auto lane) { return area + 4 * lane + 2 * (lane % 2); }), values);
    for (std::uint32_t lane = 0; lane < 16; ++lane) {
      const std::uint32_t half = (0xc700 + 0x101 * lane) & 0xffff;
      EXPECT_EQ(word(area + 4 * lane), lane % 2 == 0 ? 0xeeee0000 | half : half << 16 | 0xeeee);
    }
  }
}

// The low address bits are ignored: two for words and vectors, one for half-words, none for bytes.
TEST_F(TmuTypes, MisalignedAddresses) {
  write(area, {0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0x13121110});
  const LaneWords addresses = each_lane([](auto lane) { return area + lane; });
  EXPECT_EQ(load(TmuConfig{}.uint8(), addresses), each_lane([](auto lane) { return lane; }));
  EXPECT_EQ(load(TmuConfig{}.uint16(), addresses), each_lane([](auto lane) {
              const std::uint32_t at = lane & ~1u;
              return (at + 1) << 8 | at;
            }));
  const auto aligned = [](auto lane) { return 0x03020100 + 0x04040404 * (lane / 4); };
  EXPECT_EQ(load(TmuConfig{}, addresses), each_lane(aligned));
  for (const std::uint32_t n : {2u, 3u, 4u}) {
    run_body(
        [&](Assembler& a) {
          in(a, rf1);
          a.nop(ldunifrf(tmuc));
          a.mov(tmua, rf1);
          for (std::uint32_t k = 0; k < n; ++k) a.nop(ldtmu(rf[2 + k]));
          for (std::uint32_t k = 0; k < n; ++k) out(a, rf[2 + k]);
        },
        {each_lane([](auto lane) { return area + lane % 8; })},
        {TmuConfig(1, 15, static_cast<int>(n)).word()});
    for (std::uint32_t k = 0; k < n; ++k)
      EXPECT_EQ(result(k), each_lane([&](auto lane) { return aligned(lane % 8 + 4 * k); }));
  }
  // Stores, too.
  store(TmuConfig{}, each_lane([](auto lane) { return area + 64 + 4 * lane + lane % 4; }),
        each_lane([](auto lane) { return lane; }));
  EXPECT_EQ(vector(area + 64), each_lane([](auto lane) { return lane; }));
}

// ---- which lanes take part ---------------------------------------------------------------------

class TmuLanes : public MachineFixture {
 protected:
  static constexpr std::uint32_t area = data + 0x80'0000;
  static constexpr std::uint32_t masks[] = {0x0000, 0x0001, 0x8000, 0x8421, 0x0ff0, 0xfffe, 0xffff};

  static LaneWords as_zeros(std::uint32_t mask) {
    return each_lane([=](auto lane) { return (mask >> lane & 1) != 0 ? 0 : 1; });
  }
  static bool in(std::uint32_t mask, std::uint32_t lane) { return (mask >> lane & 1) != 0; }
  /// All four lanes of every quad with one.
  static std::uint32_t quads(std::uint32_t mask) {
    std::uint32_t all = 0;
    for (std::uint32_t q = 0; q < 16; q += 4)
      if ((mask >> q & 15) != 0) all |= 15u << q;
    return all;
  }
};

// Inactive lanes load nothing (0) and store nothing; per = quad takes whole quads.
TEST_F(TmuLanes, Conditional) {
  for (const int type : {0, 1, 2, 3, 4, 5, 6, 7}) {
    const std::uint32_t n = type >= 2 && type <= 4 ? static_cast<std::uint32_t>(type) : 1;
    for (const bool per_quad : {false, true}) {
      const std::uint32_t config = TmuConfig(per_quad ? 0 : 1, 15, type).word();
      for (const std::uint32_t mask : masks) {
        const std::uint32_t active = per_quad ? quads(mask) : mask;
        for (std::uint32_t i = 0; i < 64; ++i) write(area + 4 * i, {1 + i});
        std::memset(memory().at(area + 256), 0, 256);
        run_body(
            [&](Assembler& a) {
              test::in(a, rf1);
              test::in(a, rf2);
              test::in(a, rf3);
              a.nop(ldunifrf(tmuc));
              a.bor(null, rf3, rf3, pushz);
              a.mov(tmua, rf1, ifa);
              for (std::uint32_t k = 0; k < n; ++k) a.nop(ldtmu(rf[4 + k]));
              a.nop(ldunifrf(tmuc));
              for (std::uint32_t k = 0; k < n; ++k) a.mov(tmud, rf[4 + k]);
              a.mov(tmua, rf2, ifa);
              for (std::uint32_t k = 0; k < n; ++k) out(a, rf[4 + k]);
              a.tmuwt();
            },
            {each_lane([](auto lane) { return area + 16 * lane; }),
             each_lane([](auto lane) { return area + 256 + 16 * lane; }), as_zeros(mask)},
            {config, config});
        SCOPED_TRACE(fmt::format("type {}, quad {}, mask {:04x}", type, per_quad, mask));
        for (std::uint32_t k = 0; k < n; ++k) {
          const auto expected = [&](auto lane) { return in(active, lane) ? 1 + 4 * lane + k : 0; };
          EXPECT_EQ(result(k), each_lane(expected));
          EXPECT_EQ(each_lane([&](auto lane) { return word(area + 256 + 16 * lane + 4 * k); }),
                    each_lane(expected));
        }
      }
    }
  }
}

// tmuau writes its configuration and takes its uniform even if no lane is active.
TEST_F(TmuLanes, ConditionalTmuau) {
  write(area, {1, 2, 3});
  run_body(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.mov(null, 1, pushz);
        a.mov(tmuau, rf1, ifa);  // vec2
        a.nop(ldtmu(rf2));
        a.nop(ldtmu(rf3));
        a.nop(ldunifrf(rf4));
        for (unsigned i = 2; i <= 4; ++i) out(a, rf[i]);
      },
      {}, {area, 0xfffffffa, 9});
  EXPECT_EQ(result(0), all_lanes(0));
  EXPECT_EQ(result(1), all_lanes(0));
  EXPECT_EQ(result(2), all_lanes(9));
}

// Lanes without multisample flags are inactive.
TEST_F(TmuLanes, Msf) {
  for (const std::uint32_t mask : masks) {
    for (std::uint32_t i = 0; i < 16; ++i) write(area + 4 * i, {1 + i});
    write(output, all_lanes(77));
    run_body(
        [](Assembler& a) {
          test::in(a, rf1);
          test::in(a, rf2);
          a.mov(rf5, 1);
          a.bxor(rf2, rf2, rf5);
          a.setmsf(rf2);
          a.mov(tmua, rf1);
          a.nop(ldtmu(rf3));
          out(a, rf3);  // live lanes only
          a.setmsf(rf5);
          out(a, rf3);
          a.msf(rf4);
          out(a, rf4);
        },
        {each_lane([](auto lane) { return area + 4 * lane; }), as_zeros(mask)});
    EXPECT_EQ(result(0), each_lane([&](auto lane) { return in(mask, lane) ? 1 + lane : 77; }));
    EXPECT_EQ(result(1), each_lane([&](auto lane) { return in(mask, lane) ? 1 + lane : 0; }));
    EXPECT_EQ(result(2), all_lanes(1));
  }
}

}  // namespace
}  // namespace vc7::test
