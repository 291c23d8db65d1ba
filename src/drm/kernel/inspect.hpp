// SPDX-License-Identifier: MIT
//
// Looks at DRM nodes.
#pragma once

#include <string>
#include <vector>

#include "diagnose.hpp"
#include "fd.hpp"

namespace vc7::drm::kernel {

/// A node that was opened, if it could be, and what was seen.
struct Inspected {
  Fd fd;
  NodeFacts facts;
};

/// Opens `path` and asks it what it is.
Inspected inspect(const std::string& path);

/// Paths of all render nodes, then of all primary nodes: a render node needs no authentication to
/// submit (v3d71 §14.3).
std::vector<std::string> list_nodes();

}  // namespace vc7::drm::kernel
