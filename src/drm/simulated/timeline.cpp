// SPDX-License-Identifier: MIT
#include "timeline.hpp"

#include <algorithm>
#include <utility>

namespace vc7::drm::simulated {

void Fence::signal(int with_error, std::shared_ptr<const sim::JobResult> with_report) {
  done = true;
  error = with_error;
  report = std::move(with_report);
  Timeline::go_on(std::move(timelines));
}

// A loop and no recursion: a program can make timelines wait for each other in a chain of any
// length. As in the kernel, points do not hand errors on.
void Timeline::go_on(Timelines timelines) {
  while (!timelines.empty()) {
    const auto timeline = std::move(timelines.front());
    timelines.pop_front();
    auto& pending = timeline->pending_;
    while (!pending.empty() && pending.front().wanted->done) {
      const auto reached = std::move(pending.front().reached);
      pending.pop_front();
      reached->done = true;
      timelines.splice_after(timelines.before_begin(), reached->timelines);
    }
  }
}

std::shared_ptr<Fence> Timeline::add(const std::shared_ptr<Timeline>& to, std::uint64_t point,
                                     const std::shared_ptr<Fence>& wanted) {
  auto reached = std::make_shared<Fence>();
  Timelines registration{to};  // from here on nothing may fail but the next line
  const bool beyond = point > to->last_;
  to->pending_.push_back({beyond ? point : to->last_, beyond ? to->last_ : 0, wanted, reached});
  to->last_ = to->pending_.back().number;
  to->end_ = reached;
  if (wanted->done)
    go_on(std::move(registration));
  else
    wanted->timelines.splice_after(wanted->timelines.before_begin(), registration);
  return reached;
}

std::shared_ptr<Fence> Timeline::find(std::uint64_t point) const {
  if (last_ < point) return nullptr;
  for (auto at = pending_.rbegin(); at != pending_.rend(); ++at)
    if (at->before < point) return at->reached;
  auto fence = std::make_shared<Fence>();
  fence->done = true;
  return fence;
}

std::uint64_t Timeline::reached() const {
  if (pending_.empty()) return last_;
  const auto first =
      std::find_if(pending_.rbegin(), pending_.rend(), [](const auto& p) { return p.before == 0; });
  return first == pending_.rend() ? pending_.front().before : 0;
}

std::shared_ptr<Fence> Syncobj::find(std::uint64_t point) const {
  if (point == 0) return fence;
  const auto* const with_points = points();
  return with_points != nullptr ? with_points->find(point) : nullptr;
}

void Syncobj::add(std::uint64_t point, const std::shared_ptr<Fence>& wanted) {
  if (points() == nullptr) {
    auto fresh = std::make_shared<Timeline>();
    // What was in it before comes before the first point.
    if (fence && !fence->done) Timeline::add(fresh, 0, fence);
    timeline = std::move(fresh);
  }
  fence = Timeline::add(timeline, point, wanted);
}

}  // namespace vc7::drm::simulated
