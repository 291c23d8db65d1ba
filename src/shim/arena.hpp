// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "message_caller.hpp"
#include "protocol.hpp"

namespace vc7::shim {

/// The memory that answers are written to. Programs can write to all of it: nothing that is read
/// here is trusted.
class Arena {
 public:
  /// Throws vc7::Error if the host refuses the memory.
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// The file, for programs to map.
  int fd() const { return fd_; }

  void answer(const Request& request, int error, std::span<const MessageCaller::Write> writes,
              bool keep_on_exec = false, std::uint64_t position = 0);
  /// ENODEV to all that may be waiting. Async-signal-safe.
  void answer_all();
  void ask_for(const Request& request, const Missing& missing);

 private:
  void publish(const Request& request, Slot& slot);

  int fd_ = -1;
  Slot* slots_ = nullptr;
};

}  // namespace vc7::shim
