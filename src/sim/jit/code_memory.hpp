// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace vc7::sim::jit {

/// Pages of compiled code: written while they are not executable, and never again afterwards.
class CodeMemory {
 public:
  /// Empty (base() is null) if the system gives no pages.
  explicit CodeMemory(std::size_t bytes);
  ~CodeMemory();
  CodeMemory(CodeMemory&& other) noexcept;
  CodeMemory(const CodeMemory&) = delete;
  CodeMemory& operator=(const CodeMemory&) = delete;

  std::byte* base() const { return base_; }
  std::size_t size() const { return size_; }
  /// From writable to executable; false if the system refuses.
  bool seal();

 private:
  std::byte* base_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace vc7::sim::jit
