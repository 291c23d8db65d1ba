// SPDX-License-Identifier: MIT
#include "video_memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace vc7::drm::simulated {

VideoMemory::VideoMemory(const SimulatedOptions& options) : addresses_{page()} {
  if (options.executor) {
    own_memory_ = std::make_unique<sim::Memory>();
    memory_ = own_memory_.get();
  } else {
    machine_ = std::make_unique<sim::Machine>(options.machine);
    memory_ = &machine_->memory();
  }
}

std::uint64_t VideoMemory::page() {
  static const auto size =
      std::max<std::uint64_t>(sim::Memory::page_size, static_cast<std::uint64_t>(getpagesize()));
  return size;
}

Result<std::uint32_t> VideoMemory::allocate(std::uint64_t size) try {
  const std::lock_guard lock{mutex_};
  const auto address = addresses_.take(size);
  if (!address) return Failure{ENOSPC, "create_bo"};
  try {
    memory_->map(*address, size);
  } catch (const std::exception&) {
    addresses_.give_back(*address, size);
    return Failure{ENOMEM, "create_bo"};
  }
  return *address;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "create_bo"};
}

void VideoMemory::release(std::uint32_t address, std::uint64_t size) {
  const std::lock_guard lock{mutex_};
  memory_->unmap(address);
  addresses_.give_back(address, size);
}

}  // namespace vc7::drm::simulated
