// SPDX-License-Identifier: MIT
//
// The 4 GiB GPU address space of the device model. The whole space is reserved; only mapped pages
// can be touched. An access to any other page raises a host page fault that the executing thread
// turns into a reported MMU fault, so the fast path has no bounds checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace vc7::sim {

class Memory {
 public:
  static constexpr std::uint32_t page_size = 4096;

  /// Reserves the address space. Throws vc7::Error if the host refuses.
  Memory();
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// Makes [address, address + size) readable and writable, all zero. Both are multiples of the
  /// page size, size is not 0, nothing in the range is mapped, and the range ends at or below 4
  /// GiB; anything else throws vc7::Error. Thread-safe.
  void map(std::uint32_t address, std::uint64_t size);
  /// The same with the first `size` bytes of a file, shared with whoever else maps it.
  void map(std::uint32_t address, std::uint64_t size, int fd);

  /// Undoes exactly one earlier map(). The memory goes back to the host. Thread-safe.
  void unmap(std::uint32_t address);

  /// True if every byte of [address, address + size) is mapped. Thread-safe.
  bool mapped(std::uint32_t address, std::uint64_t size) const;

  /// Host address of GPU address 0. base() + a is valid for mapped a.
  std::byte* base() const { return base_; }
  std::byte* at(std::uint32_t address) const { return base_ + address; }

 private:
  std::byte* base_ = nullptr;
  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::uint64_t> ranges_;  // start -> size
};

}  // namespace vc7::sim
