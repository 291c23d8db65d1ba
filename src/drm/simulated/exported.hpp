// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <vc7/drm/exported.hpp>

#include "device.hpp"

namespace vc7::drm::simulated {

/// What all of them have: the device that they belong to.
class ExportedObject : public Exported {
 public:
  explicit ExportedObject(std::shared_ptr<SimulatedDevice> from) : device{std::move(from)} {}
  const std::shared_ptr<SimulatedDevice> device;
};

template <class T>
class ExportedThing : public ExportedObject {
 public:
  ExportedThing(std::shared_ptr<SimulatedDevice> from, std::shared_ptr<T> what)
      : ExportedObject{std::move(from)}, object{std::move(what)} {}
  const std::shared_ptr<T> object;
};

class ExportedBuffer final : public ExportedThing<Buffer> {
 public:
  using ExportedThing::ExportedThing;
  Result<int> file(std::size_t length) const override;
  std::optional<std::uint64_t> size() const override { return object->size; }
};

class ExportedSyncobj final : public ExportedThing<Syncobj> {
 public:
  using ExportedThing::ExportedThing;
};

class ExportedFence final : public ExportedThing<Fence> {
 public:
  using ExportedThing::ExportedThing;
  std::optional<FenceStatus> fence_status() const override;
};

}  // namespace vc7::drm::simulated
