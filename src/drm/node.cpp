// SPDX-License-Identifier: MIT
#include <vc7/drm/node.hpp>

namespace vc7::drm {

Node::~Node() = default;

}  // namespace vc7::drm
