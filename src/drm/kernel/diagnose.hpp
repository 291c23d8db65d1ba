// SPDX-License-Identifier: MIT
//
// From what was seen of DRM nodes to what to tell the user. Pure functions: tests need no devices.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <vc7/drm/kernel.hpp>

namespace vc7::drm::kernel {

/// What looking at one path has brought to light, in this order; what comes after a failure is not
/// known.
struct NodeFacts {
  std::string path = {};
  int open_error = 0;       ///< errno of stat or open
  std::string group = {};   ///< of the file, if it could not be opened
  bool is_drm = false;      ///< answers to DRM_IOCTL_VERSION
  std::string driver = {};  ///< from the version, or from sysfs if the file could not be opened
  bool is_model = false;    ///< by its version, it is the device model behind the shim
  int ask_error = 0;        ///< errno of the first GET_PARAM that failed
  std::uint32_t core0_ident0 = 0, core0_ident1 = 0, hub_ident3 = 0;
  bool has_compute = false;
};

/// "7.1.10" from the identity words (v3d71 §14.6, §15).
std::string version_text(const NodeFacts& facts);

/// The verdict on one node.
ProbedNode diagnose(const NodeFacts& facts);

/// Why none of these nodes will do: the problem of the node that came nearest to being usable, and
/// all of them in the message.
OpenError refuse(const std::vector<ProbedNode>& nodes);

}  // namespace vc7::drm::kernel
