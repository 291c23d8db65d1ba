// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace vc7::sim::timing {

/// The tags of a set-associative cache; the line that was used longest ago goes first. All bits of
/// an address choose the set: matrix products on a Pi 5 take as long with rows of 8192 bytes as
/// with others, so lines that are a power of two apart do not meet in one set.
class Cache {
 public:
  struct Line {
    std::uint64_t number = ~std::uint64_t{0};  ///< address / line size
    std::uint64_t ready = 0;                   ///< when its data is there
    std::uint64_t used = 0;
    bool dirty = false;
  };

  Cache(std::uint32_t bytes, std::uint32_t line)
      : line_{line},
        line_shift_{std::has_single_bit(line) ? std::countr_zero(line) : -1},
        sets_{std::bit_floor(std::max(bytes / line / ways, 1u))},
        set_shift_{std::countr_zero(sets_)},
        lines_(sets_ * ways) {}

  /// Of the line that an address is in.
  std::uint32_t number_of(std::uint32_t address) const {
    return line_shift_ >= 0 ? address >> line_shift_ : address / line_;
  }

  /// Null if it is not there.
  Line* find(std::uint64_t number) {
    Line* const set = &lines_[first_way(number)];
    for (unsigned way = 0; way < ways; ++way)
      if (set[way].number == number) {
        set[way].used = ++clock_;
        return &set[way];
      }
    return nullptr;
  }
  /// The line that has to go for it. The caller overwrites it.
  Line& victim(std::uint64_t number) {
    Line* const set = &lines_[first_way(number)];
    Line& line = *std::min_element(set, set + ways,
                                   [](const Line& a, const Line& b) { return a.used < b.used; });
    line.used = ++clock_;
    return line;
  }
  const std::vector<Line>& lines() const { return lines_; }

 private:
  static constexpr unsigned ways = 4;
  std::size_t first_way(std::uint64_t number) const {
    return ((number ^ number >> set_shift_ ^ number >> 2 * set_shift_) & (sets_ - 1)) * ways;
  }

  std::uint32_t line_;
  int line_shift_;  ///< -1: the size is no power of two
  std::uint32_t sets_;
  int set_shift_;
  std::vector<Line> lines_;
  std::uint64_t clock_ = 0;
};

/// Something that serves one request after the other.
class Server {
 public:
  /// Takes it for some time from `now` on, or when it is free. When that begins.
  std::uint64_t reserve(std::uint64_t now, std::uint64_t time) {
    const std::uint64_t start = std::max(now, free_);
    free_ = start + time;
    return start;
  }
  std::uint64_t free_at() const { return free_; }

 private:
  std::uint64_t free_ = 0;
};

}  // namespace vc7::sim::timing
