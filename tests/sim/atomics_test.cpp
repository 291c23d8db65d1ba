// SPDX-License-Identifier: MIT
//
// Atomics (v3d71 §10.5): eleven operations with data in both conventions, three without.
#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;

class Atomics : public MachineFixture {
 protected:
  static constexpr std::uint32_t area = data + 0x80'0000;
  enum class Convention { a, b };  // tmudref (and tmuoff); tmud (twice)

  static void operands(Assembler& a, Convention convention, bool two) {
    if (convention == Convention::a) {
      a.mov(tmudref, rf2);
      if (two) a.mov(tmuoff, rf3);
    } else {
      a.mov(tmud, rf2);
      if (two) a.mov(tmud, rf3);
    }
  }
  /// Every lane applies the operation to the word at its address; the old values are result(0).
  void apply(TmuConfig config, Convention convention, int data_words, const LaneWords& addresses,
             const LaneWords& x, const LaneWords& y) {
    run_body(
        [&](Assembler& a) {
          in(a, rf1);
          in(a, rf2);
          in(a, rf3);
          a.nop(ldunifrf(tmuc));
          if (data_words > 0) operands(a, convention, data_words == 2);
          a.mov(tmua, rf1, thrsw);
          a.nop();
          a.nop();
          a.nop(ldtmu(rf4));
          out(a, rf4);
          a.tmuwt();
        },
        {addresses, x, y}, {config.word()});
  }
};

struct Row {
  const char* name;
  int op;
  bool two;
  std::uint32_t (*combine)(std::uint32_t old, std::uint32_t x, std::uint32_t y);
};
std::int64_t as_signed(std::uint32_t v) {
  return v < 0x80000000 ? std::int64_t{v} : std::int64_t{v} - (std::int64_t{1} << 32);
}
using U = std::uint32_t;
const Row rows[] = {
    {"add", 0, false, [](U old, U x, U) { return old + x; }},
    {"sub", 1, false, [](U old, U x, U) { return old - x; }},
    {"xchg", 2, false, [](U, U x, U) { return x; }},
    {"cmpxchg", 3, true, [](U old, U x, U y) { return old == x ? y : old; }},
    {"umin", 4, false, [](U old, U x, U) { return old < x ? old : x; }},
    {"umax", 5, false, [](U old, U x, U) { return old > x ? old : x; }},
    {"smin", 6, false, [](U old, U x, U) { return as_signed(old) < as_signed(x) ? old : x; }},
    {"smax", 7, false, [](U old, U x, U) { return as_signed(old) > as_signed(x) ? old : x; }},
    {"and", 8, false, [](U old, U x, U) { return old & x; }},
    {"or", 9, false, [](U old, U x, U) { return old | x; }},
    {"xor", 10, false, [](U old, U x, U) { return old ^ x; }},
};

const LaneWords memory_before = {
    0,          1,          5,          5,    0x80000000, 0x7fffffff, 0xffffffff, 0xffffffff,
    0x12345678, 0x12345678, 0xfffffff0, 0x10, 0x80000001, 7,          7,          7};
const LaneWords first = {0,          2,          5,          6,          0x7fffffff, 0x80000000,
                         1,          0xffffffff, 0x12345678, 0x87654321, 0x20,       0xfffffff0,
                         0x80000000, 7,          8,          6};
const LaneWords second = each_lane([](auto lane) { return 1000 + lane; });

TEST_F(Atomics, EveryOperation) {
  const LaneWords addresses = each_lane([](auto lane) { return area + 4 * (15 - lane); });
  for (const Row& row : rows) {
    for (const Convention convention : {Convention::a, Convention::b}) {
      for (const int type : {7, 2}) {
        if (type == 2 && !(row.two && convention == Convention::b)) continue;  // Mesa's cmpxchg
        for (std::uint32_t lane = 0; lane < 16; ++lane)
          write(addresses[lane], {memory_before[lane]});
        apply(TmuConfig{1, row.op, type}, convention, row.two ? 2 : 1, addresses, first, second);
        SCOPED_TRACE(row.name);
        EXPECT_EQ(result(), memory_before);
        EXPECT_EQ(each_lane([&](auto lane) { return word(addresses[lane]); }),
                  each_lane([&](auto lane) {
                    return row.combine(memory_before[lane], first[lane], second[lane]);
                  }));
      }
    }
  }
}

// All lanes at one address: all happen, one after the other from lane 0 on.
TEST_F(Atomics, SerialisedInOrderOfLanes) {
  for (const Row& row : rows) {
    write(area, {9});
    apply(TmuConfig{1, row.op, 7}, Convention::a, row.two ? 2 : 1, all_lanes(area), first, second);
    std::uint32_t value = 9;
    SCOPED_TRACE(row.name);
    for (std::uint32_t lane = 0; lane < 16; ++lane) {
      EXPECT_EQ(result()[lane], value) << lane;
      value = row.combine(value, first[lane], second[lane]);
    }
    EXPECT_EQ(word(area), value);
  }
}

TEST_F(Atomics, WithoutData) {
  const std::uint32_t start = 0xffffffff;
  const std::pair<int, std::vector<std::uint32_t>> list[] = {
      {8, {start, 0, 1, 2}},
      {9, {start, start - 1, start - 2, start - 3}},
      {10, {start, 0, start, 0}}};
  for (const auto& [op, values] : list) {
    for (std::uint32_t i = 0; i < 16; ++i) write(area + 4 * i, {start});
    // Lanes 0-3 share a word, lanes 4-15 have their own.
    const LaneWords addresses = each_lane([](auto lane) { return area + 4 * std::max(lane, 3u); });
    apply(TmuConfig{1, op, 7}, Convention::a, 0, addresses, first, second);
    for (std::uint32_t lane = 0; lane < 16; ++lane) {
      EXPECT_EQ(result()[lane], lane < 4 ? values[lane] : start) << op << ' ' << lane;
      if (lane > 3) {
        EXPECT_EQ(word(area + 4 * lane), values[1]);
      }
    }
    const std::uint32_t after = op == 8 ? 3 : op == 9 ? start - 4 : start;
    EXPECT_EQ(word(area + 12), after);
    EXPECT_EQ(word(area), start);
  }
}

TEST_F(Atomics, InactiveLanesDoNothing) {
  for (const bool per_quad : {false, true}) {
    write(area, {0});
    run_body(
        [](Assembler& a) {
          a.nop(ldunifrf(rf1));
          a.nop(ldunifrf(tmuc));
          a.eidx(rf2);
          a.sub(null, rf2, 5, pushn);  // lanes 0-4
          a.mov(tmud, 1);
          a.mov(tmua, rf1, ifa);
          a.nop(ldtmu(rf3));
          out(a, rf3);
        },
        {}, {area, TmuConfig(per_quad ? 0 : 1, 0, 7).word()});
    const std::uint32_t active = per_quad ? 8 : 5;
    EXPECT_EQ(word(area), active);
    EXPECT_EQ(result(), each_lane([&](auto lane) { return lane < active ? lane : 0; }));
  }
}

// The result takes one word of the output FIFO, and the low address bits are ignored.
TEST_F(Atomics, OneResultEach) {
  write(area, {5});
  run_body(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.eidx(rf2);
        a.sub(null, rf2, 1, pushn);  // lane 0
        a.nop(ldunifrf(tmuc));
        for (int i = 0; i < 4; ++i) {
          a.mov(tmudref, 2);
          a.add(tmua, rf1, imm(i), ifa);
        }
        for (int i = 0; i < 4; ++i) a.nop(ldtmu(rf[3 + i]));
        for (int i = 0; i < 4; ++i) out(a, rf[3 + i]);
      },
      {}, {area, 0x87878787});
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(result(i)[0], 5 + 2 * i);
  EXPECT_EQ(word(area), 13u);
}

TEST_F(Atomics, AllBatchesOnOneWord) {
  // Every lane of 200 batches takes a number; each number is given once.
  write(area, {0});
  run(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.nop(ldunifrf(tmuc));
        a.mov(tmua, rf1, thrsw);
        a.nop();
        a.nop();
        a.nop(ldtmu(rf4));
        a.shl(rf4, rf4, 2);
        a.nop(ldunifrf(rf5));
        a.add(rf4, rf4, rf5);
        a.mov(tmud, 1);
        a.mov(tmua, rf4);
      },
      {area, TmuConfig{}.write_and_read_inc().word(), output}, {.batches = 200});
  EXPECT_EQ(word(area), 3200u);
  EXPECT_EQ(words(output, 3201), [] {
    Words expected(3201, 1);
    expected.back() = 0;
    return expected;
  }());
}

// ---- misuse ------------------------------------------------------------------------------------

TEST_F(Atomics, Misuse) {
  using sim::FaultKind;
  const auto fault = [&](int op, auto operands) {
    const auto result = fault_of(
        [&](Assembler& a) {
          a.nop(ldunifrf(rf1));
          a.nop(ldunifrf(tmuc));
          operands(a);
          a.mov(tmua, rf1);
          a.nop(ldtmu(rf2));
        },
        {area, TmuConfig(1, op, 7).word()});
    EXPECT_EQ(result.kind, FaultKind::restriction);
    return result.message;
  };
  const std::string mixed = "R46: tmud and tmudref/tmuoff mixed as operands of one atomic";
  EXPECT_EQ(fault(3,
                  [](Assembler& a) {
                    a.mov(tmud, rf1);
                    a.mov(tmuoff, rf1);
                  }),
            mixed);
  EXPECT_EQ(fault(0,
                  [](Assembler& a) {
                    a.mov(tmudref, rf1);
                    a.mov(tmud, rf1);
                  }),
            mixed);
  EXPECT_EQ(fault(3, [](Assembler& a) { a.mov(tmudref, rf1); }),
            "R46: TMU operation 3 without data");
  EXPECT_EQ(fault(3, [](Assembler& a) { a.mov(tmud, rf1); }), "R46: TMU operation 3 without data");
  for (const int op : {11, 12, 13, 14}) {
    const std::string reserved = fmt::format("R41: reserved TMU operation {}", op);
    EXPECT_EQ(fault(op, [](Assembler& a) { a.mov(tmud, rf1); }), reserved);
    EXPECT_EQ(fault(op, [](Assembler& a) { a.nop(); }), reserved);
  }
}

}  // namespace
}  // namespace vc7::test
