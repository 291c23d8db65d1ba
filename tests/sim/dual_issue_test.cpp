// SPDX-License-Identifier: MIT
//
// Within one instruction everything is read before anything is written (v3d71 §7): every pattern of
// reads and writes of three registers by two ALUs, a signal and the flags, against a model that
// copies the state first.
#include <array>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vc7/isa/encode.hpp>
#include <vc7/isa/print.hpp>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using isa::AddOp;
using isa::Condition;
using isa::FlagOp;
using isa::MulOp;
using isa::Signal;

constexpr unsigned registers = 3;  // rf0 (target of rep, quad and ldunif), rf1, rf2

struct State {
  std::array<LaneWords, registers> rf{};
  std::array<bool, 16> a{}, b{};
};

bool holds(Condition condition, const State& state, unsigned lane) {
  switch (condition) {
    case Condition::ifa: return state.a[lane];
    case Condition::ifb: return state.b[lane];
    case Condition::ifna: return !state.a[lane];
    case Condition::ifnb: return !state.b[lane];
    case Condition::always: break;
  }
  return true;
}

void write(State& state, isa::WriteAddress to, const LaneWords& value, Condition condition,
           const State& before) {
  const bool rep = to.is(isa::Magic::rep), quad = to.is(isa::Magic::quad);
  if (to.magic && !rep && !quad) return;
  bool any = false;
  for (unsigned lane = 0; lane < 16; ++lane) any = any || holds(condition, before, lane);
  for (unsigned lane = 0; lane < 16; ++lane) {
    if (rep && any) state.rf[0][lane] = value[0];
    if (quad && any) state.rf[0][lane] = value[lane / 4 * 4];
    if (!to.magic && holds(condition, before, lane)) state.rf[to.address][lane] = value[lane];
  }
}

void change_flags(State& state, FlagOp op, const LaneWords& value, const LaneWords& x,
                  const LaneWords& y, const State& before) {
  if (op == FlagOp::none) return;
  for (unsigned lane = 0; lane < 16; ++lane) {
    const bool z = value[lane] == 0, n = value[lane] >> 31 != 0, c = x[lane] < y[lane];  // sub
    const bool a = before.a[lane];
    switch (op) {
      case FlagOp::none: break;
      case FlagOp::pushz: state.b[lane] = a, state.a[lane] = z; break;
      case FlagOp::pushn: state.b[lane] = a, state.a[lane] = n; break;
      case FlagOp::pushc: state.b[lane] = a, state.a[lane] = c; break;
      case FlagOp::andz: state.a[lane] = a && z; break;
      case FlagOp::andnz: state.a[lane] = a && !z; break;
      case FlagOp::nornz: state.a[lane] = !a && z; break;
      case FlagOp::norz: state.a[lane] = !a && !z; break;
      case FlagOp::andn: state.a[lane] = a && n; break;
      case FlagOp::andnn: state.a[lane] = a && !n; break;
      case FlagOp::nornn: state.a[lane] = !a && n; break;
      case FlagOp::norn: state.a[lane] = !a && !n; break;
      case FlagOp::andc: state.a[lane] = a && c; break;
      case FlagOp::andnc: state.a[lane] = a && !c; break;
      case FlagOp::nornc: state.a[lane] = !a && c; break;
      case FlagOp::norc: state.a[lane] = !a && !c; break;
    }
  }
}

LaneWords difference(const LaneWords& x, const LaneWords& y) {
  return each_lane([&](auto lane) { return x[lane] - y[lane]; });
}

/// Where the result of the signal goes; null if there is none.
isa::WriteAddress signal_target(const isa::AluInstruction& i) {
  if (i.signals.has(Signal::ldunif)) return {0, false};
  return i.signals.has_destination() ? i.signal_destination : isa::WriteAddress{};
}

/// Both ALUs subtract, or the add ALU rotates its first source by 1.
State after(const State& before, const isa::AluInstruction& i, const LaneWords& loaded) {
  State state = before;
  const auto source = [&](const isa::Source& s) -> const LaneWords& {
    return before.rf[s.address];
  };
  const LaneWords &a = source(i.add.src[0]), &c = source(i.mul.src[0]), &d = source(i.mul.src[1]);
  const bool rotates = i.add.op == AddOp::rot;
  const LaneWords b = rotates ? all_lanes(1) : source(i.add.src[1]);
  const LaneWords add =
      rotates ? each_lane([&](auto lane) { return a[(lane + 1) % 16]; }) : difference(a, b);
  const LaneWords mul = difference(c, d);
  change_flags(state, i.flags.add.op, add, a, b, before);
  change_flags(state, i.flags.mul.op, mul, c, d, before);
  write(state, i.add.dst, add, i.flags.add.condition, before);
  write(state, i.mul.dst, mul, i.flags.mul.condition, before);
  write(state, signal_target(i), loaded, Condition::always, before);
  return state;
}

bool same_target(isa::WriteAddress x, isa::WriteAddress y) {
  const auto real = [](isa::WriteAddress w) {
    return w.is(isa::Magic::rep) || w.is(isa::Magic::quad) ? isa::WriteAddress{0, false} : w;
  };
  return real(x) == real(y) && !x.is(isa::Magic::null);
}

bool legal(const isa::AluInstruction& i) {
  return !same_target(i.add.dst, i.mul.dst) && !same_target(i.add.dst, signal_target(i)) &&
         !same_target(i.mul.dst, signal_target(i));
}

constexpr isa::WriteAddress reg(unsigned r) { return {static_cast<std::uint8_t>(r), false}; }
constexpr isa::Source src(unsigned r) { return {.address = static_cast<std::uint8_t>(r)}; }
constexpr isa::WriteAddress targets[] = {reg(0),
                                         reg(1),
                                         reg(2),
                                         isa::write_address(isa::Magic::null),
                                         isa::write_address(isa::Magic::rep),
                                         isa::write_address(isa::Magic::quad)};

class DualIssue : public MachineFixture {
 protected:
  // Values that make Z, N and C differ, equal ones among them.
  const State start_ = [] {
    State state;
    for (std::uint32_t lane = 0; lane < 16; ++lane) {
      state.rf[0][lane] = 0x1000 + 3 * lane;
      state.rf[1][lane] = lane % 5 == 0 ? state.rf[0][lane] : 0x1010 + lane * lane;
      state.rf[2][lane] = lane % 3 == 0 ? 0x80000000 + lane : state.rf[lane & 1][lane] - (lane & 4);
      state.a[lane] = (0x5c3a >> lane & 1) != 0;
      state.b[lane] = (0x39f4 >> lane & 1) != 0;
    }
    return state;
  }();
  const LaneWords popped_ = each_lane([](auto lane) { return 0xabc000 + 7 * lane; });
  static constexpr std::uint32_t uniform_ = 0x12345678;

  /// Executes every instruction from the same state and compares rf0-rf2, A and B afterwards.
  void check(const std::vector<isa::AluInstruction>& list) {
    constexpr std::size_t chunk = 4000;
    for (std::size_t first = 0; first < list.size() && !HasFailure(); first += chunk)
      check(list, first, std::min(first + chunk, list.size()));
  }

 private:
  void check(const std::vector<isa::AluInstruction>& list, std::size_t first, std::size_t end) {
    using namespace qpu;
    const auto bits = [](const std::array<bool, 16>& flags) {
      return each_lane([&](auto lane) { return flags[lane] ? 0 : 1; });  // for pushz
    };
    Words uniform_words;
    for (std::size_t n = first; n < end; ++n)
      if (signal_target(list[n]) != isa::WriteAddress{} && !list[n].signals.has(Signal::ldtmu))
        uniform_words.push_back(uniform_);
    run_body(
        [&](Assembler& a) {
          for (int i = 0; i < 6; ++i) in(a, rf[10 + i]);  // rf0-rf2, A, B, address of `popped`
          for (std::size_t n = first; n < end; ++n) {
            a.mov(rf0, rf10).mov(rf1, rf11);
            a.mov(rf2, rf12);
            a.bor(null, rf14, rf14, pushz);
            a.bor(null, rf13, rf13, pushz);
            if (list[n].signals.has(Signal::ldtmu)) a.mov(tmua, rf15);
            a.raw(isa::encode(list[n]).word);
            out(a, rf0);
            out(a, rf1);
            out(a, rf2);
            a.vfla(rf3);
            a.vflb(rf4);
            a.shl(rf4, rf4, 1);
            a.bor(rf3, rf3, rf4);
            out(a, rf3);
          }
        },
        {start_.rf[0], start_.rf[1], start_.rf[2], bits(start_.a), bits(start_.b),
         each_lane([](auto lane) { return input + 384 + 4 * lane; }), popped_},
        uniform_words);
    for (std::size_t n = first; n < end; ++n) {
      const bool pops = list[n].signals.has(Signal::ldtmu);
      const State state = after(start_, list[n], pops ? popped_ : all_lanes(uniform_));
      const std::size_t at = 4 * (n - first);
      SCOPED_TRACE(isa::print_word(isa::encode(list[n]).word));
      for (unsigned r = 0; r < registers; ++r) ASSERT_EQ(result(at + r), state.rf[r]) << "rf" << r;
      ASSERT_EQ(result(at + 3), each_lane([&](auto lane) {
                  return (state.a[lane] ? 0x10001u : 0) | (state.b[lane] ? 0x20002u : 0);
                }))
          << "flags";
    }
  }
};

std::vector<isa::AluInstruction> all_operands(AddOp add_op) {
  std::vector<isa::AluInstruction> list;
  for (const isa::WriteAddress add : targets)
    for (const isa::WriteAddress mul : targets)
      for (unsigned operands = 0; operands < 81; ++operands) {
        isa::AluInstruction i;
        i.add = {.op = add_op, .dst = add, .src = {src(operands % 3), src(operands / 3 % 3)}};
        i.mul = {
            .op = MulOp::sub, .dst = mul, .src = {src(operands / 9 % 3), src(operands / 27 % 3)}};
        if (legal(i)) list.push_back(i);
      }
  return list;
}

TEST_F(DualIssue, TwoAlus) { check(all_operands(AddOp::sub)); }

TEST_F(DualIssue, TwoAlusAndLoad) {
  std::vector<isa::AluInstruction> list;
  for (const isa::AluInstruction& alone : all_operands(AddOp::sub)) {
    isa::AluInstruction i = alone;
    i.signals = {Signal::ldunif};
    if (legal(i)) list.push_back(i);
    for (const Signal signal : {Signal::ldtmu, Signal::ldunifrf}) {
      for (const isa::WriteAddress to : targets) {
        i.signals = {signal};
        i.signal_destination = to;
        if (legal(i) && to != isa::WriteAddress{}) list.push_back(i);
      }
    }
  }
  EXPECT_GT(list.size(), 8000u);
  check(list);
}

TEST_F(DualIssue, FlagsAndConditions) {
  std::vector<isa::AluInstruction> list;
  for (const isa::AluInstruction& alone : all_operands(AddOp::sub)) {
    // Sources that do not overlap with anything add nothing here.
    if (alone.add.src[0] == alone.add.src[1] || alone.mul.src[0] == alone.mul.src[1]) continue;
    // A different choice of uses for every instruction; over the list all meet all.
    for (unsigned field = static_cast<unsigned>(list.size()) % 7; field < 128; field += 7) {
      const auto flags = isa::decode_flags(field);
      if (!flags) continue;
      isa::AluInstruction i = alone;
      i.flags = *flags;
      list.push_back(i);
    }
  }
  EXPECT_GT(list.size(), 10000u);
  check(list);
}

// `rot(rf1, rf1, 1).mov(rep, rf1)` broadcasts the old rf1[0]; with sub for mov.
TEST_F(DualIssue, RotateBesideBroadcast) {
  std::vector<isa::AluInstruction> list;
  for (const isa::AluInstruction& alone : all_operands(AddOp::rot)) {
    isa::AluInstruction i = alone;
    if (i.add.dst.is(isa::Magic::rep) || i.add.dst.is(isa::Magic::quad)) continue;
    i.add.src[1] = {.address = 1, .immediate = true};
    i.signals = {Signal::smimm_b};
    list.push_back(i);
  }
  check(list);
}

// ---- by hand -----------------------------------------------------------------------------------

using namespace qpu;
using Alu = MachineFixture;

const LaneWords x = each_lane([](auto lane) { return 100 + lane; });
const LaneWords y = each_lane([](auto lane) { return 0x80000000 + lane * lane; });

TEST_F(Alu, SwapByMoves) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        in(a, rf2);
        a.mov(rf1, rf2).mov(rf2, rf1);
        out(a, rf1);
        out(a, rf2);
      },
      {x, y});
  EXPECT_EQ(result(0), y);
  EXPECT_EQ(result(1), x);
}

TEST_F(Alu, RepBesideRotate) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        for (int i = 0; i < 3; ++i) {
          a.rot(rf1, rf1, 1).mov(rep, rf1);
          out(a, rf0);
        }
        out(a, rf1);
      },
      {x});
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(result(i), all_lanes(100 + i));
  EXPECT_EQ(result(3), each_lane([](auto lane) { return 100 + (lane + 3) % 16; }));
}

TEST_F(Alu, QuadTakesTheFirstLaneOfEachQuad) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.mov(quad, rf1);
        out(a, rf0);
        a.add(quad, rf1, rf0);
        out(a, rf0);
      },
      {x});
  EXPECT_EQ(result(0), each_lane([](auto lane) { return 100 + lane / 4 * 4; }));
  EXPECT_EQ(result(1), each_lane([](auto lane) { return 200 + lane / 4 * 8; }));
}

TEST_F(Alu, PopIntoARegisterThatIsRead) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.mov(rf2, rf29);
        a.mov(tmua, rf29);
        a.mov(tmud, rf1, ldtmu(rf1));  // stores the old value
        a.mov(tmua, rf30).add(rf30, rf30, rf31);
        out(a, rf1);
        // An address beside the pop that overwrites it: the old address is used.
        a.mov(tmua, rf29);
        a.mov(tmua, rf2, ldtmu(rf2));
        a.nop(ldtmu(rf3));
        out(a, rf2);
        out(a, rf3);
      },
      {x, y});
  EXPECT_EQ(result(0), x);
  EXPECT_EQ(result(1), y);
  EXPECT_EQ(result(2), y);
  EXPECT_EQ(result(3), y);
}

// The write goes by the flags before the pop, which are those of some lanes; after it all have A.
TEST_F(Alu, ConditionalFlagPopToRep) {
  run_body(
      [](Assembler& a) {
        a.eidx(rf2);
        a.bor(rf1, rf2, 1);
        a.add(rf1, rf1, 8);  // 9 in lane 0, odd everywhere
        a.mov(rf0, 7);
        a.band(null, rf2, 1, pushz);  // A in even lanes
        a.flpop(rep, rf1, ifna);
        a.mov(rf3, 1);
        a.mov(rf3, 2, ifna);
        a.mov(rf4, rf0);
        out(a, rf3);
        out(a, rf4);
      },
      {});
  EXPECT_EQ(result(0), all_lanes(1));
  EXPECT_EQ(result(1), all_lanes(9 >> 2));
}

// Signal 6: a result and a uniform, into two registers that both ALUs read.
TEST_F(Alu, PopAndUniformInOneInstruction) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.mov(tmua, rf29);
        a.mov(rf0, 5);
        a.add(rf3, rf1, rf0, ldtmu(rf1), ldunif).sub(rf4, rf0, rf1);
        a.mov(rf2, rf0);
        out(a, rf3);
        out(a, rf4);
        out(a, rf1);
        out(a, rf2);
      },
      {x, y}, {1234});
  EXPECT_EQ(result(0), each_lane([](auto lane) { return 105 + lane; }));
  EXPECT_EQ(result(1), each_lane([](auto lane) { return 5 - (100 + lane); }));
  EXPECT_EQ(result(2), y);
  EXPECT_EQ(result(3), all_lanes(1234));
}

TEST_F(Alu, AddressIsAdvancedInTheSameInstruction) {
  run_body(
      [](Assembler& a) {
        a.mov(rf5, rf29);
        a.mov(tmua, rf5).add(rf5, rf5, rf31);
        a.mov(tmua, rf5).sub(rf5, rf5, rf31);
        a.nop(ldtmu(rf1));
        a.nop(ldtmu(rf2));
        a.sub(rf5, rf5, rf29);
        out(a, rf1);
        out(a, rf2);
        out(a, rf5);
      },
      {x, y});
  EXPECT_EQ(result(0), x);
  EXPECT_EQ(result(1), y);
  EXPECT_EQ(result(2), all_lanes(0));
}

// The condition of one half and the push of the other: old flags decide.
TEST_F(Alu, ConditionalAccessBesidePush) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.eidx(rf2);
        a.sub(null, rf2, 8, pushn);  // A in lanes 0-7
        a.mov(tmud, rf1);
        a.bor(null, rf2, rf2, pushz).mov(tmua, rf30, ifa);  // A in lane 0 afterwards
        a.add(rf30, rf30, rf31);
        a.vfla(rf3);
        out(a, rf3);
      },
      {x});
  EXPECT_EQ(result(0), each_lane([](auto lane) { return lane < 8 ? 100 + lane : 0; }));
  EXPECT_EQ(result(1), each_lane([](auto lane) { return lane == 0 ? 0x10001 : 0; }));
}

}  // namespace
}  // namespace vc7::test
