// SPDX-License-Identifier: MIT
//
// vc7 counters: the performance counters of the hardware.
#include <memory>
#include <string>

#include <fmt/format.h>

#include <vc7/sim/counters.hpp>

#include "commands.hpp"

namespace vc7::tool {
namespace {

constexpr std::string_view word(sim::Counted counted) {
  return counted == sim::Counted::never ? "" : counted == sim::Counted::timed ? "timed" : "model";
}

std::string to_text() {
  std::string text;
  for (const auto& c : sim::counters)
    text += fmt::format("{:2} {:4} {:<44} {:<5} {}\n", static_cast<unsigned>(c.counter), c.category,
                        c.name, word(c.counted), c.text);
  return text;
}

std::string to_markdown() {
  std::string text =
      "# Performance counters\n\n"
      "Made from [counters.def](../include/vc7/sim/counters.def) by `vc7 counters --markdown`; "
      "change that file, not\nthis one.\n\n"
      "The numbers are those of the kernel's performance monitors and of the source registers of "
      "V3D 7.1, the names those\nthat the kernel reports. In C++ the counter `QPU-active` is "
      "`vc7::Counter::qpu_active`: small letters, `_` for `-`.\nThe device model counts what has "
      "*model* in the last column in all jobs, *timed* in jobs that it times; the others stay 0.\n\n"
      "| number | category | name | counts | model |\n|---|---|---|---|---|\n";
  for (const auto& c : sim::counters)
    text += fmt::format("| {} | {} | {} | {} | {} |\n", static_cast<unsigned>(c.counter),
                        c.category, c.name, c.text, word(c.counted));
  return text;
}

}  // namespace

void add_counters(CLI::App& app, int&) {
  const auto markdown = std::make_shared<bool>(false);
  CLI::App* const command =
      app.add_subcommand("counters", "Lists the performance counters of the hardware");
  command->add_flag("--markdown", *markdown, "As a page of documentation");
  command->footer("model: the device model counts it; timed: in jobs that it times.");
  command->callback([markdown] { fmt::print("{}", *markdown ? to_markdown() : to_text()); });
}

}  // namespace vc7::tool
