// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <vc7/isa/instruction.hpp>

#include "program.hpp"

namespace vc7::sim::interp {

/// What the device model refuses about an instruction regardless of where it stands; nothing if it
/// executes.
std::optional<StaticFault> static_fault(const isa::AluInstruction& instruction, bool four_way);
std::optional<StaticFault> static_fault(const isa::BranchInstruction& instruction, bool four_way);

}  // namespace vc7::sim::interp
