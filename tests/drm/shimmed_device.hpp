// SPDX-License-Identifier: MIT
//
// A kernel for the kernel implementation, inside the test program: a server of the shim. The
// preloaded library is linked into the program, so that opening the device leads to it.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <vc7/shim/server.hpp>

namespace vc7::drm::test {

/// One at a time. All files of the device are closed before it ends.
class ShimmedDevice {
 public:
  explicit ShimmedDevice(SimulatedOptions options);

  const std::string& path() const { return server_.render_node(); }

  /// Asked first: an errno (or 0) that answers the ioctl instead of the device.
  using Override = std::function<std::optional<int>(const shim::Call&, raw::Caller&)>;
  void set_override(Override override);

 private:
  shim::ServerOptions server_options(SimulatedOptions options);

  std::mutex mutex_;
  Override override_;
  shim::Server server_;
};

}  // namespace vc7::drm::test
