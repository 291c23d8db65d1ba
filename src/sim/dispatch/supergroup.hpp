// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "dispatch.hpp"

namespace vc7::sim {

struct SupergroupResult {
  std::optional<Fault> fault;
  std::uint64_t instructions = 0;
  std::uint64_t batches = 0;  ///< that came to their end
};

/// Runs all batches of a supergroup on this host thread. Batches run one after the other until one
/// of them waits at a barrier; from then on they take turns at every thread switch, as the racy but
/// hardware-proven programs of v3d71 §12.2 need it.
SupergroupResult run_supergroup(const Dispatch& dispatch, std::uint32_t supergroup, JobContext& job,
                                Executor& executor);

/// The result of one that is not begun because JobContext::stop is set.
SupergroupResult stopped(const Dispatch& dispatch, std::uint32_t supergroup);

}  // namespace vc7::sim
