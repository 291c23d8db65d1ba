// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "actions.hpp"
#include "sim/interp/program.hpp"

namespace vc7::sim::jit {

/// Slots that a host register can stand for: the register file and the temporaries.
inline constexpr unsigned slots = interp::slot_immediate;

/// What is compiled together: a loop (blocks that reach one another), or a single block.
struct Unit {
  std::vector<interp::Block*> blocks;
  bool loop = false;
  std::array<std::uint64_t, slots> uses{};  ///< weighted by the depth of loops
  std::array<bool, slots> written{};
  std::uint64_t flag_uses = 0;  ///< of flag A, weighted like uses
  /// Of a loop: slots that only float arithmetic writes in it, in all lanes. They may hold NaNs
  /// with a payload there, which become canonical when somebody looks at the bits.
  std::array<bool, slots> floats{};
};

/// Units of the blocks from number `first` on. Those before are compiled already and keep the code
/// they have.
std::vector<Unit> find_units(std::deque<interp::Block>& blocks, std::size_t first,
                             const Actions& actions);

/// True for `rep` of a register that the next operation rotates, as matrix products do it: lane
/// after lane goes to all lanes.
bool feeds_lanes(const MicroOp& rep, const MicroOp& next, const Actions& actions);
/// Sums and products, whose NaN operands make NaN results whatever their payloads.
bool is_arithmetic(Fast op);
/// The slot that a micro-operation writes, -1: none.
int written_slot(const MicroOp& op, Action action);

}  // namespace vc7::sim::jit
