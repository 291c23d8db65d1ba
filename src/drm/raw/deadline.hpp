// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace vc7::drm::raw {

/// Time from now to a point of CLOCK_MONOTONIC, which is what steady_clock shows on Linux.
inline std::uint64_t nanoseconds_until(std::int64_t deadline) {
  using std::chrono::nanoseconds;
  const std::int64_t now =
      std::chrono::duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count();
  return deadline <= now ? 0 : static_cast<std::uint64_t>(deadline - now);
}

}  // namespace vc7::drm::raw
