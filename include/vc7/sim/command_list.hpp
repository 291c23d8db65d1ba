// SPDX-License-Identifier: MIT
//
// The tile engine as far as compute-only programs use it: the command lists of buffer fills, buffer
// copies and empty jobs (reference/drm-clients.md). Everything else is refused.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include <vc7/sim/fault.hpp>
#include <vc7/sim/memory.hpp>

namespace vc7::sim {

/// A list is the packets in [start, end) of GPU memory.
struct CommandList {
  std::uint32_t start = 0;
  std::uint32_t end = 0;
};

/// Executes a list of the binner or of the renderer; nothing if it came to its end. Safe with any
/// bytes: a packet that is not modelled, an address that is not mapped or too much work ends the
/// list with a fault whose message names opcode, offset and list, and whose pc is the address of
/// the packet. What was stored before stays stored. `stop`, if given and set by another thread,
/// ends the list with a budget fault.
std::optional<Fault> run_binner_list(const Memory& memory, CommandList list,
                                     const std::atomic<bool>* stop = nullptr);
std::optional<Fault> run_render_list(const Memory& memory, CommandList list,
                                     const std::atomic<bool>* stop = nullptr);

}  // namespace vc7::sim
