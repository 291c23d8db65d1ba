// SPDX-License-Identifier: MIT
//
// Rules about where execution goes.
#include <fmt/format.h>

#include "site.hpp"

namespace vc7::verify {
namespace {

void check_targets(const Site& site) {
  const Targets to = site.flow.targets(site.index);
  if (to.outside)
    site.say(Rule::R43, fmt::format("branch to 0x{:08x}; the program lies at 0x{:08x} to 0x{:08x}",
                                    to.address, site.flow.options().base_address,
                                    site.flow.options().base_address + 8 * (site.flow.size() - 1)));
  if (to.no_link) site.say(Rule::R43, "branch to the link register, which no branch sets");
  const bool by_link = site.facts.branch()->target == isa::BranchTarget::link;
  if (!to.no_link && by_link && (site.before.link & 1) != 0)
    site.say(Rule::R43, "branch to the link register, which no branch has set on some path");
  if (!to.no_link && site.facts.branch()->target == isa::BranchTarget::link && to.inside.empty())
    site.say(Rule::R43, "branch to the link register, which points behind the program");
}

}  // namespace

void check_R43(const Site& site) {
  if (site.facts.branch() != nullptr) check_targets(site);
  if (site.index + 1 != site.flow.size()) return;
  const ModeSet on = site.step.fall;
  const bool conditional =
      site.step.jump != 0 &&
      site.flow.facts(site.index - 3).branch()->condition != isa::BranchCondition::always;
  if (select(on, [](Mode m) { return m.slot != 0; }) != 0)
    site.say(Rule::R43, "the program ends in the slots of a branch, which has 3");
  else if (select(on, [&](Mode m) { return in_end_slots(m, site.single_segment()); }) != 0)
    site.say(Rule::R43, "the program ends in the slots of the thread end, which has 2");
  else if (on != 0 || conditional)
    site.say(Rule::R43, "execution goes on behind the last instruction of the program");
}

}  // namespace vc7::verify
