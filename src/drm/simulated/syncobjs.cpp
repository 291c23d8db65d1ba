// SPDX-License-Identifier: MIT
//
// The syncobj calls of the simulated node. They belong to the DRM core, not to v3d; v3d71 §14.3 has
// no table for them, the errors are the core's.
#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "node.hpp"

namespace vc7::drm::simulated {
namespace {

std::shared_ptr<Fence> done_fence() {
  auto fence = std::make_shared<Fence>();
  fence->done = true;
  return fence;
}

}  // namespace

std::shared_ptr<Syncobj> SimulatedNode::find_syncobj(SyncobjHandle syncobj) {
  return client_->syncobjs.find(syncobj);
}

Result<SyncobjHandle> SimulatedNode::syncobj_create(bool signalled) try {
  auto syncobj = std::make_shared<Syncobj>();
  if (signalled) syncobj->fence = done_fence();
  const auto lock = device_->lock();
  return client_->syncobjs.add(std::move(syncobj));
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "syncobj_create"};
}

Result<void> SimulatedNode::syncobj_destroy(SyncobjHandle syncobj) {
  const auto lock = device_->lock();
  if (!client_->syncobjs.take(syncobj)) return Failure{EINVAL, "syncobj_destroy"};
  return {};
}

Result<std::uint32_t> SimulatedNode::syncobj_wait(std::span<const SyncobjHandle> handles,
                                                  std::uint64_t timeout_ns, SyncobjWait how) {
  how.available = false;
  return wait_for(handles, {}, timeout_ns, how, "syncobj_wait");
}

// Without points: for the fences in the syncobjs.
Result<std::uint32_t> SimulatedNode::wait_for(std::span<const SyncobjHandle> handles,
                                              std::span<const std::uint64_t> points,
                                              std::uint64_t timeout_ns, SyncobjWait how,
                                              const char* call) try {
  if (handles.empty()) return std::uint32_t{0};
  auto lock = device_->lock();
  // The first fence that a syncobj has during the wait is the one that counts, whatever is put into
  // it later.
  struct Waited {
    std::shared_ptr<Syncobj> syncobj;
    std::uint64_t point;
    std::shared_ptr<Fence> fence;
  };
  std::vector<Waited> waited;
  for (std::size_t i = 0; i < handles.size(); ++i) {
    auto syncobj = find_syncobj(handles[i]);
    if (!syncobj) return Failure{ENOENT, call};
    const auto point = points.empty() ? 0 : points[i];
    auto fence = syncobj->find(point);
    waited.push_back({std::move(syncobj), point, std::move(fence)});
  }
  const auto empty = [](const Waited& w) { return !w.fence; };
  if (!how.for_submit && !how.available && std::ranges::any_of(waited, empty))
    return Failure{EINVAL, call};

  std::uint32_t first = 0;
  bool any = false;
  const auto ready = [&] {
    std::size_t done = 0;
    for (std::size_t i = 0; i < waited.size(); ++i) {
      auto& [syncobj, point, fence] = waited[i];
      if (!fence) fence = syncobj->find(point);
      if (!fence || (!fence->done && !how.available)) continue;
      ++done;
      if (!std::exchange(any, true)) first = static_cast<std::uint32_t>(i);
    }
    return how.all ? done == waited.size() : done != 0;
  };
  if (!device_->wait(lock, timeout_ns, ready)) return Failure{ETIME, call};
  return first;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, call};
}

Result<void> SimulatedNode::replace_fences(std::span<const SyncobjHandle> handles,
                                           std::shared_ptr<Fence> fence, const char* call) {
  if (handles.empty()) return Failure{EINVAL, call};
  const auto lock = device_->lock();
  // All or none: the kernel looks all handles up first.
  for (const auto handle : handles)
    if (!find_syncobj(handle)) return Failure{ENOENT, call};
  for (const auto handle : handles) find_syncobj(handle)->fence = fence;
  device_->changed();
  return {};
}

Result<void> SimulatedNode::syncobj_reset(std::span<const SyncobjHandle> handles) {
  return replace_fences(handles, nullptr, "syncobj_reset");
}

Result<void> SimulatedNode::syncobj_signal(std::span<const SyncobjHandle> handles) try {
  return replace_fences(handles, done_fence(), "syncobj_signal");
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "syncobj_signal"};
}

Result<FenceStatus> SimulatedNode::fence_status(SyncobjHandle handle) {
  const auto lock = device_->lock();
  const auto syncobj = find_syncobj(handle);
  if (!syncobj) return Failure{ENOENT, "fence_status"};
  if (!syncobj->fence) return Failure{EINVAL, "fence_status"};
  return FenceStatus{syncobj->fence->done, syncobj->fence->error};
}

std::shared_ptr<const sim::JobResult> SimulatedNode::report(SyncobjHandle handle) {
  const auto lock = device_->lock();
  const auto syncobj = find_syncobj(handle);
  return syncobj && syncobj->fence ? syncobj->fence->report : nullptr;
}

}  // namespace vc7::drm::simulated
