// SPDX-License-Identifier: MIT
#include "arena.hpp"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "descriptors.hpp"
#include "state.hpp"

namespace vc7::shim::client {
namespace {

constinit std::atomic<Slot*> arena = nullptr;

Slot* map_arena() {
  const Server* const ours = server();
  if (ours == nullptr) return nullptr;
  const int fd = connect_to(ours->control, true);
  if (fd < 0) return nullptr;
  const int file = receive_descriptor(fd);
  syscall(SYS_close, fd);
  if (file < 0) return nullptr;
  // Not mmap(): sanitizers need not know of this memory.
  void* const mapped = reinterpret_cast<void*>(
      syscall(SYS_mmap, nullptr, arena_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  syscall(SYS_close, file);
  if (mapped == MAP_FAILED) return nullptr;
  auto* const slots = static_cast<Slot*>(mapped);
  Slot* expected = nullptr;
  if (arena.compare_exchange_strong(expected, slots)) return slots;
  syscall(SYS_munmap, mapped, arena_size);  // another thread was faster
  return expected;
}

bool try_claim(Slot& slot, std::uint32_t process) {
  std::uint32_t free = 0;
  return slot.owner.load(std::memory_order_relaxed) == 0 &&
         slot.owner.compare_exchange_strong(free, process, std::memory_order_acquire);
}

// A process that was killed in the middle of a call has left its slot behind.
bool try_inherit(Slot& slot, std::uint32_t process) {
  std::uint32_t owner = slot.owner.load(std::memory_order_relaxed);
  if (owner == 0) return try_claim(slot, process);
  if (kill(static_cast<pid_t>(owner), 0) == 0 || errno != ESRCH) return false;
  return slot.owner.compare_exchange_strong(owner, process, std::memory_order_acquire);
}

}  // namespace

Slot* claim_slot(std::uint32_t& index) {
  Slot* slots = arena.load(std::memory_order_acquire);
  if (slots == nullptr) slots = map_arena();
  if (slots == nullptr) return nullptr;
  // Threads and processes begin at different places, so that they rarely meet.
  static thread_local std::uint32_t mine = static_cast<std::uint32_t>(syscall(SYS_gettid));
  const auto process = static_cast<std::uint32_t>(getpid());
  for (const auto attempt : {try_claim, try_inherit})
    for (std::uint32_t i = 0; i < slot_count; ++i) {
      index = (mine + i) % slot_count;
      if (attempt(slots[index], process)) return &slots[index];
    }
  return nullptr;
}

void forget_arena() {
  if (Slot* const slots = arena.exchange(nullptr)) syscall(SYS_munmap, slots, arena_size);
}

void release_slot(Slot& slot) { slot.owner.store(0, std::memory_order_release); }

}  // namespace vc7::shim::client
