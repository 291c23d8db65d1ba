// SPDX-License-Identifier: MIT
#include "video_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <string>

#include <vc7/base/error.hpp>

namespace vc7::drm::simulated {
namespace {

// The kernel counts how often a file is opened for writing, and keeps it open while it is mapped.
// A copy of the descriptor would not be counted, so it is opened anew.
int open_again(int fd) {
  const auto path = "/proc/self/fd/" + std::to_string(fd);
  const int again = open(path.c_str(), O_RDWR | O_CLOEXEC);
  return again >= 0 || errno == EMFILE || errno == ENFILE ? again : fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

// Made with memfd_create a file does not count as open: we go on with one that does.
int memory_file() {
  const int made = memfd_create("v3d-buffer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (made < 0) return made;
  const int fd = open_again(made);
  close(made);
  return fd;
}

// A lease for writing is given to nobody while others have the file open; it is given back at once.
bool only_opened_here(int fd) {
  if (fcntl(fd, F_SETLEASE, F_WRLCK) != 0) return false;
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return true;
}

// False where /proc or leases are missing (emulators, sandboxes): what is released is then free at
// once.
bool can_tell_opens() {
  static const bool can = [] {
    const int fd = memory_file();
    if (fd < 0) return false;
    const bool alone = only_opened_here(fd);
    const int other = open_again(fd);
    const bool together = only_opened_here(fd);
    close(other);
    close(fd);
    return alone && !together;
  }();
  return can;
}

}  // namespace

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

VideoMemory::~VideoMemory() {
  for (const auto& range : lingering_) close(files_[range.address]);
}

// Sealed: nobody who gets the file can make it so short that we fault.
void VideoMemory::map(std::uint32_t address, std::uint64_t size) {
  if (!shared_) return memory_->map(address, size);
  const int fd = memory_file();
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

Result<int> VideoMemory::file(std::uint32_t address) {
  const std::lock_guard lock{mutex_};
  const auto found = files_.find(address);
  if (found == files_.end()) return Failure{ENODEV, "buffer_file"};
  const int copy = open_again(found->second);
  if (copy < 0) return Failure{errno, "buffer_file"};
  return copy;
}

// Whether a program has the buffer mapped: then its file is open more often than by us.
bool VideoMemory::in_use(std::uint32_t address) const {
  const auto found = files_.find(address);
  return found != files_.end() && can_tell_opens() && !only_opened_here(found->second);
}

Result<std::uint32_t> VideoMemory::allocate(std::uint64_t size) try {
  const std::lock_guard lock{mutex_};
  // A few each time, so that many that stay mapped do not make allocations slow.
  constexpr std::size_t few = 8;
  free_unmapped(few);
  auto address = addresses_.take(size);
  if (!address) {
    free_unmapped(lingering_.size());
    address = addresses_.take(size);
  }
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
  const Released range{address, size};
  try {
    if (in_use(address)) return lingering_.push_back(range);
  } catch (const std::bad_alloc&) {
    // Better free too early than never.
  }
  free(range);
}

void VideoMemory::free(const Released& range) {
  memory_->unmap(range.address);
  if (const auto file = files_.find(range.address); file != files_.end()) {
    close(file->second);
    files_.erase(file);
  }
  addresses_.give_back(range.address, range.size);
}

void VideoMemory::free_unmapped(std::size_t most) {
  for (; most != 0 && !lingering_.empty(); --most) {
    // Those that stay go to the end: it is the turn of others next time.
    lingering_.splice(lingering_.end(), lingering_, lingering_.begin());
    if (in_use(lingering_.back().address)) continue;
    free(lingering_.back());
    lingering_.pop_back();
  }
}

}  // namespace vc7::drm::simulated
