// SPDX-License-Identifier: MIT
//
// A program that called by a message.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <vc7/drm/caller.hpp>
#include <vc7/drm/exported.hpp>

#include "protocol.hpp"

namespace vc7::shim {

/// Thrown by MessageCaller::read(): the message lacks this memory.
struct Missing {
  std::uint64_t address = 0, size = 0;
};

/// Thrown by a call that makes a descriptor for a program that has sent no channel for it.
struct NoChannel {};

/// Thrown by a call that wants to see a descriptor of the program.
struct NoDescriptor {
  int number = -1;
};

/// Descriptors that a call makes or gets.
class Descriptors {
 public:
  virtual ~Descriptors() = default;
  virtual drm::Result<int> give(drm::Shared object) = 0;
  virtual drm::Result<drm::Shared> take(int number) = 0;
};

/// A message, taken apart. The regions point into the bytes that it was parsed from.
struct Message {
  Request request;
  struct Sent {
    Region region;
    std::span<const std::byte> bytes;
  };
  std::vector<Sent> regions;
};

/// Nothing if these bytes are no message: whoever sent them is not our library, or runs in an
/// emulator.
std::optional<Message> parse(std::span<const std::byte> bytes);

/// The start of what may be no message.
std::optional<Request> parse_start(std::span<const std::byte> bytes);

class MessageCaller final : public drm::raw::Caller {
 public:
  using Clock = std::chrono::steady_clock;
  struct Write {
    std::uint64_t address = 0;
    std::vector<std::byte> bytes;
  };

  /// `deadline`: when the wait of this call ends, nothing if it has not been asked for yet.
  MessageCaller(const Message& message, std::optional<Clock::time_point> deadline, bool interrupted,
                Descriptors& descriptors)
      : message_{message},
        deadline_{deadline},
        interrupted_{interrupted},
        descriptors_{descriptors} {}

  bool read(void* to, std::uint64_t from, std::size_t size) override;
  bool write(std::uint64_t to, const void* from, std::size_t size) override;
  /// A call never blocks: it is made again until its time is over.
  std::uint64_t patience(std::uint64_t timeout_ns) override;
  int timed_out(std::uint64_t& timeout_ns) override;
  drm::Result<int> give(drm::Shared object, bool keep_on_exec) override {
    keep_on_exec_ = keep_on_exec;
    return descriptors_.give(std::move(object));
  }
  drm::Result<drm::Shared> take(int number) override { return descriptors_.take(number); }

  const std::vector<Write>& writes() const { return writes_; }
  /// The call has found that it has to wait, and may: until deadline().
  bool has_to_wait() const { return has_to_wait_; }
  std::optional<Clock::time_point> deadline() const { return deadline_; }
  /// The descriptor that the call has made is to stay open on exec.
  bool keep_on_exec() const { return keep_on_exec_; }

 private:
  const Message& message_;
  std::optional<Clock::time_point> deadline_;
  const bool interrupted_;
  Descriptors& descriptors_;
  bool has_to_wait_ = false, keep_on_exec_ = false;
  std::vector<Write> writes_;
};

}  // namespace vc7::shim
