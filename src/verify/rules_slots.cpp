// SPDX-License-Identifier: MIT
//
// Rules about the slots after a branch or a thrsw.
#include <fmt/format.h>

#include "site.hpp"

namespace vc7::verify {
namespace {

bool in_branch_slot(Mode m) { return m.slot != 0; }
bool in_switch_slot(Mode m) { return m.after != After::nothing; }

}  // namespace

void check_R14(const Site& site) {
  if (site.step.switch_in_branch != 0)
    site.say(Rule::R14, "thrsw in one of the 3 slots of a branch");
}

void check_R15(const Site& site) {
  if (site.step.branch_in_switch != 0)
    site.say(Rule::R15, "branch in one of the 2 slots of a thrsw");
}

void check_R19(const Site& site) {
  if (site.step.branch_in_branch != 0)
    site.say(Rule::R19, "branch in one of the 3 slots of a branch");
}

void check_R20(const Site& site) {
  if (!site.may(in_branch_slot)) return;
  if (site.facts.unifa) site.say(Rule::R20, "write of unifa in one of the 3 slots of a branch");
  if (site.facts.uniforms != 0 || site.facts.ldunifa)
    site.say(Rule::R20, "uniform taken in one of the 3 slots of a branch");
}

void check_R24(const Site& site) {
  if (site.facts.sfu && site.may(in_switch_slot))
    site.say(Rule::R24, fmt::format("{} in one of the 2 slots of a thrsw",
                                    isa::info(site.alu()->add.op).mnemonic));
}

void check_R25(const Site& site) {
  if (site.facts.ldvary && site.may(completes))
    site.say(Rule::R25, "ldvary in the second slot of a thrsw");
}

void check_R27(const Site& site) {
  const Facts& f = site.facts;
  const bool single = site.single_segment();
  if (!site.may([&](Mode m) { return in_switch_slot(m) && !in_end_slots(m, single); })) return;
  const char* what = f.tmu_write       ? "TMU write"
                     : f.wrtmuc        ? "wrtmuc"
                     : f.ldtmu         ? "ldtmu"
                     : f.tmuwt         ? "tmuwt"
                     : f.barrier       ? "barrier"
                     : f.multop        ? "multop"
                     : f.changes_flags ? "change of flags"
                                       : nullptr;
  if (what != nullptr)
    site.say(Rule::R27,
             fmt::format("{} in one of the 2 slots of a thrsw happens before the switch", what));
}

void check_R37(const Site& site) {
  if ((site.before.tmu.data & 1) != 0) return;
  const bool is_switch = site.facts.thrsw && !site.tmu.access;
  if (is_switch || site.facts.branch() != nullptr)
    site.say(Rule::R37, fmt::format("{} between TMU data and the address they wait for",
                                    is_switch ? "thrsw" : "branch"));
}

}  // namespace vc7::verify
