// SPDX-License-Identifier: MIT
#include <vc7/device/event.hpp>

#include <algorithm>

#include "core.hpp"

namespace vc7 {

void Event::wait() const {
  if (handle_ == nullptr) return;
  (void)handle_->core().wait(handle_->job(), {});
  handle_->core().report(handle_->job());
}

bool Event::wait_nanoseconds(std::chrono::nanoseconds limit) const {
  if (limit == std::chrono::nanoseconds::max()) return wait(), true;
  if (handle_ == nullptr) return true;
  const auto now = detail::Clock::now();
  if (!handle_->core().wait(handle_->job(), now + std::max(limit, {}))) return false;
  handle_->core().report(handle_->job());
  return true;
}

bool Event::ready() const {
  return handle_ == nullptr || handle_->core().wait(handle_->job(), detail::Clock::now());
}

std::optional<JobStatistics> Event::statistics() const {
  if (handle_ == nullptr) return {};
  return handle_->core().statistics(handle_->job());
}

}  // namespace vc7
