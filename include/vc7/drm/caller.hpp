// SPDX-License-Identifier: MIT
//
// The program behind a system call, as the code that answers it sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <vc7/drm/result.hpp>

namespace vc7::drm {

class Exported;

namespace raw {

/// The memory of the calling program, and how long it may be kept waiting. A handler reads all that
/// it needs before it changes anything: read() may throw, and the call is then made anew.
class Caller {
 public:
  Caller() = default;
  virtual ~Caller() = default;
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  /// False if [from, from + size) is not readable.
  virtual bool read(void* to, std::uint64_t from, std::size_t size) = 0;
  /// False if [to, to + size) is not writable.
  virtual bool write(std::uint64_t to, const void* from, std::size_t size) = 0;

  /// How long a call that wants to wait `timeout_ns` may block.
  virtual std::uint64_t patience(std::uint64_t timeout_ns) { return timeout_ns; }
  /// The errno of a call that has waited in vain: ETIME; or EINTR, if a signal ended the wait, with
  /// the rest of the time in `timeout_ns`.
  virtual int timed_out(std::uint64_t& timeout_ns);

  /// A new descriptor of the program for `object`; its number there. ENOSYS if the caller cannot
  /// get any. EMFILE.
  virtual Result<int> give(std::shared_ptr<const Exported> object, bool keep_on_exec);
  /// What a descriptor of the program stands for; null if it is something else. EBADF: it is not
  /// open. May throw as read() does.
  virtual Result<std::shared_ptr<const Exported>> take(int fd);
};

/// This program: pointers are its own, checked by the kernel.
class ThisProgram final : public Caller {
 public:
  bool read(void* to, std::uint64_t from, std::size_t size) override;
  bool write(std::uint64_t to, const void* from, std::size_t size) override;

  /// False where a sandbox or an emulator lacks the system calls for it: bad pointers then crash.
  static bool checks_pointers();
};

/// Reads an array; false if it is not readable. A nonsense count fails at the first unreadable page
/// instead of asking for memory for all of it.
template <class T>
bool read_array(Caller& caller, std::vector<T>& to, std::uint64_t from, std::uint32_t count) {
  constexpr std::uint32_t portion = 1024;
  to.clear();
  while (to.size() < count) {
    const auto done = to.size();
    const auto more = count - done < portion ? count - done : portion;
    to.resize(done + more);
    if (!caller.read(to.data() + done, from + done * sizeof(T), more * sizeof(T))) return false;
  }
  return true;
}

}  // namespace raw
}  // namespace vc7::drm
