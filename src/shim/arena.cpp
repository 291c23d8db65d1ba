// SPDX-License-Identifier: MIT
#include "arena.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <string>

#include <vc7/base/error.hpp>

namespace vc7::shim {

Arena::Arena() {
  const auto check = [](bool good, const char* what) {
    if (!good)
      throw Error{std::string{"cannot share memory with programs: "} + what + ": " +
                  std::strerror(errno)};
  };
  fd_ = memfd_create("vc7-shim", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  check(fd_ >= 0, "memfd_create");
  check(ftruncate(fd_, static_cast<off_t>(arena_size)) == 0, "ftruncate");
  // A program must not be able to take the memory away from under the server.
  check(fcntl(fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0, "seals");
  void* const mapped = mmap(nullptr, arena_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  check(mapped != MAP_FAILED, "mmap");
  slots_ = static_cast<Slot*>(mapped);
}

Arena::~Arena() {
  munmap(slots_, arena_size);
  close(fd_);
}

void Arena::answer(const Request& request, int error, std::span<const MessageCaller::Write> writes,
                   bool keep_on_exec, std::uint64_t position) {
  auto& slot = slots_[request.slot];
  std::size_t at = 0;
  slot.regions = 0;
  for (const auto& [address, bytes] : writes) {
    const Region region{address, static_cast<std::uint32_t>(bytes.size()), 1};
    if (bytes.size() > Slot::data_size - sizeof region ||
        at > Slot::data_size - sizeof region - bytes.size()) {
      error = ENOMEM;
      break;
    }
    std::memcpy(slot.data + at, &region, sizeof region);
    if (!bytes.empty()) std::memcpy(slot.data + at + sizeof region, bytes.data(), bytes.size());
    at += sizeof region + bytes.size();
    ++slot.regions;
  }
  slot.error = static_cast<std::uint32_t>(error);
  slot.need_size = 0;
  slot.keep_on_exec = keep_on_exec ? 1 : 0;
  slot.position = position;
  publish(request, slot);
}

void Arena::ask_for(const Request& request, const Missing& missing) {
  auto& slot = slots_[request.slot];
  slot.need_address = missing.address;
  slot.need_size = missing.size;
  publish(request, slot);
}

void Arena::answer_all() {
  for (std::uint32_t i = 0; i < slot_count; ++i) {
    auto& slot = slots_[i];
    if (slot.owner.load() == 0) continue;
    slot.regions = 0;
    slot.error = ENODEV;
    slot.need_size = 0;
    slot.answered.fetch_add(1);
    syscall(SYS_futex, &slot.answered, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  }
}

void Arena::publish(const Request& request, Slot& slot) {
  slot.answered.store(request.sequence);
  if (slot.sleeping.load() != 0)
    syscall(SYS_futex, &slot.answered, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace vc7::shim
