// SPDX-License-Identifier: MIT
#include "page_fault.hpp"

#include <ucontext.h>

#include <mutex>

#include "reservation.hpp"

namespace vc7::sim {

namespace {
thread_local PageFaultGuard* current_guard = nullptr;
struct sigaction previous_segv, previous_bus;

void pass_on(int signal, siginfo_t* info, void* context) {
  const struct sigaction& previous = signal == SIGBUS ? previous_bus : previous_segv;
  if ((previous.sa_flags & SA_SIGINFO) != 0 && previous.sa_sigaction != nullptr) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else {
    // Not ours and nobody else's: let the instruction fault again with the default action.
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    sigaction(signal, &standard, nullptr);
    if (info->si_code <= 0) raise(signal);  // sent by a process: no instruction to fault again
  }
}
}  // namespace

void handle_page_fault(int signal, siginfo_t* info, void* context) {
  PageFaultGuard* guard = current_guard;
  if (guard != nullptr) {
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    const auto base = reinterpret_cast<std::uintptr_t>(guard->base_);
    if (address >= base && address - base < Reservation::size) {
      guard->address_ = static_cast<std::uint32_t>(address - base);
      // siglongjmp leaves the mask as it is, and under ThreadSanitizer handlers run with all
      // signals blocked: the next fault would kill the process.
      pthread_sigmask(SIG_SETMASK, &static_cast<ucontext_t*>(context)->uc_sigmask, nullptr);
      siglongjmp(guard->point_, 1);
    }
  }
  pass_on(signal, info, context);
}

PageFaultGuard::PageFaultGuard(const Memory& memory) : base_{memory.base()} {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action = {};
    action.sa_sigaction = handle_page_fault;
    // SA_NODEFER: the handler leaves by siglongjmp, which does not restore the mask.
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &previous_segv);
    sigaction(SIGBUS, &action, &previous_bus);
  });
  current_guard = this;
}

PageFaultGuard::~PageFaultGuard() { current_guard = nullptr; }

}  // namespace vc7::sim
