// SPDX-License-Identifier: MIT
//
// Fences, and syncobjs whose fences are points of a timeline (dma_fence_chain of the kernel).
#pragma once

#include <cstdint>
#include <deque>
#include <forward_list>
#include <memory>

#include <vc7/sim/machine.hpp>

namespace vc7::drm::simulated {

class Timeline;
/// A list, as one goes on where another ends without asking for memory.
using Timelines = std::forward_list<std::shared_ptr<Timeline>>;

/// Becomes done once and stays so. Guarded by the mutex of the device.
struct Fence {
  bool done = false;
  int error = 0;                                 ///< positive errno
  std::shared_ptr<const sim::JobResult> report;  ///< of a job that was executed
  Timelines timelines;                           ///< that have a point which waits for this

  /// Makes it done, and the points of timelines that it held back.
  void signal(int with_error = 0, std::shared_ptr<const sim::JobResult> with_report = nullptr);
};

/// Points in the order in which they were added; each is reached when its own fence is done and
/// those before it are reached.
class Timeline {
 public:
  /// Adds a point that `wanted` will reach; the fence of the point. A point that is not beyond the
  /// last one gets the number of that one, as in the kernel.
  static std::shared_ptr<Fence> add(const std::shared_ptr<Timeline>& to, std::uint64_t point,
                                    const std::shared_ptr<Fence>& wanted);
  /// The fence of the first point from `point` on; null if there is none yet.
  std::shared_ptr<Fence> find(std::uint64_t point) const;
  /// The last point that is reached; 0: none.
  std::uint64_t reached() const;
  std::uint64_t last() const { return last_; }
  /// The fence of the last point is this one.
  bool ends_with(const std::shared_ptr<Fence>& fence) const {
    return fence && end_.lock() == fence;
  }

 private:
  friend struct Fence;
  struct Point {
    std::uint64_t number;
    std::uint64_t before;  ///< number of the point before it; 0 for the first
    std::shared_ptr<Fence> wanted, reached;
  };
  static void go_on(Timelines timelines);

  std::deque<Point> pending_;  // not reached
  std::uint64_t last_ = 0;
  std::weak_ptr<Fence> end_;
};

/// A box for a fence.
struct Syncobj {
  std::shared_ptr<Fence> fence;
  /// What `fence` is the last point of; out of use once another fence is put in.
  std::shared_ptr<Timeline> timeline;

  /// Null if it has no points.
  Timeline* points() const {
    return timeline && timeline->ends_with(fence) ? timeline.get() : nullptr;
  }
  /// The fence of a point, 0: the fence that is in it; null if there is none yet.
  std::shared_ptr<Fence> find(std::uint64_t point) const;
  void add(std::uint64_t point, const std::shared_ptr<Fence>& wanted);
};

}  // namespace vc7::drm::simulated
