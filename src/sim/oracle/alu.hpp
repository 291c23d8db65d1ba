// SPDX-License-Identifier: MIT
//
// The value of one operation in all lanes, and what it means for the flags.
#pragma once

#include <vc7/isa/instruction.hpp>

#include "thread_state.hpp"

namespace vc7::sim::oracle {

/// What of a batch never changes.
struct Identity {
  std::uint32_t qpu, thread;
};

/// Result and Z, N, C bits of an operation, before the pack.
struct AluResult {
  Lanes value{};
  LaneMask z = 0, n = 0, c = 0;
  /// What the operation changes besides its destination, in effect after the instruction.
  Lanes rtop{}, msf{};
  LaneMask a_flags = 0;  ///< of flpop
  semantics::DotMode dot_mode = semantics::DotMode::uu;
};

/// The lanes that pass a condition (v3d71 §4.4).
LaneMask passing(isa::Condition condition, semantics::Flags flags);

AluResult evaluate(const isa::AddHalf& half, isa::Condition condition, const ThreadState& state,
                   const Identity& identity);
AluResult evaluate(const isa::MulHalf& half, const ThreadState& state);

}  // namespace vc7::sim::oracle
