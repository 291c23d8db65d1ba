// SPDX-License-Identifier: MIT
#include "code_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace vc7::sim::jit {

CodeMemory::CodeMemory(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t size = (bytes + page - 1) / page * page;
  void* const at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return;
  base_ = static_cast<std::byte*>(at);
  size_ = size;
}

CodeMemory::CodeMemory(CodeMemory&& other) noexcept
    : base_{std::exchange(other.base_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

CodeMemory::~CodeMemory() {
  if (base_ != nullptr) munmap(base_, size_);
}

bool CodeMemory::seal() {
  __builtin___clear_cache(reinterpret_cast<char*>(base_), reinterpret_cast<char*>(base_ + size_));
  return mprotect(base_, size_, PROT_READ | PROT_EXEC) == 0;
}

}  // namespace vc7::sim::jit
