// SPDX-License-Identifier: MIT
#include "names.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace vc7::text {

unsigned distance(std::string_view a, std::string_view b) {
  constexpr std::size_t longest = 40;  // no name is near to anything longer
  if (a.size() > longest || b.size() > longest) return longest;
  std::vector<unsigned> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<unsigned>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = static_cast<unsigned>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const unsigned replaced = row[j - 1] + (a[i - 1] != b[j - 1] ? 1u : 0u);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row[b.size()];
}

std::string Nearest::hint() const {
  // Two changes make any two short names equal.
  if (name_.empty() || best_ >= wanted_.size() || (best_ == 2 && wanted_.size() < 4)) return {};
  return fmt::format("; did you mean `{}`?", name_);
}

}  // namespace vc7::text
