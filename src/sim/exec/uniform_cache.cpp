// SPDX-License-Identifier: MIT
#include "uniform_cache.hpp"

namespace vc7::sim {

// Guest code of another thread may store to the line while it is copied, as on the device.
__attribute__((no_sanitize_thread)) static void fill(UniformCache::Line& line,
                                                     const volatile std::uint32_t* words) {
  for (std::size_t i = 0; i < line.size(); ++i) line[i] = words[i];
}

const UniformCache::Line* UniformCache::line(std::uint32_t address) {
  const std::uint32_t start = address & ~(line_bytes - 1);
  const std::lock_guard lock{mutex_};
  if (const auto found = index_.find(start); found != index_.end()) return found->second;
  if (!memory_.mapped(start, line_bytes)) return nullptr;
  Line& line = lines_.emplace_back();
  fill(line, reinterpret_cast<const volatile std::uint32_t*>(memory_.at(start)));
  index_.emplace(start, &line);
  return &line;
}

}  // namespace vc7::sim
