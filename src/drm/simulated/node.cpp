// SPDX-License-Identifier: MIT
#include "node.hpp"

#include <cerrno>
#include <string>
#include <utility>

namespace vc7::drm {
namespace simulated {

SimulatedNode::SimulatedNode(std::shared_ptr<SimulatedDevice> device, ShortJobs short_jobs)
    : device_{std::move(device)}, client_{std::make_shared<Client>()} {
  client_->short_jobs = short_jobs;
}

SimulatedNode::~SimulatedNode() {
  device_->close(client_);
  // A job that is still being stopped keeps the Client, but the handles end here.
  Handles<Buffer> buffers;
  Handles<Syncobj> syncobjs;
  const auto lock = device_->lock();
  auto& global = device_->global_perfmon(lock);
  if (global && client_->perfmons.name_of(global) != 0) global = nullptr;
  client_->perfmons = {};
  std::swap(buffers, client_->buffers);
  std::swap(syncobjs, client_->syncobjs);
}

std::string SimulatedNode::description() const {
  const auto& topology = device_->topology();
  return "device model of V3D " + std::string{topology.name} + " with " +
         std::to_string(topology.qpus()) + " QPUs (simulated)";
}

}  // namespace simulated

std::unique_ptr<Node> open_simulated(std::shared_ptr<SimulatedDevice> device,
                                     ShortJobs short_jobs) {
  return std::make_unique<simulated::SimulatedNode>(std::move(device), short_jobs);
}

std::shared_ptr<sim::Registers> registers(Node& node) {
  auto* const simulated = dynamic_cast<simulated::SimulatedNode*>(&node);
  return simulated != nullptr ? simulated->registers() : nullptr;
}

Result<int> buffer_file(Node& node, BoHandle bo) {
  if (auto* const simulated = dynamic_cast<simulated::SimulatedNode*>(&node))
    return simulated->buffer_file(bo);
  return Failure{ENODEV, "buffer_file"};
}

std::unique_ptr<Node> open_simulated(SimulatedOptions options) {
  return open_simulated(make_simulated_device(std::move(options)));
}

}  // namespace vc7::drm
