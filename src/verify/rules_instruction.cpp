// SPDX-License-Identifier: MIT
//
// Rules about what one instruction may hold.
#include <fmt/format.h>

#include <vc7/isa/print.hpp>

#include "site.hpp"

namespace vc7::verify {

using isa::Magic;
using isa::MagicGroup;
using isa::Signal;

namespace {

MagicGroup group(isa::WriteAddress to) {
  return to.magic ? isa::magic_table[to.address].group : MagicGroup::discard;
}

bool is_vpm(const isa::AluInstruction& i) { return isa::info(i.add.op).effect == isa::Effect::vpm; }

unsigned tile_buffer_accesses(const Facts& f) {
  unsigned count = 0;
  for (const auto to : f.to.all()) count += group(to) == MagicGroup::tlb;
  if (const auto* i = f.alu())
    count += i->signals.has(Signal::ldtlb) + i->signals.has(Signal::ldtlbu);
  return count;
}

/// Writes through the one port of the peripherals, named.
std::vector<std::string> port_uses(const Facts& f) {
  std::vector<std::string> list;
  for (const auto to : f.to.all()) switch (group(to)) {
      case MagicGroup::tmu_address:
      case MagicGroup::tmu_config:
      case MagicGroup::tmu_data:
      case MagicGroup::tmu_texture:
      case MagicGroup::tlb:
      case MagicGroup::vpm:
      case MagicGroup::sync: list.push_back("a write to " + isa::print(to)); break;
      default: break;
    }
  if (const auto* i = f.alu()) {
    if (is_vpm(*i)) list.emplace_back(isa::info(i->add.op).mnemonic);
    for (const Signal s : {Signal::ldtlb, Signal::ldtlbu})
      if (i->signals.has(s)) list.emplace_back(isa::signal_names[static_cast<std::size_t>(s)]);
  }
  return list;
}

/// Where it writes, rf0 for what ends there; with hidden ones, those of signals are rf0 too.
std::vector<isa::WriteAddress> places(const Facts& f, bool hidden) {
  std::vector<isa::WriteAddress> list;
  for (isa::WriteAddress to : f.to.all()) {
    if (to.is(Magic::null)) continue;
    if (hidden && (to.is(Magic::rep) || to.is(Magic::quad))) to = {0, false};
    list.push_back(to);
  }
  if (hidden && f.hidden_rf0) list.push_back({0, false});
  return list;
}

std::optional<isa::WriteAddress> twice(const std::vector<isa::WriteAddress>& list) {
  for (std::size_t i = 0; i < list.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (list[i] == list[k]) return list[i];
  return std::nullopt;
}

}  // namespace

void check_R1(const Site& site) {
  const auto* i = site.alu();
  if (i == nullptr) return;
  const struct {
    Signal signal;
    unsigned needs, has;
    std::string_view name;
  } uses[] = {{Signal::smimm_a, 1, isa::info(i->add.op).sources, isa::info(i->add.op).mnemonic},
              {Signal::smimm_b, 2, isa::info(i->add.op).sources, isa::info(i->add.op).mnemonic},
              {Signal::smimm_c, 1, isa::info(i->mul.op).sources, isa::info(i->mul.op).mnemonic},
              {Signal::smimm_d, 2, isa::info(i->mul.op).sources, isa::info(i->mul.op).mnemonic}};
  for (const auto& use : uses)
    if (i->signals.has(use.signal) && use.has < use.needs)
      site.say(Rule::R1, fmt::format("small immediate for source {} of {}, which has {}", use.needs,
                                     use.name, use.has));
}

void check_R3(const Site& site) {
  if (site.facts.uniforms > 1)
    site.say(Rule::R3,
             fmt::format("{} uniforms in one instruction; 1 is allowed", site.facts.uniforms));
}

void check_R4(const Site& site) {
  if (site.facts.ldunifa && site.facts.uniforms != 0)
    site.say(Rule::R4, "ldunifa beside something that takes a word of the main uniform stream");
}

void check_R8(const Site& site) {
  const auto list = port_uses(site.facts);
  if (list.size() > 1)
    site.say(Rule::R8, fmt::format("{} and {} in one instruction; 1 access to a peripheral is "
                                   "allowed",
                                   list[0], list[1]));
}

void check_R9(const Site& site) {
  const auto list = port_uses(site.facts);
  const Facts& f = site.facts;
  if (f.sfu && (!list.empty() || f.wrtmuc))
    site.say(Rule::R9, fmt::format("{} beside {}", isa::info(site.alu()->add.op).mnemonic,
                                   list.empty() ? "wrtmuc" : list[0]));
  if (f.wrtmuc && (f.writes_magic(Magic::tmuc) || f.barrier))
    site.say(Rule::R9, fmt::format("wrtmuc beside {}", list[0]));
}

void check_R10(const Site& site) {
  if (const unsigned count = tile_buffer_accesses(site.facts); count > 1)
    site.say(Rule::R10,
             fmt::format("{} tile buffer accesses in one instruction; 1 is allowed", count));
}

void check_R12(const Site& site) {
  if (const auto place = twice(places(site.facts, false)))
    site.say(Rule::R12, fmt::format("two writes to {} in one instruction", isa::print(*place)));
}

void check_R13(const Site& site) {
  if (twice(places(site.facts, false))) return;
  if (twice(places(site.facts, true)))
    site.say(Rule::R13,
             "two writes to rf0 in one instruction: ldunif, ldunifa, rep and quad write it too");
}

void check_R41(const Site& site) {
  const Facts& f = site.facts;
  if (!f.decoded) site.say(Rule::R41, fmt::format("no instruction: {}", message(f.decoded.error)));
  if (site.alu() != nullptr && site.alu()->signals.has(Signal::ucb))
    site.say(Rule::R41, "signal ucb, whose effect is not known");
  if (site.tmu.reserved)
    site.say(Rule::R41, fmt::format("reserved TMU operation {}; allowed are 0 to 10 and 15",
                                    site.tmu.byte >> 3 & 15));
}

void check_R42(const Site& site) {
  for (const auto to : site.facts.to.all())
    if (group(to) == MagicGroup::reserved)
      site.say(Rule::R42, fmt::format("write to reserved address {} ({})", to.address,
                                      isa::magic_table[to.address].name));
}

void check_R48(const Site& site) {
  const auto* i = site.alu();
  if (i == nullptr) return;
  const isa::OpInfo& op = isa::info(i->add.op);
  if (op.effect == isa::Effect::vpm || op.effect == isa::Effect::graphics || op.mnemonic == "ftoc")
    site.say(Rule::R48, fmt::format("{} works in graphics shaders only", op.mnemonic));
  for (const Signal s : {Signal::ldvary, Signal::ldtlb, Signal::ldtlbu})
    if (i->signals.has(s))
      site.say(Rule::R48, fmt::format("signal {} works in graphics shaders only",
                                      isa::signal_names[static_cast<std::size_t>(s)]));
  for (const auto to : site.facts.to.all()) switch (group(to)) {
      case MagicGroup::tlb:
      case MagicGroup::vpm:
      case MagicGroup::tmu_texture:
        site.say(Rule::R48,
                 fmt::format("write to {}, which works in graphics shaders only", isa::print(to)));
        break;
      default: break;
    }
}

}  // namespace vc7::verify
