// SPDX-License-Identifier: MIT
//
// Hands out ranges of the 32-bit GPU address space (v3d71 §14.4).
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace vc7::drm::simulated {

/// First fit, so that a range freed is used again at once and stale addresses show up in tests. Not
/// thread-safe.
class AddressSpace {
 public:
  /// `page`: granularity of sizes and addresses, a power of two, at least 4096. The first page is
  /// never handed out, so that 0 can mean "none".
  explicit AddressSpace(std::uint64_t page);

  /// A free range of `size` bytes (a multiple of the page, not 0); nothing if there is none.
  std::optional<std::uint32_t> take(std::uint64_t size);

  /// Gives back a range that take() returned, with the same size.
  void give_back(std::uint32_t address, std::uint64_t size);

  /// Start alignment of a range: the page, 64 KiB from 64 KiB on, 2 MiB from 2 MiB on. The last is
  /// the host's huge page.
  std::uint64_t alignment(std::uint64_t size) const;

 private:
  std::uint64_t page_;
  std::map<std::uint64_t, std::uint64_t> free_;  // start -> end; neighbours are always merged
};

}  // namespace vc7::drm::simulated
