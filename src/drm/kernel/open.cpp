// SPDX-License-Identifier: MIT
#include <utility>

#include "inspect.hpp"
#include "kernel_node.hpp"

namespace vc7::drm {
namespace {

std::unique_ptr<Node> make_node(kernel::Inspected inspected) {
  const auto& facts = inspected.facts;
  const bool simulated = facts.is_model;
  auto text = facts.path + ": V3D " + kernel::version_text(facts) +
              (simulated ? ", the device model under vc7 exec (simulated)" : "");
  return std::make_unique<kernel::KernelNode>(std::move(inspected.fd), std::move(text), simulated);
}

}  // namespace

std::vector<ProbedNode> probe() {
  std::vector<ProbedNode> nodes;
  for (const auto& path : kernel::list_nodes())
    nodes.push_back(kernel::diagnose(kernel::inspect(path).facts));
  return nodes;
}

std::unique_ptr<Node> open_kernel() {
  std::vector<ProbedNode> refused;
  for (const auto& path : kernel::list_nodes()) {
    auto inspected = kernel::inspect(path);
    auto node = kernel::diagnose(inspected.facts);
    if (!node.problem) return make_node(std::move(inspected));
    refused.push_back(std::move(node));
  }
  throw kernel::refuse(refused);
}

std::unique_ptr<Node> open_kernel(const std::string& path) {
  auto inspected = kernel::inspect(path);
  const auto node = kernel::diagnose(inspected.facts);
  if (node.problem) throw OpenError{*node.problem, path + ": " + node.verdict};
  return make_node(std::move(inspected));
}

}  // namespace vc7::drm
