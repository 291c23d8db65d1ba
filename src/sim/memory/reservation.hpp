// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace vc7::sim {

/// Extent of the reserved host range that stands for the GPU address space.
struct Reservation {
  static constexpr std::uint64_t space = std::uint64_t{1} << 32;
  /// Behind the last page, so that the tail of a vector access at the end of the space faults
  /// inside the reservation.
  static constexpr std::uint64_t guard = 64 * 1024;
  static constexpr std::uint64_t size = space + guard;
  /// GPU addresses that are multiples of 2 MiB are so on the host too, which lets it use huge
  /// pages.
  static constexpr std::uint64_t alignment = 2 * 1024 * 1024;
};

}  // namespace vc7::sim
