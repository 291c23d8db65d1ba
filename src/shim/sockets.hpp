// SPDX-License-Identifier: MIT
//
// The sockets of the server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace vc7::shim {

/// A descriptor that is closed at the end.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_{fd} {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A socket that programs can connect to. Throws vc7::Error.
Descriptor listen_at(const std::string& path);

/// One message and the descriptor that came along.
struct Received {
  std::span<const std::byte> bytes;
  Descriptor descriptor;
  bool too_long = false;
};

/// The next message of a socket that does not block; nothing if there is none now, or no more ever.
std::optional<Received> receive(int fd, std::span<std::byte> buffer);

/// Two connected sockets; whoever has the second one finds `prefix` and the number as the name of
/// its peer. Two empty ones if there are no descriptors left.
std::pair<Descriptor, Descriptor> named_pair(const std::string& prefix, std::uint64_t number);

/// False if the other side is gone.
bool send_descriptor(int fd, int descriptor);

}  // namespace vc7::shim
