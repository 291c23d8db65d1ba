// SPDX-License-Identifier: MIT
//
// The longest run of a batch: the longest path, where an instruction inside loops counts as often
// as they run.
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "site.hpp"

namespace vc7::verify {
namespace {

// A node is an instruction together with the branch slot in which it executes.
constexpr std::size_t slots = 4;
constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return a > largest - b ? largest : a + b; }
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > largest / b ? largest : a * b;
}

class LongestRun {
 public:
  explicit LongestRun(const Flow& flow) : flow_{flow}, colour_(flow.size() * slots) {}

  Length find() {
    Length length;
    length.known = flow_.known();
    if (flow_.options().entry >= flow_.size()) return length;
    search(flow_.options().entry * slots);
    const std::uint64_t trips = flow_.options().trip_count.value_or(1);
    if (!back_.empty() && !flow_.options().trip_count)
      length.loop_at = std::ranges::min_element(back_, {}, &Edge::to)->to / slots;
    length.instructions = longest(weights(trips));
    return length;
  }

 private:
  enum : std::uint8_t { white, open, done };
  struct Edge {
    std::size_t from, to;
  };

  template <class Use>
  void for_each_successor(std::size_t node, Use use) const {
    const std::size_t i = node / slots;
    const auto slot = static_cast<unsigned>(node % slots);
    if (!flow_.facts(i).decoded) return;
    const auto modes = select(flow_.before(i).modes, [&](Mode m) { return m.slot == slot; });
    if ((modes & ~flow_.step(i).ending) == 0) return;
    const bool is_branch = flow_.facts(i).branch() != nullptr;
    if (is_branch && slot != 0) return;
    const auto fall = [&](std::size_t next_slot) {
      if (i + 1 < flow_.size()) use((i + 1) * slots + next_slot);
    };
    if (slot != 3) return fall(is_branch ? 1 : slot == 0 ? 0 : slot + 1);
    if (flow_.facts(i - 3).branch()->condition != isa::BranchCondition::always) fall(0);
    for (const std::size_t target : flow_.targets(i - 3).inside) use(target * slots);
  }

  /// Depth first, without recursion; leaves the nodes in order_, last ones first.
  void search(std::size_t root) {
    struct Frame {
      std::size_t node;
      std::size_t first;  ///< in `next`: the successors that have not been looked at
    };
    std::vector<Frame> stack;
    std::vector<std::size_t> next;
    const auto enter = [&](std::size_t node) {
      colour_[node] = open;
      stack.push_back({node, next.size()});
      for_each_successor(node, [&](std::size_t to) { next.push_back(to); });
    };
    enter(root);
    while (!stack.empty()) {
      const Frame frame = stack.back();
      if (next.size() == frame.first) {
        colour_[frame.node] = done;
        order_.push_back(frame.node);
        stack.pop_back();
        continue;
      }
      const std::size_t to = next.back();
      next.pop_back();
      if (colour_[to] == open)
        back_.push_back({frame.node, to});
      else if (colour_[to] == white)
        enter(to);
    }
  }

  /// How often each instruction runs: a loop is what lies between the ends of a backward edge.
  std::vector<std::uint64_t> weights(std::uint64_t trips) const {
    std::vector<std::uint64_t> weight(flow_.size(), 1);
    if (back_.empty() || trips == 1) return weight;
    std::vector<std::int64_t> depth(flow_.size() + 1);
    for (const Edge& edge : back_) {
      const auto [first, last] = std::minmax({edge.from / slots, edge.to / slots});  // by value
      ++depth[first];
      --depth[last + 1];
    }
    std::int64_t now = 0;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      now += depth[i];
      for (std::int64_t k = 0; k < now && weight[i] != largest && trips != 0; ++k)
        weight[i] = times(weight[i], trips);
    }
    return weight;
  }

  std::uint64_t longest(const std::vector<std::uint64_t>& weight) const {
    std::vector<std::uint64_t> run(colour_.size());
    std::vector<bool> finished(colour_.size());
    for (const std::size_t node : order_) {
      std::uint64_t best = 0;
      for_each_successor(node, [&](std::size_t to) {
        if (finished[to]) best = std::max(best, run[to]);  // others are backward
      });
      run[node] = plus(best, weight[node / slots]);
      finished[node] = true;
    }
    return order_.empty() ? 0 : run[order_.back()];
  }

  const Flow& flow_;
  std::vector<std::uint8_t> colour_;
  std::vector<std::size_t> order_;
  std::vector<Edge> back_;
};

constexpr double seconds_per_instruction = 4 / 960e6;
constexpr double limit_milliseconds = 500;

}  // namespace

double Length::milliseconds() const {
  return static_cast<double>(instructions) * seconds_per_instruction * 1e3;
}

Length longest_run(const Flow& flow) { return LongestRun{flow}.find(); }

void check_R50(const Length& length, Findings& findings) {
  if (length.known && !length.loop_at && length.milliseconds() > limit_milliseconds)
    findings.add(Rule::R50, 0,
                 fmt::format("a batch may run for {:.0f} ms ({} instructions); the kernel resets a "
                             "GPU of which no batch ends within 500 ms",
                             length.milliseconds(), length.instructions));
}

std::string describe(const Length& length) {
  if (!length.known)
    return "longest run of a batch: unknown, a branch goes to an address in a register";
  if (length.loop_at)
    return fmt::format("longest run of a batch: unbounded, loop at instruction {}; {} instructions "
                       "with one trip",
                       *length.loop_at, length.instructions);
  return fmt::format("longest run of a batch: {} instructions, {:.3g} ms at 4 clocks each and "
                     "960 MHz",
                     length.instructions, length.milliseconds());
}

}  // namespace vc7::verify
