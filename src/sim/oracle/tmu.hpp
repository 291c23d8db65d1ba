// SPDX-License-Identifier: MIT
//
// General memory accesses (v3d71 §10), done at once when the address is written.
#pragma once

#include "thread_state.hpp"

namespace vc7::sim::oracle {

/// Appends a word to the data of the next access. Lanes outside `mask` were not written.
void tmu_data(ThreadState& state, bool is_tmud, const Lanes& words, LaneMask mask);

/// The access that a write of tmua starts, in the lanes of `mask`. Takes one configuration byte.
void tmu_access(ThreadState& state, const Lanes& addresses, LaneMask mask, JobContext& job);

/// The next result word. Traps if there is none.
Lanes tmu_pop(ThreadState& state);

}  // namespace vc7::sim::oracle
