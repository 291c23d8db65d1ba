// SPDX-License-Identifier: MIT
//
// Rules about thread switches, barriers and the end of a thread.
#include <fmt/format.h>

#include <vc7/isa/print.hpp>

#include "site.hpp"

namespace vc7::verify {
namespace {

/// 0: the thrsw of the thread end, 1 and 2: its slots; nothing elsewhere.
std::optional<unsigned> end_position(const Site& site) {
  const bool single = site.single_segment();
  if (site.facts.thrsw && site.may([&](Mode m) {
        return begins_end(m, single) || (completes(m) && m.announced && !ends(m, single));
      }))
    return 0;
  if (site.may([&](Mode m) { return in_end_slots(m, single) && !completes(m); })) return 1;
  if (site.may([&](Mode m) { return ends(m, single); })) return 2;
  return std::nullopt;
}

constexpr const char* end_names[] = {"the thrsw of the thread end",
                                     "the first slot of the thread end",
                                     "the second slot of the thread end"};

}  // namespace

void check_R16(const Site& site) {
  if (site.step.third_switch != 0)
    site.findings.add(Rule::R16, site.index, "thrsw in three consecutive instructions",
                      Verdict::error, Verdict::error);
  if (site.facts.thrsw && site.may([](Mode m) { return m.after == After::two; }))
    site.say(Rule::R16, "thrsw 2 instructions after the previous one; 1 or at least 3 are allowed");
}

void check_R17(const Site& site) {
  if (site.step.second_announcement != 0)
    site.say(Rule::R17, "the last thread switch is announced a second time");
}

void check_R18(const Flow& flow, Findings& findings) {
  if (flow.reaches_end() || flow.breaks_off() || !flow.known() || flow.size() == 0) return;
  findings.add(Rule::R18, flow.options().entry,
               flow.options().single_segment
                   ? "no path reaches a thread end: a thrsw and two more instructions"
                   : "no path reaches a thread end: two consecutive thrsw, and later one more and "
                     "two instructions");
}

void check_R23(const Site& site) {
  if ((site.step.switching | site.step.ending) == 0) return;
  // Written by this instruction or by one of the two before it.
  if (site.facts.unifa || (site.before.unifa & 0b110) != 0)
    site.say(
        Rule::R23,
        "the switch or end of the thread after this instruction is less than 3 instructions after a write "
        "of unifa");
}

void check_R26(const Site& site) {
  if (site.facts.reads_flags && site.before.flags == pushed_before_switch)
    site.say(Rule::R26, "use of flags that were pushed before a thread switch");
  if (site.facts.umul24 && (site.before.rtop & rtop_lost) != 0)
    site.findings.add(Rule::R26, site.index,
                      "umul24 after a thread switch, which clears what multop left", Verdict::error,
                      Verdict::warning);
}

void check_R28(const Site& site) {
  if (site.step.switching == 0 || site.alu() == nullptr) return;
  if ((site.before.rf0 & rf0_at_risk) == 0 || (site.facts.writes & 1) != 0) return;
  if (!site.facts.to.signal.magic)
    site.say(Rule::R28, fmt::format("signal that writes {} in the last instruction before a "
                                    "switch: rf0 is lost",
                                    isa::print(site.facts.to.signal)));
}

void check_R30(const Site& site) {
  const auto position = end_position(site);
  if (position == 0u && site.facts.alu_writes != 0)
    site.say(Rule::R30, "register written by the thrsw of the thread end");
}

void check_R31(const Site& site) {
  const auto position = end_position(site);
  if (!position) return;
  constexpr RegisterSet payload = register_bit(2) | register_bit(3);
  if (((site.facts.reads | site.facts.writes) & payload) != 0)
    site.say(
        Rule::R31,
        fmt::format("{} used by {}",
                    ((site.facts.reads | site.facts.writes) & register_bit(2)) != 0 ? "rf2" : "rf3",
                    end_names[*position]));
  if (site.facts.ldvary) site.say(Rule::R31, fmt::format("ldvary in {}", end_names[*position]));
}

void check_R32(const Site& site) {
  const auto position = end_position(site);
  if (position.value_or(0) != 0 && (site.facts.uniforms != 0 || site.facts.ldunifa))
    site.say(Rule::R32, fmt::format("uniform taken in {}", end_names[*position]));
}

void check_R33(const Site& site) {
  if (end_position(site) == 2u && site.facts.tmuwt)
    site.say(Rule::R33, "tmuwt in the second slot of the thread end");
}

void check_R35(const Site& site) {
  const Facts& f = site.facts;
  const bool pending = (site.before.barrier & barrier_pending) != 0;
  if (site.step.ending != 0 && (pending || f.barrier))
    site.say(Rule::R35, "the thread ends before the switch at which a barrier waits");
  if (!f.barrier) return;
  const auto* i = site.alu();
  const bool by_barrierid = f.to.add.is(isa::Magic::syncb) && i->add.op == isa::AddOp::barrierid &&
                            !f.to.mul.is(isa::Magic::syncb) && !f.to.signal.is(isa::Magic::syncb);
  if (!by_barrierid) site.say(Rule::R35, "a synchronisation command other than barrierid to syncb");
  if (pending) site.say(Rule::R35, "a barrier before the switch at which the last one waits");
  const auto counts = site.tmu.after.counts;
  site.say(Rule::R35, share(counts & ~1u, counts),
           "a barrier while results of TMU loads are outstanding");
}

void check_R39(const Site& site) {
  const bool single = site.single_segment();
  if (site.step.switching == 0) return;
  // An announcement is a switch that nobody asked for.
  if (!site.may([&](Mode m) { return m.after == After::two && !ends(m, single); })) return;
  const Facts& first = site.flow.facts(site.index - 2);
  const State& before = site.flow.before(site.index - 2);
  const TmuStep tmu = site.flow.tmu(site.index - 2);
  if (first.barrier || first.tmu_write || (before.barrier & barrier_pending) != 0) return;
  if (tmu.after.counts == 1)
    site.findings.add(Rule::R39, site.index - 2,
                      "thrsw with no outstanding load and no barrier to wait for", Verdict::warning,
                      Verdict::warning);
}

void check_R49(const Site& site) {
  if (site.step.ending != 0 && (site.tmu.after.counts & 1) == 0)
    site.say(Rule::R49, "the thread ends with results of TMU loads that were not popped");
}

}  // namespace vc7::verify
