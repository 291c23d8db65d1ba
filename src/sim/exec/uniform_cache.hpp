// SPDX-License-Identifier: MIT
//
// The uniform cache: 256-byte lines, filled at the first touch by any uniform or unifa read and
// kept until the job ends, so that uniforms do not see the TMU stores of their own job (v3d71 §11).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_map>

#include <vc7/sim/memory.hpp>

namespace vc7::sim {

class UniformCache {
 public:
  static constexpr std::uint32_t line_bytes = 256;
  static constexpr std::uint32_t line_words = line_bytes / 4;
  using Line = std::array<std::uint32_t, line_words>;

  explicit UniformCache(const Memory& memory) : memory_{memory} {}

  /// The line that holds `address`, nullptr if it is not mapped. Stays valid until the cache goes.
  /// Thread-safe.
  const Line* line(std::uint32_t address);

 private:
  const Memory& memory_;
  std::mutex mutex_;
  std::unordered_map<std::uint32_t, const Line*> index_;
  std::deque<Line> lines_;
};

}  // namespace vc7::sim
