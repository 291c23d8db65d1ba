// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

namespace vc7::drm::simulated {

/// The names that one open file has for objects: the lowest free number from 1 on, as the kernel
/// gives them, so that a stale handle soon names something else here as well.
template <class T>
class Handles {
 public:
  std::uint32_t add(std::shared_ptr<T> object) {
    std::uint32_t handle = lowest_;
    objects_.emplace(handle, std::move(object));
    while (objects_.contains(lowest_)) ++lowest_;
    return handle;
  }

  /// Null if the handle is unknown.
  std::shared_ptr<T> find(std::uint32_t handle) const {
    const auto found = objects_.find(handle);
    return found == objects_.end() ? nullptr : found->second;
  }

  bool has(const std::shared_ptr<T>& object) const {
    return std::ranges::any_of(objects_, [&](const auto& entry) { return entry.second == object; });
  }

  /// Forgets the handle and returns what it named; null if it is unknown.
  std::shared_ptr<T> take(std::uint32_t handle) {
    auto found = objects_.extract(handle);
    if (found.empty()) return nullptr;
    lowest_ = std::min(lowest_, handle);
    return std::move(found.mapped());
  }

 private:
  std::map<std::uint32_t, std::shared_ptr<T>> objects_;
  std::uint32_t lowest_ = 1;  // no smaller number is free
};

}  // namespace vc7::drm::simulated
