// SPDX-License-Identifier: MIT
#include <vc7/sim/memory.hpp>

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

#include "reservation.hpp"

namespace vc7::sim {
namespace {

[[noreturn]] void refuse(std::uint32_t address, std::uint64_t size, std::string_view why) {
  throw Error(fmt::format("cannot map {} bytes at GPU address 0x{:08x}: {}", size, address, why));
}

}  // namespace

// The mapping starts at base_ rounded down to what mmap returned; the slack for the alignment is
// given back at once.
Memory::Memory() {
  constexpr std::uint64_t total = Reservation::size + Reservation::alignment;
  void* const start =
      mmap(nullptr, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED)
    throw Error(fmt::format("cannot reserve {} MiB of address space for the device model: {}",
                            total >> 20, std::strerror(errno)));
  auto* const bytes = static_cast<std::byte*>(start);
  const auto lead =
      (Reservation::alignment - reinterpret_cast<std::uintptr_t>(start) % Reservation::alignment) %
      Reservation::alignment;
  base_ = bytes + lead;
  if (lead != 0) munmap(bytes, lead);
  if (const auto tail = Reservation::alignment - lead; tail != 0)
    munmap(base_ + Reservation::size, tail);
}

Memory::~Memory() { munmap(base_, Reservation::size); }

void Memory::map(std::uint32_t address, std::uint64_t size) { map(address, size, -1); }

void Memory::map(std::uint32_t address, std::uint64_t size, int fd) {
  if (size == 0 || size % page_size != 0)
    refuse(address, size, "the size must be a multiple of 4096 and not 0");
  if (address % page_size != 0) refuse(address, size, "the address must be a multiple of 4096");
  if (size > Reservation::space - address) refuse(address, size, "the range ends above 4 GiB");
  const std::lock_guard lock{mutex_};
  const auto next = ranges_.lower_bound(address);
  if (next != ranges_.end() && next->first < address + size)
    refuse(address, size, "part of the range is mapped");
  if (next != ranges_.begin()) {
    const auto& [start, length] = *std::prev(next);
    if (start + length > address) refuse(address, size, "part of the range is mapped");
  }
  void* const wanted = base_ + address;
  const int kind = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  if (mmap(wanted, size, PROT_READ | PROT_WRITE, kind | MAP_NORESERVE | MAP_FIXED, fd, 0) != wanted)
    refuse(address, size, std::strerror(errno));
  // Without huge pages gathers over large buffers spend a third of their time in TLB misses.
  if (size >= Reservation::alignment) madvise(wanted, size, MADV_HUGEPAGE);
  ranges_.emplace(address, size);
}

void Memory::unmap(std::uint32_t address) {
  const std::lock_guard lock{mutex_};
  const auto range = ranges_.find(address);
  if (range == ranges_.end())
    throw Error(fmt::format("cannot unmap GPU address 0x{:08x}: no mapping starts there", address));
  mmap(base_ + address, range->second, PROT_NONE,
       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  ranges_.erase(range);
}

bool Memory::mapped(std::uint32_t address, std::uint64_t size) const {
  const std::lock_guard lock{mutex_};
  std::uint64_t at = address;
  const std::uint64_t end = at + size;
  while (at < end) {
    auto next = ranges_.upper_bound(static_cast<std::uint32_t>(at));
    if (next == ranges_.begin()) return false;
    const auto& [start, length] = *std::prev(next);
    if (at >= start + length || at > 0xffffffffu) return false;
    at = start + length;
  }
  return true;
}

}  // namespace vc7::sim
