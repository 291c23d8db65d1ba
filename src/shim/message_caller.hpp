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

#include "protocol.hpp"

namespace vc7::shim {

/// Thrown by MessageCaller::read(): the message lacks this memory.
struct Missing {
  std::uint64_t address = 0, size = 0;
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

/// Nothing if these bytes are no message: whoever sent them is not our library.
std::optional<Message> parse(std::span<const std::byte> bytes);

class MessageCaller final : public drm::raw::Caller {
 public:
  using Clock = std::chrono::steady_clock;
  struct Write {
    std::uint64_t address = 0;
    std::vector<std::byte> bytes;
  };

  /// `deadline`: when the wait of this call ends, nothing if it has not been asked for yet.
  MessageCaller(const Message& message, std::optional<Clock::time_point> deadline, bool interrupted)
      : message_{message}, deadline_{deadline}, interrupted_{interrupted} {}

  bool read(void* to, std::uint64_t from, std::size_t size) override;
  bool write(std::uint64_t to, const void* from, std::size_t size) override;
  /// A call never blocks: it is made again until its time is over.
  std::uint64_t patience(std::uint64_t timeout_ns) override;
  int timed_out(std::uint64_t& timeout_ns) override;

  const std::vector<Write>& writes() const { return writes_; }
  /// The call has found that it has to wait, and may: until deadline().
  bool has_to_wait() const { return has_to_wait_; }
  std::optional<Clock::time_point> deadline() const { return deadline_; }

 private:
  const Message& message_;
  std::optional<Clock::time_point> deadline_;
  const bool interrupted_;
  bool has_to_wait_ = false;
  std::vector<Write> writes_;
};

}  // namespace vc7::shim
