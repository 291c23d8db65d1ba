// SPDX-License-Identifier: MIT
//
// Which device Device::open() takes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vc7/drm/kernel.hpp>
#include <vc7/sim/topology.hpp>

namespace vc7::detail {

/// A value of VC7_DEVICE or OpenOptions::device.
struct Choice {
  enum class Kind { automatic, drm, path, model } kind = Kind::automatic;
  std::string path{};
  std::optional<sim::Topology> topology{};  ///< of the model; nothing: the default
};

/// `source` is where the text comes from, for the message. Throws Error if it names no device.
Choice parse_choice(std::string_view text, std::string_view source);

/// What this computer has. Tests put in another one.
struct Computer {
  std::function<std::vector<drm::ProbedNode>()> probe;
  std::function<std::unique_ptr<drm::Node>()> open_any;
  std::function<std::unique_ptr<drm::Node>(const std::string& path)> open_path;
  std::function<std::unique_ptr<drm::Node>(const std::optional<sim::Topology>&)> open_model;
};

struct Chosen {
  std::unique_ptr<drm::Node> node;
  std::string note;  ///< to be appended to the description: why the model was taken
};

/// `parameter` counts if it is not empty, else `environment` (VC7_DEVICE, null if not set). Throws
/// Error: no such choice, or what was chosen cannot be opened.
Chosen choose(std::string_view parameter, const char* environment, const Computer& computer);

}  // namespace vc7::detail
