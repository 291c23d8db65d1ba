// SPDX-License-Identifier: MIT
#include "address_space.hpp"

#include <algorithm>
#include <iterator>

namespace vc7::drm::simulated {

AddressSpace::AddressSpace(std::uint64_t page) : page_{page} {
  free_.emplace(page, std::uint64_t{1} << 32);
}

std::uint64_t AddressSpace::alignment(std::uint64_t size) const {
  constexpr std::uint64_t medium = 64 * 1024;
  constexpr std::uint64_t large = 2 * 1024 * 1024;
  if (size >= large) return std::max(page_, large);
  if (size >= medium) return std::max(page_, medium);
  return page_;
}

std::optional<std::uint32_t> AddressSpace::take(std::uint64_t size) {
  const auto unit = alignment(size);
  for (auto range = free_.begin(); range != free_.end(); ++range) {
    const auto [start, end] = *range;
    const auto address = (start + unit - 1) / unit * unit;
    if (address + size > end) continue;
    // The part behind goes in first: if that throws, nothing has changed.
    if (address + size < end) free_.emplace(address + size, end);
    if (start < address)
      range->second = address;
    else
      free_.erase(range);
    return static_cast<std::uint32_t>(address);
  }
  return std::nullopt;
}

void AddressSpace::give_back(std::uint32_t address, std::uint64_t size) {
  std::uint64_t end = address + size;
  if (const auto behind = free_.find(end); behind != free_.end()) {
    end = behind->second;
    free_.erase(behind);
  }
  const auto next = free_.upper_bound(address);
  if (next != free_.begin() && std::prev(next)->second == address)
    std::prev(next)->second = end;
  else
    free_.emplace_hint(next, address, end);
}

}  // namespace vc7::drm::simulated
