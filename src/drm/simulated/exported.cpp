// SPDX-License-Identifier: MIT
#include "exported.hpp"

#include <cerrno>
#include <new>

#include "node.hpp"

namespace vc7::drm {
namespace simulated {
namespace {

// Null if it is none of `device`, or something else.
template <class T>
const T* exported_by(const std::shared_ptr<SimulatedDevice>& device, const Shared& object) {
  const auto* const thing = dynamic_cast<const T*>(object.get());
  return thing != nullptr && thing->device == device ? thing : nullptr;
}

}  // namespace

Result<int> ExportedBuffer::file(std::size_t length) const {
  if (length == 0 || length > object->size) return Failure{EINVAL, "mmap"};
  return object->copy_file();
}

std::optional<FenceStatus> ExportedFence::fence_status() const {
  const auto lock = device->lock();
  return FenceStatus{object->done, object->error};
}

Result<Shared> SimulatedNode::export_bo(BoHandle bo) {
  auto buffer = find_buffer(bo);
  if (!buffer) return Failure{ENOENT, "prime_handle_to_fd"};
  return Shared{std::make_shared<ExportedBuffer>(device_, std::move(buffer))};
}

Result<BoHandle> SimulatedNode::import_bo(const Shared& object) {
  const auto* const buffer = exported_by<ExportedBuffer>(device_, object);
  if (buffer == nullptr) return Failure{EINVAL, "prime_fd_to_handle"};
  const auto lock = device_->lock();
  if (const auto known = client_->buffers.name_of(buffer->object)) return known;
  return client_->buffers.add(buffer->object);
}

Result<Shared> SimulatedNode::export_syncobj(SyncobjHandle handle) {
  const auto lock = device_->lock();
  auto syncobj = find_syncobj(handle);
  if (!syncobj) return Failure{EINVAL, "syncobj_handle_to_fd"};
  return Shared{std::make_shared<ExportedSyncobj>(device_, std::move(syncobj))};
}

Result<SyncobjHandle> SimulatedNode::import_syncobj(const Shared& object) {
  const auto* const syncobj = exported_by<ExportedSyncobj>(device_, object);
  if (syncobj == nullptr) return Failure{EINVAL, "syncobj_fd_to_handle"};
  const auto lock = device_->lock();
  return client_->syncobjs.add(syncobj->object);
}

Result<Shared> SimulatedNode::export_fence(SyncobjHandle handle) {
  const auto lock = device_->lock();
  const auto syncobj = find_syncobj(handle);
  if (!syncobj) return Failure{ENOENT, "syncobj_handle_to_fd"};
  if (!syncobj->fence) return Failure{EINVAL, "syncobj_handle_to_fd"};
  return Shared{std::make_shared<ExportedFence>(device_, syncobj->fence)};
}

Result<void> SimulatedNode::import_fence(SyncobjHandle handle, const Shared& object) {
  const auto* const fence = exported_by<ExportedFence>(device_, object);
  if (fence == nullptr) return Failure{EINVAL, "syncobj_fd_to_handle"};
  return replace_fences({&handle, 1}, fence->object, "syncobj_fd_to_handle");
}

namespace {

template <class T, class Call>
Result<T> on_simulated(Node& node, Call call) try {
  if (auto* const simulated = dynamic_cast<SimulatedNode*>(&node)) return call(*simulated);
  return Failure{ENODEV, "a node that is not simulated"};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "export or import"};
}

}  // namespace
}  // namespace simulated

using simulated::on_simulated;

Result<int> Exported::file(std::size_t) const { return Failure{ENODEV, "mmap"}; }

Result<Shared> export_bo(Node& node, BoHandle bo) {
  return on_simulated<Shared>(node, [&](auto& n) { return n.export_bo(bo); });
}
Result<BoHandle> import_bo(Node& node, const Shared& object) {
  return on_simulated<BoHandle>(node, [&](auto& n) { return n.import_bo(object); });
}
Result<Shared> export_syncobj(Node& node, SyncobjHandle syncobj) {
  return on_simulated<Shared>(node, [&](auto& n) { return n.export_syncobj(syncobj); });
}
Result<SyncobjHandle> import_syncobj(Node& node, const Shared& object) {
  return on_simulated<SyncobjHandle>(node, [&](auto& n) { return n.import_syncobj(object); });
}
Result<Shared> export_fence(Node& node, SyncobjHandle syncobj) {
  return on_simulated<Shared>(node, [&](auto& n) { return n.export_fence(syncobj); });
}
Result<void> import_fence(Node& node, SyncobjHandle syncobj, const Shared& object) {
  return on_simulated<void>(node, [&](auto& n) { return n.import_fence(syncobj, object); });
}

}  // namespace vc7::drm
