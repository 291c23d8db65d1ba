// SPDX-License-Identifier: MIT
//
// Conditions and flags (v3d71 §4): what each kind of operation pushes, the 15 flag operations in
// both ALUs, conditional writes, and the operations that read flags. The combinations of the two
// halves are in dual_issue_test.cpp.
#include <bit>
#include <limits>
#include <utility>

#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;

/// A mask of lanes as vfla shows it.
LaneWords flags(std::uint32_t mask) {
  return each_lane([&](auto lane) { return (mask >> lane & 1) != 0 ? 0x10001 : 0; });
}
std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

class Flags : public MachineFixture {
 protected:
  /// A after `operation` has pushed Z, N and C, in this order. The operation reads rf1 and rf2.
  template <class Operation>
  void expect_pushes(Operation operation, const LaneWords& a, const LaneWords& b, std::uint32_t z,
                     std::uint32_t n, std::uint32_t c) {
    run_body(
        [&](Assembler& s) {
          in(s, rf1);
          in(s, rf2);
          operation(s, pushz);
          s.vfla(rf3);
          out(s, rf3);
          operation(s, pushn);
          s.vfla(rf3);
          out(s, rf3);
          operation(s, pushc);
          s.vfla(rf3);
          out(s, rf3);
        },
        {a, b});
    EXPECT_EQ(result(0), flags(z)) << "Z";
    EXPECT_EQ(result(1), flags(n)) << "N";
    EXPECT_EQ(result(2), flags(c)) << "C";
  }

  /// Runs with A = 0x0ff0, B = 0xf0f0 and rf4 = lane.
  template <class Body>
  void run_with_flags(Body body) {
    run_body([&](Assembler& a) {
      a.eidx(rf4);
      a.band(rf5, rf4, 4);
      a.sub(null, 0, rf5, pushn);  // 0xf0f0
      a.sub(rf5, rf4, 4);
      a.sub(null, rf5, 8, pushc);  // 4 <= lane < 12
      body(a);
    });
  }
};

// Lanes: 0 equal, 1 less, 2 greater, 3 wraps, 4 signed and unsigned differ.
const LaneWords left = {5, 3, 7, 0xffffffff, 0x80000000, 0};
const LaneWords right = {5, 4, 2, 2, 1, 0};

TEST_F(Flags, IntegerAdd) {
  const LaneWords a = {0, 0xffffffff, 0x7fffffff, 0x80000000, 1};
  const LaneWords b = {0, 1, 1, 0x80000000, 0xfffffffe};
  const auto z = 0xffe0u | 1 << 0 | 1 << 1 | 1 << 3, n = 1u << 2 | 1 << 4, c = 1u << 1 | 1 << 3;
  expect_pushes([](Assembler& s, auto push) { s.add(null, rf1, rf2, push); }, a, b, z, n, c);
  expect_pushes([](Assembler& s, auto push) { s.nop().add(null, rf1, rf2, push); }, a, b, z, n, c);
  // The result overwrites an operand.
  expect_pushes(
      [](Assembler& s, auto push) {
        s.mov(rf6, rf1);
        s.add(rf6, rf6, rf2, push);
      },
      a, b, z, n, c);
}

TEST_F(Flags, IntegerSubBorrows) {
  const auto z = 0xffe0u | 1, n = 1u << 1 | 1 << 3, c = 1u << 1;
  expect_pushes([](Assembler& s, auto push) { s.sub(null, rf1, rf2, push); }, left, right, z, n, c);
  expect_pushes([](Assembler& s, auto push) { s.nop().sub(null, rf1, rf2, push); }, left, right, z,
                n, c);
  // py-videocore7's test_cond_push_a: eidx - 10 borrows in lanes 0-9.
  run_body([](Assembler& a) {
    a.eidx(rf1);
    a.sub(null, rf1, 10, pushc);
    a.vfla(rf2);
    out(a, rf2);
  });
  EXPECT_EQ(result(), flags(0x3ff));
}

TEST_F(Flags, MinimaAndMaximaCompare) {
  const auto zero = 0xffe0u;
  // C: a > b, signed in lane 2 only, unsigned in 2, 3 and 4.
  expect_pushes([](Assembler& s, auto push) { s.min(null, rf1, rf2, push); }, left, right, zero,
                1u << 3 | 1 << 4, 1u << 2);
  expect_pushes([](Assembler& s, auto push) { s.max(null, rf1, rf2, push); }, left, right, zero, 0,
                1u << 2);
  expect_pushes([](Assembler& s, auto push) { s.umin(null, rf1, rf2, push); }, left, right, zero, 0,
                1u << 2 | 1 << 3 | 1 << 4);
  expect_pushes([](Assembler& s, auto push) { s.umax(null, rf1, rf2, push); }, left, right, zero,
                1u << 3 | 1 << 4, 1u << 2 | 1 << 3 | 1 << 4);
}

TEST_F(Flags, OtherIntegerOperations) {
  const auto no_carry = 0u;
  expect_pushes([](Assembler& s, auto push) { s.bxor(null, rf1, rf2, push); }, left, right,
                0xffe0u | 1, 1u << 3 | 1 << 4, no_carry);
  expect_pushes([](Assembler& s, auto push) { s.mov(null, rf1, push); }, left, right, 0xffe0u,
                1u << 3 | 1 << 4, no_carry);
  expect_pushes([](Assembler& s, auto push) { s.nop().mov(null, rf1, push); }, left, right, 0xffe0u,
                1u << 3 | 1 << 4, no_carry);
  expect_pushes([](Assembler& s, auto push) { s.mov(null, rf1.unpack(ul), push); }, left, right,
                0xfff0u, 0, no_carry);  // lane 4 has no low half
  expect_pushes([](Assembler& s, auto push) { s.mov(null, rf1.unpack(ih), push); }, left, right,
                0xffe7u, 1u << 3 | 1 << 4, no_carry);
  expect_pushes([](Assembler& s, auto push) { s.shl(null, rf1, rf2, push); }, left, right, 0xfff0u,
                1u << 3, no_carry);
  expect_pushes([](Assembler& s, auto push) { s.umul24(null, rf1, rf2, push); }, left, right,
                0xfff0u, 0, no_carry);
  // A result that is 0 in every lane, and one that is not.
  expect_pushes([](Assembler& s, auto push) { s.nop(push); }, left, right, 0xffffu, 0, no_carry);
  expect_pushes([](Assembler& s, auto push) { s.eidx(null, push); }, left, right, 1u, 0, no_carry);
}

TEST_F(Flags, FloatComparison) {
  const float inf = std::numeric_limits<float>::infinity();
  const std::uint32_t nan = 0x7fc00000, minus_zero = 0x80000000;
  const LaneWords a = {bits(1), bits(1), bits(2),  0,   minus_zero, bits(inf),
                       nan,     bits(1), bits(-1), nan, bits(-inf)};
  const LaneWords b = {bits(1), bits(2), bits(1),  minus_zero, 0,        bits(inf),
                       bits(1), nan,     bits(-2), nan,        bits(inf)};
  // Lanes 11-15 compare 0 with 0.
  const auto equal = 0xf800u | 1 << 0 | 1 << 3 | 1 << 4 | 1 << 5, less = 1u << 1 | 1 << 10;
  expect_pushes([](Assembler& s, auto push) { s.fcmp(null, rf1, rf2, push); }, a, b, equal, less,
                equal | less);
  // |a| against b: lane 8 compares 1 with -2, lane 10 inf with inf.
  expect_pushes([](Assembler& s, auto push) { s.fcmp(null, rf1.unpack(abs), rf2, push); }, a, b,
                equal | 1 << 10, 1u << 1, equal | 1 << 1 | 1 << 10);
}

TEST_F(Flags, FloatResults) {
  const std::uint32_t nan = 0xffc00000, minus_zero = 0x80000000;
  const LaneWords a = {bits(1), bits(-1), minus_zero, nan, bits(0.5f)};
  const LaneWords b = {bits(-1), bits(-1), minus_zero, bits(1), bits(0.5f)};
  // -0 is zero and not negative, NaN is neither.
  expect_pushes([](Assembler& s, auto push) { s.fmov(null, rf1, push); }, a, b, 0xffe0u | 1 << 2,
                1u << 1, 0);
  expect_pushes([](Assembler& s, auto push) { s.nop().fmov(null, rf1, push); }, a, b,
                0xffe0u | 1 << 2, 1u << 1, 0);
  expect_pushes([](Assembler& s, auto push) { s.fadd(null, rf1, rf2, push); }, a, b,
                0xffe0u | 1 << 0 | 1 << 2, 1u << 1, 0);
  expect_pushes([](Assembler& s, auto push) { s.fmul(null, rf1, rf2, push); }, a, b,
                0xffe0u | 1 << 2, 1u << 0, 0);
  // The result before it is narrowed: 2^-30 is 0 as f16.
  const LaneWords tiny = all_lanes(bits(0x1p-30f));
  expect_pushes([](Assembler& s, auto push) { s.fmov(rf7.pack(l), rf1, push); }, tiny, b, 0, 0, 0);
}

// Every update from the same A, tested bit set in the odd lanes.
TEST_F(Flags, Updates) {
  const std::uint32_t a = 0x0ff0, x = 0xaaaa;
  const auto check = [&](auto update, std::uint32_t expected) {
    run_with_flags([&](Assembler& s) {
      s.band(rf6, rf4, 1);
      s.sub(rf7, rf6, 1);  // Z in odd lanes
      s.sub(rf8, 0, rf6);  // N in odd lanes
      constexpr auto op = decltype(update)::value;
      const auto operation = [&](auto modifier) {
        if constexpr (op < 4)
          s.mov(null, rf7, modifier);
        else if constexpr (op < 8)
          s.mov(null, rf8, modifier);
        else
          s.sub(null, 0, rf6, modifier);  // borrows in odd lanes
      };
      operation([] {
        if constexpr (op == 0) return andz;
        if constexpr (op == 1) return andnz;
        if constexpr (op == 2) return nornz;
        if constexpr (op == 3) return norz;
        if constexpr (op == 4) return andn;
        if constexpr (op == 5) return andnn;
        if constexpr (op == 6) return nornn;
        if constexpr (op == 7) return norn;
        if constexpr (op == 8) return andc;
        if constexpr (op == 9) return andnc;
        if constexpr (op == 10) return nornc;
        if constexpr (op == 11) return norc;
      }());
      s.vfla(rf9);
      s.vflb(rf10);
      out(s, rf9);
      out(s, rf10);
    });
    EXPECT_EQ(result(0), flags(expected)) << "update " << decltype(update)::value;
    EXPECT_EQ(result(1), flags(0xf0f0)) << "B stays";
  };
  const auto all = [&]<int... op>(std::integer_sequence<int, op...>) {
    const std::uint32_t expected[] = {a & x, a & ~x, ~(a | ~x) & 0xffff, ~(a | x) & 0xffff};
    (check(std::integral_constant<int, op>{}, expected[op & 3]), ...);
  };
  all(std::make_integer_sequence<int, 12>{});
}

TEST_F(Flags, PushMovesAToB) {
  run_with_flags([](Assembler& a) {
    const auto show = [&] {
      a.vfla(rf6);
      a.vflb(rf7);
      out(a, rf6);
      out(a, rf7);
    };
    show();
    a.sub(null, rf4, 1, pushn);
    show();
    a.nop().mov(null, 1, pushz);  // by the mul ALU
    show();
  });
  const std::uint32_t expected[] = {0x0ff0, 0xf0f0, 1, 0x0ff0, 0, 1};
  for (std::uint32_t i = 0; i < 6; ++i) EXPECT_EQ(result(i), flags(expected[i])) << i;
}

TEST_F(Flags, FlagsStartClear) {
  run_body([](Assembler& a) {
    a.vfla(rf1);
    a.vflb(rf2);
    out(a, rf1);
    out(a, rf2);
  });
  EXPECT_EQ(result(0), flags(0));
  EXPECT_EQ(result(1), flags(0));
}

TEST_F(Flags, ConditionsWriteTheirLanes) {
  run_with_flags([](Assembler& a) {
    for (const Register r : {rf10, rf11, rf12, rf13, rf14, rf15}) a.mov(r, 1);
    a.mov(rf10, 2, ifa);
    a.mov(rf11, 2, ifna);
    a.mov(rf12, 2, ifb);
    a.nop().mov(rf13, 2, ifnb);
    a.itof(rf14.pack(h), rf4, ifa);  // packed: the other half stays
    a.clz(rf15, rf4, ifnb);          // an operation without vector code
    for (const Register r : {rf10, rf11, rf12, rf13, rf14, rf15}) out(a, r);
  });
  const auto chosen = [](std::uint32_t mask) {
    return each_lane([=](auto lane) { return (mask >> lane & 1) != 0 ? 2 : 1; });
  };
  EXPECT_EQ(result(0), chosen(0x0ff0));
  EXPECT_EQ(result(1), chosen(0xf00f));
  EXPECT_EQ(result(2), chosen(0xf0f0));
  EXPECT_EQ(result(3), chosen(0x0f0f));
  const std::uint32_t half[] = {0x4400, 0x4500, 0x4600, 0x4700, 0x4800, 0x4880, 0x4900, 0x4980};
  EXPECT_EQ(result(4), each_lane([&](auto lane) {
              return lane >= 4 && lane < 12 ? half[lane - 4] << 16 | 1 : 1;
            }));
  EXPECT_EQ(result(5),
            each_lane([&](auto lane) { return (lane & 4) != 0 ? 1 : std::countl_zero(lane); }));
}

TEST_F(Flags, OperationsThatReadFlags) {
  run_with_flags([](Assembler& a) {
    for (unsigned i = 18; i <= 21; ++i) a.mov(rf[i], 9);
    a.vfla(rf10);
    a.vflna(rf11);
    a.vflb(rf12);
    a.vflnb(rf13);
    a.flapush(rf14, rf4);
    a.flbpush(rf15, rf4);
    a.flafirst(rf16);
    a.flnafirst(rf17);
    a.ballot(rf18, rf4, ifa);
    a.bcastf(rf19, rf4, ifa);
    a.alleq(rf20, rf4, ifb);
    for (unsigned i = 10; i <= 20; ++i) out(a, rf[i]);
    // Lanes 4-11 write 4-11, flag B is not touched.
    a.shl(rf21, rf4, 1, ifa);
    a.flpop(rf22, rf14);  // pops what flapush has pushed: A is as before
    a.vfla(rf23);
    a.vflb(rf24);
    for (unsigned i = 21; i <= 24; ++i) out(a, rf[i]);
    a.flpop(null, rf4);
    a.vfla(rf25);
    out(a, rf25);
  });
  EXPECT_EQ(result(0), flags(0x0ff0));
  EXPECT_EQ(result(1), flags(0xf00f));
  EXPECT_EQ(result(2), flags(0xf0f0));
  EXPECT_EQ(result(3), flags(0x0f0f));
  EXPECT_EQ(result(4), each_lane([](auto i) { return i << 2 | (i >= 4 && i < 12 ? 3 : 0); }));
  EXPECT_EQ(result(5), each_lane([](auto i) { return i << 2 | ((i & 4) != 0 ? 3 : 0); }));
  EXPECT_EQ(result(6), each_lane([](auto i) { return i == 4; }));
  EXPECT_EQ(result(7), each_lane([](auto i) { return i == 0; }));
  const auto if_a = [](std::uint32_t value) {
    return each_lane([=](auto i) { return i >= 4 && i < 12 ? value : 9; });
  };
  EXPECT_EQ(result(8), if_a(0x0ff0));
  EXPECT_EQ(result(9), if_a(4));
  EXPECT_EQ(result(10), each_lane([](auto i) { return (i & 4) != 0 ? 0 : 9; }));  // not all equal
  EXPECT_EQ(result(11), each_lane([](auto i) { return i >= 4 && i < 12 ? 2 * i : 9; }));
  EXPECT_EQ(result(12), each_lane([](auto i) { return i; }));
  EXPECT_EQ(result(13), flags(0x0ff0));
  EXPECT_EQ(result(14), flags(0xf0f0));
  EXPECT_EQ(result(15), flags(0xaaaa));
}

}  // namespace
}  // namespace vc7::test
