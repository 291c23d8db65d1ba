// SPDX-License-Identifier: MIT
//
// Operations across lanes that take part according to their condition, elections, broadcasts by
// write address, and the multisample flags. (rot, rotq, shuffle, fdx, fdy are with the other
// operations in alu.cpp.)
#include <bit>

#include "alu_case.hpp"
#include "behaviour.hpp"
#include "emit.hpp"

namespace vc7::selftest {
namespace {

using isa::AddOp;
using namespace input;

/// Bit 31 of input::old is flag A in these tests.
bool flag(const Inputs& inputs, std::size_t lane) { return inputs.old[lane] >> 31 != 0; }
void set_flags(Assembler& a) { a.mov(qpu::null, old, qpu::pushn); }

/// The result of a vote of the lanes in `mask`.
Word vote(AddOp op, const Lanes& value, Word mask) {
  const auto first = static_cast<std::size_t>(std::countr_zero(mask));
  Word bits = 0;
  bool equal_bits = true, equal_floats = true;
  for (std::size_t i = 0; i < lane_count; ++i) {
    if ((mask >> i & 1) == 0) continue;
    if (value[i] != 0) bits |= Word{1} << i;
    equal_bits = equal_bits && value[i] == value[first];
    equal_floats = equal_floats && as_float(value[i]) == as_float(value[first]);
  }
  switch (op) {
    case AddOp::ballot: return bits;
    case AddOp::bcastf: return value[first];
    case AddOp::alleq: return equal_bits ? 1 : 0;
    default: return equal_floats ? 1 : 0;
  }
}

/// Often all lanes are equal, or equal but for a few, or zeros of both signs.
Inputs vote_inputs(Context& context) {
  Inputs inputs{.old = context.lanes([&] { return context.word(); })};
  const Word common = context.coin() ? 0 : context.ordinary_float();
  const Word odds = context.below(3);
  inputs.a = context.lanes([&] {
    if (odds == 0) return common;
    if (odds == 1) return context.below(16) == 0 ? context.ordinary_float() : common;
    return context.coin() ? common : common ^ 0x80000000;
  });
  inputs.old[context.below(16)] |= 0x80000000;  // at least one lane takes part
  inputs.old[0] &= context.coin() ? 0xffffffff : 0x7fffffff;
  inputs.old[context.below(15) + 1] |= 0x80000000;
  return inputs;
}

constexpr AddOp votes[] = {AddOp::ballot, AddOp::bcastf, AddOp::alleq, AddOp::allfeq};

void vote_of_all(Context& context, AddOp op) {
  std::vector<AluCase> cases{
      {.text = std::string{isa::info(op).mnemonic} + " rf15, rf10",
       .emit =
           [op](Assembler& k) { emit(k, op, {.dst = out, .a = {.reg = a}}, qpu::NoModifier{}); },
       .expected =
           [op](const Inputs& i) {
             Lanes lanes{};
             lanes.fill(vote(op, i.a, 0xffff));
             return lanes;
           }}};
  run_cases(
      context, cases, [&] { return vote_inputs(context); }, 24);
}

void conditional_vote(Context& context, AddOp op) {
  std::vector<AluCase> cases{
      {.text = std::string{isa::info(op).mnemonic} + ".ifa rf15, rf10 (A: bit 31 of rf15)",
       .emit =
           [op](Assembler& k) {
             set_flags(k);
             emit(k, op, {.dst = out, .a = {.reg = a}}, qpu::ifa);
           },
       .expected =
           [op](const Inputs& i) {
             Word mask = 0;
             for (std::size_t lane = 0; lane < lane_count; ++lane)
               if (flag(i, lane)) mask |= Word{1} << lane;
             Lanes lanes = i.old;
             for (std::size_t lane = 0; lane < lane_count; ++lane)
               if (flag(i, lane)) lanes[lane] = vote(op, i.a, mask);
             return lanes;
           }}};
  run_cases(
      context, cases, [&] { return vote_inputs(context); }, 24);
}

Inputs words(Context& context) {
  const auto lanes = [&] { return context.lanes([&] { return context.word(); }); };
  return {.a = lanes(), .b = lanes(), .half_a = lanes(), .half_b = lanes(), .old = lanes()};
}

void lane_index(Context& context) {
  run_cases(context,
            {{.text = "eidx rf15",
              .emit = [](Assembler& k) { k.eidx(out); },
              .expected = [](const Inputs&) { return expected(AddOp::eidx, {}, {}).value(); }}},
            [&] { return words(context); });
}

/// rep and quad write rf0, from either half of an instruction.
void broadcasts(Context& context, qpu::MagicRegister to, const char* name, std::size_t group) {
  const auto case_of = [&](const char* text, std::function<void(Assembler&)> write) {
    return AluCase{.text = std::string{text} + " " + name + ", rf10 ; mov rf15, rf0",
                   .emit =
                       [write](Assembler& k) {
                         write(k);
                         k.mov(out, qpu::rf0);
                       },
                   .expected =
                       [group](const Inputs& i) {
                         Lanes lanes{};
                         for (std::size_t n = 0; n < lane_count; ++n)
                           lanes[n] = i.a[n / group * group];
                         return lanes;
                       }};
  };
  run_cases(
      context,
      {case_of("mov", [to](Assembler& k) { k.mov(to, a); }),
       case_of("nop ; mov", [to](Assembler& k) { k.nop().mov(to, a); }),
       // The old lane 0 of a: everything is read before anything is written.
       case_of("rot rf10, rf10, 1 ; mov",
               [to](Assembler& k) {
                 k.rot(a, a, 1).mov(to, a);
                 k.rot(a, a, -1);
               })},
      [&] { return words(context); }, 8);
}

void elections(Context& context) {
  const auto elect = [](bool value) {
    return [value](const Inputs& i) {
      Lanes lanes{};
      for (std::size_t n = 0; n < lane_count; ++n) {
        if (flag(i, n) != value) continue;
        lanes[n] = 1;
        break;
      }
      return lanes;
    };
  };
  run_cases(
      context,
      {{.text = "flafirst rf15",
        .emit =
            [](Assembler& k) {
              set_flags(k);
              k.flafirst(out);
            },
        .expected = elect(true)},
       {.text = "flnafirst rf15",
        .emit =
            [](Assembler& k) {
              set_flags(k);
              k.flnafirst(out);
            },
        .expected = elect(false)}},
      [&] { return vote_inputs(context); }, 16);
}

/// 1 in out where the multisample flag is set. Any non-zero value is a set flag.
void msf_to_out(Assembler& k) {
  using namespace qpu;
  k.msf(null, pushz);
  k.mov(out, 0);
  k.mov(out, 1, ifna);
}

void multisample_flags(Context& context) {
  std::vector<AluCase> cases;
  cases.push_back({.text = "msf in live lanes", .emit = msf_to_out, .expected = [](const Inputs&) {
                     Lanes lanes{};
                     lanes.fill(1);
                     return lanes;
                   }});
  cases.push_back({.text = "setmsf.ifa 0 ; msf",
                   .emit =
                       [](Assembler& k) {
                         set_flags(k);
                         k.setmsf(0, qpu::ifa);
                         msf_to_out(k);
                         k.setmsf(1);
                       },
                   .expected =
                       [](const Inputs& i) {
                         Lanes lanes{};
                         for (std::size_t n = 0; n < lane_count; ++n) lanes[n] = flag(i, n) ? 0 : 1;
                         return lanes;
                       }});
  cases.push_back({.text = "setmsf.ifna 0 ; ballot rf15, rf10",
                   .emit =
                       [](Assembler& k) {
                         set_flags(k);
                         k.setmsf(0, qpu::ifna);
                         k.ballot(out, a);
                         k.setmsf(1);
                       },
                   .expected =
                       [](const Inputs& i) {
                         Word bits = 0;
                         for (std::size_t n = 0; n < lane_count; ++n)
                           if (flag(i, n) && i.a[n] != 0) bits |= Word{1} << n;
                         Lanes lanes{};
                         lanes.fill(bits);
                         return lanes;
                       }});
  run_cases(
      context, cases, [&] { return vote_inputs(context); }, 16);
}

}  // namespace

void add_lanes(Behaviours& all) {
  for (const AddOp op : votes) {
    const std::string name{isa::info(op).mnemonic};
    all.push_back({"lanes." + name, "lanes", "[HW test_unary_ops]",
                   [op](Context& c) { vote_of_all(c, op); }});
    all.push_back({"lanes." + name + "_conditional", "lanes", "[M] Mesa, not proven on hardware",
                   [op](Context& c) { conditional_vote(c, op); }});
  }
  all.push_back({"lanes.eidx", "lanes", "[HW all tests]", lane_index});
  all.push_back({"lanes.rep", "lanes", "[HW test_regs_rep]",
                 [](Context& c) { broadcasts(c, qpu::rep, "rep", 16); }});
  all.push_back({"lanes.quad", "lanes", "[HW test_regis_quad]",
                 [](Context& c) { broadcasts(c, qpu::quad, "quad", 4); }});
  all.push_back({"lanes.first", "lanes", "[M] Mesa, not proven on hardware", elections});
  all.push_back({"lanes.msf", "lanes", "[M] Mesa, not proven on hardware", multisample_flags});
}

}  // namespace vc7::selftest
