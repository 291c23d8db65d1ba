// SPDX-License-Identifier: MIT
#include "video_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include <vc7/base/error.hpp>

namespace vc7::drm::simulated {

VideoMemory::VideoMemory(const SimulatedOptions& options)
    : shared_{options.shared_buffers}, addresses_{page()} {
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

// Sealed: nobody who gets the file can make it so short that we fault.
void VideoMemory::map(std::uint32_t address, std::uint64_t size) {
  if (!shared_) return memory_->map(address, size);
  const int fd = memfd_create("v3d-buffer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  try {
    if (fd < 0 || ftruncate(fd, static_cast<off_t>(size)) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
      throw Error{"no memory file"};
    files_.emplace(address, fd);
    memory_->map(address, size, fd);
  } catch (...) {
    files_.erase(address);
    if (fd >= 0) close(fd);
    throw;
  }
}

int VideoMemory::file(std::uint32_t address) {
  const std::lock_guard lock{mutex_};
  const auto found = files_.find(address);
  return found == files_.end() ? -1 : found->second;
}

Result<std::uint32_t> VideoMemory::allocate(std::uint64_t size) try {
  const std::lock_guard lock{mutex_};
  const auto address = addresses_.take(size);
  if (!address) return Failure{ENOSPC, "create_bo"};
  try {
    map(*address, size);
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
  if (const auto file = files_.find(address); file != files_.end()) {
    close(file->second);
    files_.erase(file);
  }
  addresses_.give_back(address, size);
}

}  // namespace vc7::drm::simulated
