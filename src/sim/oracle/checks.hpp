// SPDX-License-Identifier: MIT
//
// What the words of a single instruction already show to be impossible (v3d71 §7).
#pragma once

#include <vc7/isa/instruction.hpp>

#include "sim/exec/executor.hpp"

namespace vc7::sim::oracle {

/// Throws Trap for operations, signals and write addresses that the model does not execute, for
/// registers that do not exist (R40), for two writes to one place (R12, R13), and for two uniforms
/// (R3).
void check(const isa::AluInstruction& instruction, const JobContext& job);
void check(const isa::BranchInstruction& branch, const JobContext& job);

}  // namespace vc7::sim::oracle
