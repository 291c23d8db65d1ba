// SPDX-License-Identifier: MIT
//
// The device model as a device file of other programs (docs/exec.md): answers the calls of programs
// that run with the preloaded library libvc7_shim.so.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <vc7/drm/caller.hpp>
#include <vc7/drm/simulated.hpp>

namespace vc7::shim {

/// One call of a program, as it arrives.
struct Call {
  std::uint32_t process = 0;
  std::uint64_t file = 0;      ///< counts the opens of the device from 1 on
  std::uint64_t request = 0;   ///< request code of an ioctl; 0 for mmap
  std::uint64_t argument = 0;  ///< the pointer, or the offset of mmap
  /// The structure that the argument points to; after the call with what it returns.
  std::span<const std::byte> structure;
};

struct ServerOptions {
  drm::SimulatedOptions device = {};
  /// Asked before an ioctl or a mmap is made: the errno (or 0) that it shall end with instead; it
  /// can write to the caller's memory.
  std::function<std::optional<int>(const Call&, drm::raw::Caller&)> intercept = {};
  /// Told after a call, with its errno or 0. Both are called for one call at a time.
  std::function<void(const Call&, int error)> observe = {};
};

/// What went through a server.
struct Counts {
  std::uint64_t opens = 0;
  std::uint64_t calls = 0;
  std::uint64_t refused = 0;  ///< calls that failed with other than EINTR and ETIME
};

/// Serves from construction to destruction, on threads of its own. Programs that still have the
/// device open then get ENODEV.
class Server {
 public:
  /// Throws vc7::Error if the host refuses folder, socket or memory.
  explicit Server(ServerOptions options = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// What programs find in the environment as VC7_SHIM_SOCKET.
  const std::string& socket_path() const;
  /// The device node that programs see: "/dev/dri/renderD128".
  const std::string& render_node() const;

  Counts counts() const;
  /// Files that programs have open, or that are still being closed.
  std::size_t open_files() const;
  drm::SimulatedDevice& device();

  /// The folder under /tmp that holds the sockets; it goes with the server.
  const std::string& folder() const;
  /// For a process that was forked from the server's and has outlived it: ends the calls of all
  /// programs with ENODEV. Async-signal-safe.
  void answer_after_death() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vc7::shim
