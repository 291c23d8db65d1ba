// SPDX-License-Identifier: MIT
#include "shimmed_device.hpp"

#include <cstdlib>
#include <utility>

extern "C" void vc7_shim_reset();

namespace vc7::drm::test {

ShimmedDevice::ShimmedDevice(SimulatedOptions options)
    : server_{server_options(std::move(options))} {
  setenv("VC7_SHIM_SOCKET", server_.socket_path().c_str(), 1);
  vc7_shim_reset();
}

shim::ServerOptions ShimmedDevice::server_options(SimulatedOptions options) {
  shim::ServerOptions server;
  server.device = std::move(options);
  server.intercept = [this](const shim::Call& call, raw::Caller& caller) -> std::optional<int> {
    const std::lock_guard lock{mutex_};
    return override_ ? override_(call, caller) : std::nullopt;
  };
  return server;
}

void ShimmedDevice::set_override(Override override) {
  const std::lock_guard lock{mutex_};
  override_ = std::move(override);
}

}  // namespace vc7::drm::test
