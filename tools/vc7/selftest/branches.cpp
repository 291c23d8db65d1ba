// SPDX-License-Identifier: MIT
//
// Branches and where they go (v3d71 §1.3). What they do to the uniform stream is in uniforms.cpp.
#include <algorithm>

#include <fmt/format.h>

#include "alu_case.hpp"
#include "behaviour.hpp"
#include "kernels.hpp"

namespace vc7::selftest {
namespace {

using namespace input;
using isa::BranchCondition;
using qpu::rf21;
using qpu::rf22;

Lanes all_equal(Word word) {
  Lanes lanes{};
  lanes.fill(word);
  return lanes;
}

/// Flag A is bit 31 of old: in all lanes, in none, in one, in all but one, or anyhow.
Inputs flags(Context& context) {
  Inputs i{.a = context.lanes([&] { return context.integer(); })};
  const Word kind = context.below(6), lane = context.coin() ? 0 : context.below(16);
  for (Word n = 0; n < lane_count; ++n) {
    const bool set = kind == 0 || (kind == 1 && n == lane) || (kind == 2 && n != lane) ||
                     (kind >= 4 && context.coin());
    i.old[n] = (set ? 0x80000000 : 0) | (context.word() & 0x7fffffff);
  }
  return i;
}

Word flag_mask(const Inputs& i) {
  Word mask = 0;
  for (Word n = 0; n < lane_count; ++n) mask |= (i.old[n] >> 31) << n;
  return mask;
}

bool taken(BranchCondition condition, Word a, Word lanes = 0xffff) {
  switch (condition) {
    case BranchCondition::always: return true;
    case BranchCondition::a0: return (a & 1) != 0;
    case BranchCondition::na0: return (a & 1) == 0;
    case BranchCondition::alla: return (a & lanes) == lanes;
    case BranchCondition::anyna: return (a & lanes) != lanes;
    case BranchCondition::anya: return (a & lanes) != 0;
    case BranchCondition::allna: return (a & lanes) == 0;
  }
  return false;
}

constexpr BranchCondition conditions[] = {
    BranchCondition::always, BranchCondition::a0,   BranchCondition::na0,  BranchCondition::alla,
    BranchCondition::anyna,  BranchCondition::anya, BranchCondition::allna};

std::string name(BranchCondition condition) {
  return std::string{isa::branch_condition_names[static_cast<std::size_t>(condition)]};
}

/// out := 1 + 2 + 4 for the three delay slots, + 8 if the branch was not taken. A push in a
/// slot must not matter.
template <class Branch>
AluCase skip(std::string text, Branch branch, std::function<bool(const Inputs&)> is_taken) {
  return {.text = std::move(text),
          .emit =
              [branch](Assembler& k) {
                using namespace qpu;
                k.mov(out, 0);
                k.mov(null, old, pushn);
                const Label after = k.fresh_label();
                branch(k, after);
                k.add(out, out, 1);
                k.add(out, out, 2);
                k.add(out, out, 4).sub(null, rf22, rf22, pushz);
                k.add(out, out, 8);
                k.L(after);
              },
          .expected = [is_taken](const Inputs& i) { return all_equal(is_taken(i) ? 7 : 15); }};
}

void by_condition(Context& context) {
  std::vector<AluCase> cases;
  for (const BranchCondition c : conditions)
    cases.push_back(skip(
        "b." + name(c) + ", A: bit 31 of rf15", [c](Assembler& k, Label to) { k.b(to, c); },
        [c](const Inputs& i) { return taken(c, flag_mask(i)); }));
  run_cases(
      context, cases, [&] { return flags(context); }, 48);
}

void relative_number(Context& context) {
  std::vector<AluCase> cases;
  // From the instruction after the slots one further; and to it, which is no jump at all.
  cases.push_back(skip(
      "b.anya by 8 bytes", [](Assembler& k, Label) { k.b(8, qpu::anya); },
      [](const Inputs& i) { return taken(qpu::anya, flag_mask(i)); }));
  cases.push_back(skip(
      "b by 0 bytes", [](Assembler& k, Label) { k.b(0, qpu::always); },
      [](const Inputs&) { return false; }));
  // Backwards over itself, once.
  cases.push_back({.text = "b.a0 by -48 bytes",
                   .emit =
                       [](Assembler& k) {
                         using namespace qpu;
                         k.mov(out, 0);
                         k.mov(null, 0, pushz);
                         k.add(out, out, 1);
                         k.nop();
                         k.b(-48, a0);  // to the add
                         k.mov(null, 1, pushz);
                         k.nop();
                         k.nop();
                       },
                   .expected = [](const Inputs&) { return all_equal(2); }});
  run_cases(
      context, cases, [&] { return flags(context); }, 8);
}

void absolute(Context& context) {
  std::vector<AluCase> cases;
  for (const BranchCondition c : {qpu::always, qpu::alla, qpu::allna})
    cases.push_back(skip(
        "b." + name(c) + " to the address of a label",
        [c](Assembler& k, Label to) { k.b(to, c, qpu::absolute); },
        [c](const Inputs& i) { return taken(c, flag_mask(i)); }));
  run_cases(
      context, cases, [&] { return flags(context); }, 8);
}

/// Loops until every lane has counted down; the count is the largest of the lanes.
void loops(Context& context) {
  run_cases(
      context,
      {{.text = "add rf15, 1 until no lane of rf21 is positive",
        .emit =
            [](Assembler& k) {
              using namespace qpu;
              k.band(rf21, a, 15);
              k.mov(out, 0);
              k.loop([&](auto& again) {
                k.sub(rf21, rf21, 1);
                k.sub(null, 0, rf21, pushn);
                again.b(anya);
                k.add(out, out, 1);
                k.nop();
                k.nop();
              });
            },
        .expected =
            [](const Inputs& i) {
              Word most = 1;
              for (const Word word : i.a) most = std::max(most, word & 15);
              return all_equal(most);
            }}},
      [&] { return flags(context); }, 16);
}

/// rf22 := the address of the instruction that comes next.
void here(Assembler& k) {
  k.b(0, qpu::always).set_link();
  slots(k);
  k.lr(rf22);  // its own address is what the link register holds
}

void to_register(Context& context) {
  std::vector<AluCase> cases;
  cases.push_back({.text = "b rf22, with the address of a later instruction",
                   .emit =
                       [](Assembler& k) {
                         using namespace qpu;
                         k.mov(out, 0);
                         here(k);
                         k.mov(rf21, 9);
                         k.shl(rf21, rf21, 3);
                         k.add(rf22, rf22, rf21);  // 9 instructions after the lr
                         k.b(rf22, always);
                         k.add(out, out, 1);
                         k.add(out, out, 2);
                         k.add(out, out, 4);
                         k.add(out, out, 8);  // skipped
                         k.add(out, out, 8);
                       },
                   .expected = [](const Inputs&) { return all_equal(15); }});
  run_cases(context, cases, [&] { return flags(context); });
}

/// A subroutine: called from two places, it comes back to each.
void subroutine(Context& context) {
  run_cases(context,
            {{.text = "b with set_link to a subroutine, and back by b lri",
              .emit =
                  [](Assembler& k) {
                    using namespace qpu;
                    const Label routine = k.fresh_label(), done = k.fresh_label();
                    k.mov(out, 0);
                    for (const int i : {1, 2}) {
                      k.b(routine, always).set_link();
                      slots(k);
                      k.add(out, out, imm(i));
                    }
                    k.b(done, always);
                    slots(k);
                    k.L(routine);
                    k.b(qpu::link, always);
                    k.add(out, out, 4);
                    k.nop();
                    k.nop();
                    k.add(out, out, 8);
                    k.L(done);
                  },
              .expected = [](const Inputs&) { return all_equal(11); }}},
            [&] { return flags(context); });
}

/// Lanes without multisample flag do not count for p, and for q only if their quad has none.
template <bool quads>
void without_dead_lanes(Context& context) {
  std::vector<AluCase> cases;
  for (const BranchCondition c : {qpu::alla, qpu::anyna, qpu::anya, qpu::allna})
    cases.push_back(skip(
        "b." + name(c) + (quads ? "q" : "p") + ", MSF: bit 0 of rf10",
        [c](Assembler& k, Label to) {
          k.band(rf21, a, 1);
          k.setmsf(rf21);
          if constexpr (quads)
            k.b(to, c).q();
          else
            k.b(to, c).p();
        },
        [c](const Inputs& i) {
          Word live = 0;
          for (Word n = 0; n < lane_count; ++n) live |= (i.a[n] & 1) << n;
          for (Word quad = 0; quads && quad < lane_count; quad += 4)
            if ((live >> quad & 15) != 0) live |= 15u << quad;
          return taken(c, flag_mask(i), live);
        }));
  // Live again before the result is stored.
  for (AluCase& c : cases)
    c.emit = [emit = c.emit](Assembler& k) {
      emit(k);
      k.setmsf(1);
    };
  run_cases(
      context, cases,
      [&] {
        Inputs i = flags(context);
        const Word kind = context.below(3);
        for (Word n = 0; n < lane_count; ++n)
          i.a[n] = kind == 0 ? context.coin() : kind == 1 ? n / 4 % 2 : context.below(8) == 0;
        return i;
      },
      48);
}

}  // namespace

void add_branches(Behaviours& all) {
  const auto add = [&](const char* name, const char* source, auto run) {
    all.push_back({name, "branches", source, run});
  };
  add("branches.conditions", "[HW test_branch, all loops]", by_condition);
  add("branches.relative", "[HW test_branch_rel_imm, test_branch_rel_label]", relative_number);
  add("branches.absolute", "[HW test_branch_abs_imm]", absolute);
  add("branches.register", "[HW test_branch_abs_reg]", to_register);
  add("branches.link", "[HW test_branch_link_reg]", subroutine);
  add("branches.loop", "[HW all loops]", loops);
  add("branches.live_lanes", "[M] Mesa, not proven on hardware", without_dead_lanes<false>);
  add("branches.live_quads", "[M] Mesa, not proven on hardware", without_dead_lanes<true>);
}

}  // namespace vc7::selftest
