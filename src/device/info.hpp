// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <vc7/device/device.hpp>
#include <vc7/drm/node.hpp>

namespace vc7::detail {

/// Asks the node what it is. `note` is appended to the description. Throws Error if it is no V3D
/// 7.x or does not answer.
DeviceInfo ask_info(drm::Node& node, const std::string& note);

}  // namespace vc7::detail
