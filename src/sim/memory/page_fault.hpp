// SPDX-License-Identifier: MIT
//
// Turns host page faults inside the simulated GPU address space into a return to the executing
// loop.
#pragma once

#include <csetjmp>
#include <csignal>
#include <cstdint>

#include <vc7/sim/memory.hpp>

namespace vc7::sim {

/// The point to which a page fault of this thread returns. Use:
///
///   PageFaultGuard guard{memory};
///   if (sigsetjmp(guard.point(), 0) == 0) { ...access guest memory...; } else { guard.address()
///   faulted }
///
/// The code between must not own anything by a destructor. Faults outside the guest's address space
/// go on to the handler that was there before. One guard at a time and thread.
class PageFaultGuard {
 public:
  explicit PageFaultGuard(const Memory& memory);
  ~PageFaultGuard();
  PageFaultGuard(const PageFaultGuard&) = delete;
  PageFaultGuard& operator=(const PageFaultGuard&) = delete;

  sigjmp_buf& point() { return point_; }
  /// GPU address of the last fault; addresses past 4 GiB (the tail of a vector access) wrap.
  std::uint32_t address() const { return address_; }

 private:
  friend void handle_page_fault(int, siginfo_t*, void*);
  const std::byte* base_;
  std::uint32_t address_ = 0;
  sigjmp_buf point_;
};

}  // namespace vc7::sim
