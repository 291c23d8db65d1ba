// SPDX-License-Identifier: MIT
#include "choice.hpp"

#include <algorithm>

#include "message.hpp"

namespace vc7::detail {
namespace {

constexpr std::string_view model_prefix = "sim:";

std::string allowed_values() {
  std::string text = "drm, sim";
  for (const auto& topology : sim::topologies)
    text += fmt::format(", {}{}", model_prefix, topology.name);
  return text + ", or the path of a DRM node such as /dev/dri/renderD128";
}

std::string list(const std::vector<drm::ProbedNode>& nodes) {
  std::string text;
  for (const auto& node : nodes)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", node.path, node.verdict);
  return text;
}

// A V3D 7.x, or something with the driver v3d that did not get so far as to tell.
bool is_unusable_v3d(const drm::ProbedNode& node) {
  return node.driver == "v3d" && node.problem && *node.problem != drm::OpenProblem::not_v7;
}

Chosen choose_automatically(const Computer& computer) {
  auto nodes = computer.probe();
  const auto usable = std::ranges::find_if(nodes, [](const auto& node) { return !node.problem; });
  if (usable != nodes.end()) return {computer.open_path(usable->path), ""};

  // Results of the model in place of those of the GPU would surprise: the user has a V3D.
  const auto unusable = std::ranges::find_if(nodes, is_unusable_v3d);
  if (unusable != nodes.end()) {
    const auto problem = *unusable->problem;
    std::erase_if(nodes, [](const auto& node) { return !is_unusable_v3d(node); });
    throw drm::OpenError{problem, fmt::format("this computer has a V3D that cannot be used: {}. To "
                                              "run on the device model instead, set VC7_DEVICE=sim",
                                              list(nodes))};
  }
  const std::string found = nodes.empty() ? "no DRM devices" : list(nodes);
  return {computer.open_model({}), fmt::format("; no V3D 7.x found ({})", found)};
}

}  // namespace

Choice parse_choice(std::string_view text, std::string_view source) {
  if (text.empty()) return {};
  if (text == "drm") return {.kind = Choice::Kind::drm};
  if (text == "sim") return {.kind = Choice::Kind::model};
  if (text.starts_with('/')) return {.kind = Choice::Kind::path, .path = std::string{text}};
  if (text.starts_with(model_prefix))
    if (const auto topology = sim::find_topology(text.substr(model_prefix.size())))
      return {.kind = Choice::Kind::model, .topology = topology};
  throw Error{fmt::format("{} is \"{}\", allowed are {}", source, text, allowed_values())};
}

Chosen choose(std::string_view parameter, const char* environment, const Computer& computer) {
  const Choice choice = !parameter.empty() || environment == nullptr
                            ? parse_choice(parameter, "the device")
                            : parse_choice(environment, "VC7_DEVICE");
  switch (choice.kind) {
    case Choice::Kind::automatic: break;
    case Choice::Kind::drm: return {computer.open_any(), ""};
    case Choice::Kind::path: return {computer.open_path(choice.path), ""};
    case Choice::Kind::model: return {computer.open_model(choice.topology), ""};
  }
  return choose_automatically(computer);
}

}  // namespace vc7::detail
