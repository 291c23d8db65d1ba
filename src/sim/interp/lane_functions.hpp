// SPDX-License-Identifier: MIT
#pragma once

#include <vc7/isa/op.hpp>

#include "state.hpp"

namespace vc7::sim::interp {

/// The lane-by-lane code of an operation; nullptr for operations that work in graphics shaders
/// only.
LaneFunction lane_function(isa::AddOp op);
LaneFunction lane_function(isa::MulOp op);

}  // namespace vc7::sim::interp
