// SPDX-License-Identifier: MIT
//
// Timeline calls of the simulated node: of the DRM core, as syncobjs.cpp.
#include <algorithm>
#include <cerrno>
#include <new>

#include "node.hpp"

namespace vc7::drm::simulated {

bool SimulatedNode::lacks_timelines() const { return !device_->kernel().timelines; }

Result<std::uint32_t> SimulatedNode::syncobj_timeline_wait(std::span<const SyncobjHandle> handles,
                                                           std::span<const std::uint64_t> points,
                                                           std::uint64_t timeout_ns,
                                                           SyncobjWait how) {
  if (lacks_timelines()) return Failure{EOPNOTSUPP, "syncobj_timeline_wait"};
  if (points.size() != handles.size()) return Failure{EINVAL, "syncobj_timeline_wait"};
  return wait_for(handles, points, timeout_ns, how, "syncobj_timeline_wait");
}

Result<void> SimulatedNode::syncobj_timeline_signal(std::span<const SyncobjHandle> handles,
                                                    std::span<const std::uint64_t> points) try {
  const auto failure = [](int code) { return Failure{code, "syncobj_timeline_signal"}; };
  if (lacks_timelines()) return failure(EOPNOTSUPP);
  if (handles.empty() || points.size() != handles.size()) return failure(EINVAL);
  auto done = std::make_shared<Fence>();
  done->done = true;
  const auto lock = device_->lock();
  for (const auto handle : handles)
    if (!find_syncobj(handle)) return failure(ENOENT);
  for (std::size_t i = 0; i < handles.size(); ++i) find_syncobj(handles[i])->add(points[i], done);
  device_->changed();
  return {};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "syncobj_timeline_signal"};
}

Result<std::vector<std::uint64_t>>
SimulatedNode::syncobj_query(std::span<const SyncobjHandle> handles, bool last_submitted) try {
  const auto failure = [](int code) { return Failure{code, "syncobj_query"}; };
  if (lacks_timelines()) return failure(EOPNOTSUPP);
  if (handles.empty()) return failure(EINVAL);
  const auto lock = device_->lock();
  std::vector<std::uint64_t> points;
  for (const auto handle : handles) {
    const auto syncobj = find_syncobj(handle);
    if (!syncobj) return failure(ENOENT);
    const auto* const timeline = syncobj->points();
    points.push_back(timeline == nullptr ? 0
                     : last_submitted    ? timeline->last()
                                         : timeline->reached());
  }
  return points;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "syncobj_query"};
}

Result<void> SimulatedNode::syncobj_transfer(TimelinePoint from, TimelinePoint to) try {
  const auto failure = [](int code) { return Failure{code, "syncobj_transfer"}; };
  if (lacks_timelines()) return failure(EOPNOTSUPP);
  const auto lock = device_->lock();
  const auto source = find_syncobj(from.syncobj), target = find_syncobj(to.syncobj);
  if (!source || !target) return failure(ENOENT);
  const auto fence = source->find(from.point);
  if (!fence) return failure(EINVAL);
  if (to.point != 0)
    target->add(to.point, fence);
  else
    target->fence = fence;
  device_->changed();
  return {};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "syncobj_transfer"};
}

Result<std::uint64_t> SimulatedNode::get_cap(std::uint64_t capability) {
  // Of a driver without screens the kernel knows no others.
  constexpr std::uint64_t prime = 0x5, timestamp_monotonic = 0x6, syncobj = 0x13, timeline = 0x14;
  constexpr std::uint64_t import_and_export = 3;
  switch (capability) {
    case prime: return import_and_export;
    case timestamp_monotonic: return std::uint64_t{1};
    case syncobj: return std::uint64_t{1};
    case timeline: return std::uint64_t{lacks_timelines() ? 0u : 1u};
    default: return Failure{EOPNOTSUPP, "get_cap"};
  }
}

}  // namespace vc7::drm::simulated
