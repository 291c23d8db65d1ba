// SPDX-License-Identifier: MIT
//
// Rules about registers and flags.
#include <bit>

#include <fmt/format.h>

#include "site.hpp"

namespace vc7::verify {

namespace {
constexpr unsigned after_ldvary = 2;
}

void check_R5(const Site& site) {
  if ((site.before.vary & after_ldvary) != 0 && site.facts.hidden_rf0)
    site.say(Rule::R5, "ldunif or ldunifa right after ldvary, which writes rf0 as well");
}

void check_R6(const Site& site) {
  if ((site.before.vary & after_ldvary) != 0 && (site.facts.reads & 1) != 0)
    site.say(Rule::R6, "rf0 read right after ldvary; the next instruction may read it");
}

void check_R7(const Site& site) {
  if ((site.before.vary & after_ldvary) != 0 && (site.facts.writes & 1) != 0 &&
      !site.facts.hidden_rf0)
    site.say(Rule::R7, "rf0 written right after ldvary, which writes it as well");
}

void check_R40(const Site& site) {
  if (!site.flow.options().four_way) return;
  const RegisterSet high = (site.facts.reads | site.facts.writes) >> 32;
  if (high != 0)
    site.say(Rule::R40, fmt::format("rf{} in a 4-way threaded program, which has rf0 to rf31",
                                    32 + std::countr_zero(high)));
}

void check_R45(const Site& site) {
  if (site.facts.reads_flags && site.before.flags == never_pushed)
    site.say(Rule::R45, site.facts.branch() != nullptr ? "branch on flags that nothing has set"
                                                       : "use of flags that nothing has set");
}

void check_R47(const Site& site) {
  const RegisterSet wild = site.facts.reads & ~site.before.written;
  if (wild != 0)
    site.say(Rule::R47,
             fmt::format("rf{} is read, and no path writes it before", std::countr_zero(wild)));
}

}  // namespace vc7::verify
