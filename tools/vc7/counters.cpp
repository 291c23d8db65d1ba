// SPDX-License-Identifier: MIT
//
// vc7 counters: the names of the performance counters.
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/drm/counters.hpp>

#include "commands.hpp"

namespace vc7::tool {
namespace {

void print(bool json) {
  auto list = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < drm::counters.size(); ++i) {
    const auto& [category, name, description] = drm::counters[i];
    if (json)
      list.push_back(
          {{"number", i}, {"category", category}, {"name", name}, {"description", description}});
    else
      fmt::print("{:2}  {:4}  {:44}  {}\n", i, category, name, description);
  }
  if (json) fmt::print("{}\n", list.dump(2));
}

}  // namespace

void add_counters(CLI::App& app, int&) {
  const auto json = std::make_shared<bool>(false);
  CLI::App* const command =
      app.add_subcommand("counters", "The performance counters of V3D 7.1, by number");
  command->add_flag("--json", *json, "As JSON");
  command->callback([json] { print(*json); });
}

}  // namespace vc7::tool
