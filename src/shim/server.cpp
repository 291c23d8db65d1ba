// SPDX-License-Identifier: MIT
#include <vc7/shim/server.hpp>

#include <utility>

#include "loop.hpp"

namespace vc7::shim {
namespace {

drm::SimulatedOptions device_options(const ServerOptions& options, Doorbell& doorbell) {
  auto device = options.device;
  device.shared_buffers = true;
  device.on_change = [&doorbell] { doorbell.ring(); };
  return device;
}

}  // namespace

// The members end in the opposite order: first the loop, which uses all others, and the device
// before the bell that it rings.
struct Server::Impl {
  explicit Impl(ServerOptions from)
      : options{std::move(from)},
        device{drm::make_simulated_device(device_options(options, doorbell))},
        folder{tree.folder().string()},
        socket_path{(tree.folder() / "socket").string()},
        render_node{"/dev/dri/" + tree.render()},
        loop{std::make_unique<Loop>(options, tree, device, doorbell)} {}

  const ServerOptions options;
  const Tree tree;
  Doorbell doorbell;
  std::shared_ptr<drm::SimulatedDevice> device;
  const std::string folder, socket_path, render_node;
  std::unique_ptr<Loop> loop;
};

Server::Server(ServerOptions options) : impl_{std::make_unique<Impl>(std::move(options))} {}
Server::~Server() = default;

const std::string& Server::socket_path() const { return impl_->socket_path; }
const std::string& Server::render_node() const { return impl_->render_node; }
Counts Server::counts() const { return impl_->loop->counts(); }
std::size_t Server::open_files() const { return impl_->loop->open_files(); }
const std::string& Server::folder() const { return impl_->folder; }
void Server::answer_after_death() const { impl_->loop->answer_after_death(); }
drm::SimulatedDevice& Server::device() { return *impl_->device; }

}  // namespace vc7::shim
