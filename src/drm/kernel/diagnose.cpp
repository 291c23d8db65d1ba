// SPDX-License-Identifier: MIT
#include "diagnose.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace vc7::drm::kernel {
namespace {

constexpr std::uint32_t v3d_major(const NodeFacts& facts) { return facts.core0_ident0 >> 24; }

OpenProblem problem_of_errno(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:
    case ENXIO:
    case ENODEV: return OpenProblem::not_found;
    case EACCES:
    case EPERM: return OpenProblem::permission;
    default: return OpenProblem::failed;
  }
}

// "ENOENT (No such file or directory)".
std::string words(int code) {
  const char* const text = strerrordesc_np(code);
  return errno_name(code) + (text != nullptr ? " (" + std::string{text} + ")" : "");
}

std::string permission_verdict(const NodeFacts& facts) {
  std::string text = "no permission to open it";
  if (!facts.group.empty()) text += ", it belongs to group " + facts.group;
  return text + "; join with `sudo usermod -aG render,video $USER`, then log out and in again";
}

}  // namespace

std::string version_text(const NodeFacts& facts) {
  return std::to_string(v3d_major(facts)) + "." + std::to_string(facts.core0_ident1 & 0xf) + "." +
         std::to_string(facts.hub_ident3 >> 8 & 0xff);
}

ProbedNode diagnose(const NodeFacts& facts) {
  ProbedNode node;
  node.path = facts.path;
  node.driver = facts.driver;
  const auto verdict = [&](OpenProblem problem, std::string text) {
    node.problem = problem;
    node.verdict = std::move(text);
    return node;
  };
  // First, as nobody should join groups for the sake of a node that is of no use to vc7.
  if (!facts.driver.empty() && facts.driver != "v3d")
    return verdict(OpenProblem::not_v3d, "its driver is " + facts.driver + ", not v3d");
  if (facts.open_error != 0) {
    const auto problem = problem_of_errno(facts.open_error);
    if (problem == OpenProblem::permission) return verdict(problem, permission_verdict(facts));
    return verdict(problem, "cannot open it: " + words(facts.open_error));
  }
  if (!facts.is_drm) return verdict(OpenProblem::not_drm, "not a DRM device");
  if (facts.ask_error != 0)
    return verdict(OpenProblem::failed, "cannot ask what it is: " + words(facts.ask_error));
  node.version = version_text(facts);
  if (v3d_major(facts) != 7)
    return verdict(OpenProblem::not_v7, "it is a V3D " + node.version +
                                            "; vc7 needs a V3D 7.x, as in the Raspberry Pi 5");
  if (!facts.has_compute)
    return verdict(OpenProblem::no_compute,
                   "its kernel driver offers no compute jobs; update the kernel");
  node.verdict = "usable";
  return node;
}

OpenError refuse(const std::vector<ProbedNode>& nodes) {
  if (nodes.empty())
    return OpenError{OpenProblem::not_found,
                     "no V3D GPU found: this computer has no DRM devices (looked into /dev/dri)"};
  // The order of OpenProblem is that of getting nearer.
  auto problem = OpenProblem::not_found;
  std::string list;
  for (const auto& node : nodes) {
    problem = std::max(problem, node.problem.value_or(problem));
    list += "\n  " + node.path + ": " + node.verdict;
  }
  return OpenError{problem, "no usable V3D 7.x GPU among the DRM devices:" + list};
}

}  // namespace vc7::drm::kernel
