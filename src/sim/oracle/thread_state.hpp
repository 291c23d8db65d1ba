// SPDX-License-Identifier: MIT
//
// Everything a QPU thread remembers between two instructions.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <vc7/sim/fault.hpp>

#include "sim/exec/executor.hpp"
#include "sim/exec/semantics/flags.hpp"
#include "sim/exec/semantics/integer.hpp"
#include "sim/exec/semantics/lane.hpp"

namespace vc7::sim::oracle {

using semantics::LaneMask;
using semantics::Lanes;

inline constexpr LaneMask all_lanes = 0xffff;

/// Thrown where the model cannot go on; the executing batch completes it with its place.
struct Trap {
  FaultKind kind;
  std::string message;
  int lane = -1;
  std::uint32_t address = 0;
};

/// A word that went to tmud (or to tmudref or tmuoff, which feed the same queue: v3d71 §10.5).
struct TmuData {
  bool is_tmud;
  Lanes words;
};

struct ThreadState {
  std::array<Lanes, 64> rf{};
  semantics::Flags flags;
  Lanes msf{};  ///< multisample flags, 4 bits per lane
  std::uint32_t link = 0;
  std::uint32_t uniforms = 0, unifa = 0;  ///< pointers of the two streams

  // Lost at a thread switch (v3d71 §9.1, §12.2).
  Lanes rtop{};
  semantics::DotMode dot_mode = semantics::DotMode::uu;

  std::uint32_t tmu_config = 0xffffffff;
  std::vector<TmuData> tmu_data;  ///< since the last access
  std::deque<Lanes> tmu_results;  ///< the output FIFO
  bool barrier_requested = false;

  /// Lanes that were dispatched and not discarded (v3d71 §4.6).
  LaneMask live() const {
    LaneMask mask = 0;
    for (unsigned lane = 0; lane < lanes; ++lane)
      if (msf[lane] != 0) mask = static_cast<LaneMask>(mask | 1u << lane);
    return mask;
  }
};

}  // namespace vc7::sim::oracle
