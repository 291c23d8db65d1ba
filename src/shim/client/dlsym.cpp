// SPDX-License-Identifier: MIT
//
// Python's ctypes.CDLL("libc.so.6").ioctl asks dlsym for the function of that very library and
// would go past us. So dlsym is ours, too: it gives our function where the C library's would be
// found.
#include <dlfcn.h>

#include <atomic>
#include <cstring>

#include "real.hpp"

namespace vc7::shim::client {

Dlsym* real_dlsym() {
  constinit static std::atomic<Dlsym*> known = nullptr;
  auto* found = known.load(std::memory_order_relaxed);
  if (found != nullptr) return found;
  // The version in which the C library of each architecture has it; dlvsym is not interposed.
  for (const char* const version : {"GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.17"}) {
    found = reinterpret_cast<Dlsym*>(dlvsym(RTLD_NEXT, "dlsym", version));
    if (found != nullptr) break;
  }
  known.store(found, std::memory_order_relaxed);
  return found;
}

namespace {

constexpr const char* names[] = {
    "ioctl",     "mmap",       "mmap64",    "open",       "open64",   "openat",
    "openat64",  "creat",      "creat64",   "fopen",      "fopen64",  "freopen",
    "freopen64", "stat",       "stat64",    "lstat",      "lstat64",  "fstat",
    "fstat64",   "fstatat",    "fstatat64", "statx",      "access",   "faccessat",
    "eaccess",   "euidaccess", "readlink",  "readlinkat", "realpath", "canonicalize_file_name",
    "opendir",   "scandir",    "scandir64",
};

bool interposed(const char* name) {
  for (const char* const ours : names)
    if (std::strcmp(ours, name) == 0) return true;
  return false;
}

}  // namespace

// What dlsym(handle, name) of a program shall answer; null: whatever the real one answers. That one
// is then jumped to, as it looks at its return address to know who asks (RTLD_NEXT).
extern "C" __attribute__((visibility("hidden"))) void* vc7_shim_dlsym(void* handle,
                                                                      const char* name) {
  if (handle == RTLD_NEXT || handle == RTLD_DEFAULT || name == nullptr || !interposed(name))
    return nullptr;
  Dlsym* const real = real_dlsym();
  void* const theirs = real(RTLD_NEXT, name);
  if (theirs == nullptr || real(handle, name) != theirs) return nullptr;
  return real(RTLD_DEFAULT, name);
}

extern "C" __attribute__((visibility("hidden"))) void* vc7_shim_real_dlsym() {
  return reinterpret_cast<void*>(real_dlsym());
}

}  // namespace vc7::shim::client

#if defined(__x86_64__)
__asm__(R"(
  .text
  .globl dlsym
  .type dlsym, @function
dlsym:
  .cfi_startproc
  endbr64
  pushq %rdi
  .cfi_adjust_cfa_offset 8
  pushq %rsi
  .cfi_adjust_cfa_offset 8
  subq $8, %rsp
  .cfi_adjust_cfa_offset 8
  call vc7_shim_dlsym
  testq %rax, %rax
  jne 1f
  call vc7_shim_real_dlsym
  addq $8, %rsp
  .cfi_adjust_cfa_offset -8
  popq %rsi
  .cfi_adjust_cfa_offset -8
  popq %rdi
  .cfi_adjust_cfa_offset -8
  jmp *%rax
1:
  .cfi_adjust_cfa_offset 24
  addq $24, %rsp
  .cfi_adjust_cfa_offset -24
  ret
  .cfi_endproc
  .size dlsym, .-dlsym
)");
#elif defined(__aarch64__)
__asm__(R"(
  .text
  .globl dlsym
  .type dlsym, %function
dlsym:
  .cfi_startproc
  stp x29, x30, [sp, #-32]!
  .cfi_adjust_cfa_offset 32
  stp x0, x1, [sp, #16]
  bl vc7_shim_dlsym
  cbnz x0, 1f
  bl vc7_shim_real_dlsym
  mov x16, x0
  ldp x0, x1, [sp, #16]
  ldp x29, x30, [sp], #32
  br x16
1:
  ldp x29, x30, [sp], #32
  ret
  .cfi_endproc
  .size dlsym, .-dlsym
)");
#else
#error "dlsym has to be written for this architecture"
#endif
