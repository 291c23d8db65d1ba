// SPDX-License-Identifier: MIT
#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/isa/print.hpp>

#include "profile.hpp"

namespace vc7::tool {

using namespace sim::timing;

Stall main_stall(const StallCycles& stalls) {
  return static_cast<Stall>(std::ranges::max_element(stalls.cycles) - stalls.cycles.begin());
}

/// Places in the order of their first addresses, then the costliest first. A loop that writes out
/// instructions, or a function called for several places, is one line of a source.
std::vector<Profile::Line> Profile::hottest_lines() const {
  std::vector<Line> lines;
  std::map<std::string, std::size_t> known;
  for (const InstructionCost& cost : report_.costs) {
    std::string where = place(cost.address);
    const auto [entry, added] = known.emplace(where, lines.size());
    if (added) lines.push_back({.place = std::move(where), .costliest = &cost});
    Line& line = lines[entry->second];
    ++line.instructions;
    line.executed += cost.executed;
    line.cycles += cost.cycles;
    for (std::size_t n = 0; n < stalls.size(); ++n) line.stalls.cycles[n] += cost.stalls.cycles[n];
    if (cost.cycles > line.costliest->cycles) line.costliest = &cost;
  }
  std::ranges::stable_sort(lines, std::greater{}, &Line::cycles);
  lines.resize(std::min<std::size_t>(lines.size(), 10));
  return lines;
}

/// Empty if nothing was waited for.
static std::string_view main_stall_of(const StallCycles& stalls,
                                      std::string_view StallInfo::*text) {
  return stalls.sum() == 0 ? std::string_view{} : info(main_stall(stalls)).*text;
}

std::string Profile::hottest() const {
  const double all = std::max(all_cycles(), 1.0);
  std::string text = "\nhottest lines: cycles of QPUs, times executed, main stall\n";
  for (const Line& line : hottest_lines()) {
    text += fmt::format("  {:5.1f} % {:>10} {:<13}  {}: {}",
                        100 * static_cast<double>(line.cycles) / all, line.executed,
                        main_stall_of(line.stalls, &StallInfo::name), line.place,
                        isa::print_word(line.costliest->word));
    if (line.instructions > 1) text += fmt::format(", and {} more", line.instructions - 1);
    text += '\n';
  }
  return text;
}

nlohmann::ordered_json Profile::lines() const {
  auto list = nlohmann::ordered_json::array();
  for (const Line& line : hottest_lines())
    list.push_back({{"place", line.place},
                    {"instructions", line.instructions},
                    {"address", line.costliest->address},
                    {"text", isa::print_word(line.costliest->word)},
                    {"executed", line.executed},
                    {"cycles", line.cycles},
                    {"main_stall", main_stall_of(line.stalls, &StallInfo::id)}});
  return list;
}

}  // namespace vc7::tool
