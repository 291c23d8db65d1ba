// SPDX-License-Identifier: MIT
#include <vc7/drm/caller.hpp>

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vc7::drm::raw {
namespace {

void* pointer(std::uint64_t address) { return reinterpret_cast<void*>(address); }

// Some sandboxes forbid the two calls below; then a bad pointer is the caller's segmentation fault.
bool forbidden(ssize_t copied) { return copied < 0 && (errno == ENOSYS || errno == EPERM); }

}  // namespace

int Caller::timed_out(std::uint64_t&) { return ETIME; }

Result<int> Caller::give(std::shared_ptr<const Exported>, bool) { return Failure{ENOSYS, "give"}; }

Result<std::shared_ptr<const Exported>> Caller::take(int) { return Failure{ENOSYS, "take"}; }

bool ThisProgram::checks_pointers() {
  char from = 0, to = 0;
  const iovec here{&to, 1};
  const iovec there{&from, 1};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1;
}

bool ThisProgram::read(void* to, std::uint64_t from, std::size_t size) {
  const iovec here{to, size};
  const iovec there{pointer(from), size};
  const auto copied = process_vm_readv(getpid(), &here, 1, &there, 1, 0);
  if (forbidden(copied)) {
    std::memcpy(to, pointer(from), size);
    return true;
  }
  return copied == static_cast<ssize_t>(size);
}

bool ThisProgram::write(std::uint64_t to, const void* from, std::size_t size) {
  const iovec here{const_cast<void*>(from), size};
  const iovec there{pointer(to), size};
  const auto copied = process_vm_writev(getpid(), &here, 1, &there, 1, 0);
  if (forbidden(copied)) {
    std::memcpy(pointer(to), from, size);
    return true;
  }
  return copied == static_cast<ssize_t>(size);
}

}  // namespace vc7::drm::raw
