// SPDX-License-Identifier: MIT
//
// Rules about the second uniform stream.
#include "site.hpp"

namespace vc7::verify {

namespace {
/// Sets of distances, as State::unifa.
constexpr unsigned recently = 0b1110;
}  // namespace

void check_R21(const Site& site) {
  if (site.facts.branch() != nullptr && (site.before.unifa & recently) != 0)
    site.say(Rule::R21, "branch less than 4 instructions after a write of unifa");
}

void check_R22(const Site& site) {
  if (!site.facts.ldunifa) return;
  if ((site.before.unifa & recently) != 0)
    site.say(Rule::R22, "ldunifa less than 4 instructions after a write of unifa");
  if ((site.before.unifa & unifa_unwritten) != 0)
    site.say(Rule::R22, site.before.unifa == unifa_unwritten
                            ? "ldunifa, and nothing writes unifa before"
                            : "ldunifa, and on a path to it nothing writes unifa before");
}

}  // namespace vc7::verify
