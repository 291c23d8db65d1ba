// SPDX-License-Identifier: MIT
//
// Rules about requests to the TMU and their results.
#include <bit>

#include <fmt/format.h>

#include "site.hpp"

namespace vc7::verify {
namespace {

unsigned most_data(const TmuStep& step) {
  return static_cast<unsigned>(std::bit_width(step.data) - 1);
}

constexpr const char* types[] = {"int8", "int16", "vec2",   "vec3",
                                 "vec4", "uint8", "uint16", "uint32"};

}  // namespace

void check_R36(const Site& site) {
  site.say(Rule::R36, site.tmu.full,
           fmt::format("{} words outstanding in the TMU output FIFO; {} fit", site.tmu.most,
                       site.flow.limits().words));
  site.say(Rule::R36, site.tmu.too_much_data, "more than 16 data words for one TMU access");
}

void check_R38(const Site& site) {
  site.say(Rule::R38, site.tmu.empty_pop, "ldtmu with no request outstanding");
}

void check_R46(const Site& site) {
  const TmuStep& step = site.tmu;
  if (!step.access || !step.known) return;
  const unsigned op = step.byte >> 3 & 15u;
  const auto always = [&](std::string message) {
    site.findings.add(Rule::R46, site.index, std::move(message), Verdict::error, Verdict::error);
  };
  if (step.mixed) always("tmud and tmudref or tmuoff mixed as operands of one atomic");
  if (step.missing_operand != Share::none) always("compare-exchange with 1 data word; it takes 2");
  if (step.wrong_count != Share::none && op == 15)
    site.say(Rule::R46,
             fmt::format("store of {} with {} data words", types[step.byte & 7], most_data(step)));
}

}  // namespace vc7::verify
