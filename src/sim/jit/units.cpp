// SPDX-License-Identifier: MIT
#include "units.hpp"

#include <algorithm>
#include <unordered_map>

#include <vc7/isa/condition.hpp>

namespace vc7::sim::jit {
namespace {

using interp::Block;

/// Strongly connected components of the blocks: Tarjan's algorithm, without recursion, because
/// programs may chain many thousand blocks.
class Components {
 public:
  explicit Components(std::vector<std::vector<std::uint32_t>> edges)
      : edges_{std::move(edges)}, nodes_(edges_.size()) {}

  std::vector<std::vector<std::uint32_t>> run() {
    for (std::uint32_t n = 0; n < nodes_.size(); ++n)
      if (nodes_[n].number == 0) visit(n);
    return std::move(components_);
  }

 private:
  struct Node {
    std::uint32_t number = 0, low = 0;
    std::size_t edge = 0;
    bool open = false;
  };

  void enter(std::uint32_t n) {
    nodes_[n].number = nodes_[n].low = ++count_;
    nodes_[n].open = true;
    path_.push_back(n);
    stack_.push_back(n);
  }

  void visit(std::uint32_t root) {
    enter(root);
    while (!path_.empty()) {
      const std::uint32_t n = path_.back();
      Node& node = nodes_[n];
      if (node.edge < edges_[n].size()) {
        const std::uint32_t to = edges_[n][node.edge++];
        if (nodes_[to].number == 0)
          enter(to);
        else if (nodes_[to].open)
          node.low = std::min(node.low, nodes_[to].number);
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) nodes_[path_.back()].low = std::min(nodes_[path_.back()].low, node.low);
      if (node.low == node.number) close(n);
    }
  }

  void close(std::uint32_t root) {
    auto& component = components_.emplace_back();
    for (std::uint32_t n = ~root; n != root;) {
      n = stack_.back();
      stack_.pop_back();
      nodes_[n].open = false;
      component.push_back(n);
    }
  }

  std::vector<std::vector<std::uint32_t>> edges_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> path_, stack_;
  std::uint32_t count_ = 0;
  std::vector<std::vector<std::uint32_t>> components_;
};

bool jumps(Action action) { return action == Action::branch || action == Action::link; }

/// Ranges of instruction addresses that a jump backwards goes around.
struct Range {
  std::uint32_t first, last;
};

class Weights {
 public:
  explicit Weights(std::vector<Range> ranges) : ranges_{std::move(ranges)} {}
  std::uint64_t at(std::uint32_t address) const {
    unsigned depth = 0;
    for (const Range& r : ranges_) depth += address >= r.first && address <= r.last ? 1 : 0;
    return std::uint64_t{1} << 4 * std::min(depth, 8u);
  }

 private:
  std::vector<Range> ranges_;
};

}  // namespace

int written_slot(const MicroOp& op, Action action) {
  switch (action) {
    case Action::alu:
    case Action::copy:
    case Action::ldtmu:
    case Action::ldunif:
    case Action::ldunifa: return op.dst;
    case Action::rep:
    case Action::quad: return 0;
    default: return -1;
  }
}

bool is_arithmetic(Fast op) {
  return op == Fast::fadd || op == Fast::faddnf || op == Fast::fsub || op == Fast::fcmp ||
         op == Fast::fmul;
}

/// Number of operations of a block up to its last jump within the unit.
static std::size_t loop_part(const Unit& unit, const Block& block, const Actions& actions) {
  std::size_t end = 0;
  const MicroOp* target = nullptr;
  for (std::size_t n = 0; n < block.ops.size(); ++n) {
    const Action action = actions.of(block.ops[n]).action;
    if (jumps(action)) target = block.ops[n].target;
    if (action != Action::commit && action != Action::link) continue;
    const bool inside = std::any_of(unit.blocks.begin(), unit.blocks.end(),
                                    [&](const Block* b) { return b->ops.data() == target; });
    if (inside) end = n + 1;
  }
  return end;
}

static void find_floats(Unit& unit, const Actions& actions) {
  std::array<bool, slots> others{};
  for (const Block* block : unit.blocks) {
    const std::size_t end = loop_part(unit, *block, actions);
    for (std::size_t n = 0; n < end; ++n) {
      const MicroOp& op = block->ops[n];
      const Meaning meaning = actions.of(op);
      const int slot = written_slot(op, meaning.action);
      if (slot < 0) continue;
      const bool plain = is_arithmetic(meaning.fast) && meaning.variant == Variant::plain;
      (plain ? unit.floats : others)[static_cast<unsigned>(slot)] = true;
    }
  }
  for (unsigned slot = 0; slot < slots; ++slot)
    unit.floats[slot] = unit.floats[slot] && !others[slot] && slot < interp::slot_temp;
}

bool feeds_lanes(const MicroOp& rep, const MicroOp& next, const Actions& actions) {
  const Meaning meaning = actions.of(next);
  const bool immediate = next.b >= interp::slot_immediate && next.b < interp::slot_lane;
  return rep.condition == 0 && actions.of(rep).action == Action::rep && rep.a != 0 &&
         rep.a < slots && meaning.fast == Fast::rot && meaning.variant == Variant::plain &&
         next.a == rep.a && next.dst == rep.a && immediate;
}

/// How much is gained if flag A is in a vector. A branch waits for nothing; a result that depends
/// on the flag does, if the flag comes to it by way of a general register.
static unsigned flag_uses(const MicroOp& op, Action action) {
  if (action != Action::alu) return 0;
  const auto c = static_cast<isa::Condition>(op.write_condition);
  const bool selects = c == isa::Condition::ifa || c == isa::Condition::ifna;
  return (op.flag_op != 0 ? 1 : 0) + (selects ? 2 : 0);
}

/// What feeds_lanes finds needs no host registers.
static void count_uses(Unit& unit, const Block& block, const Actions& actions,
                       const Weights& weights) {
  bool rf0_in_memory = false;
  std::uint64_t weight = 0;
  const auto use = [&](unsigned slot) {
    if (slot < slots && !(slot == 0 && rf0_in_memory)) unit.uses[slot] += weight;
  };
  for (std::size_t n = 0; n < block.ops.size(); ++n) {
    const MicroOp& op = block.ops[n];
    weight = weights.at(block.address + 8 * op.index);
    const Action action = actions.of(op).action;
    unit.flag_uses += flag_uses(op, action) * weight;
    const int to = written_slot(op, action);
    if (to >= 0) unit.written[static_cast<unsigned>(to)] = true;
    if (n + 1 < block.ops.size() && feeds_lanes(op, block.ops[n + 1], actions)) {
      rf0_in_memory = true;
      unit.written[op.a] = true;
      ++n;
      continue;
    }
    const bool reads = action == Action::alu || action == Action::copy || action == Action::rep ||
                       action == Action::quad || action == Action::tmud || action == Action::tmua ||
                       action == Action::tmuc;
    if (reads) use(op.a);
    if (action == Action::alu) use(op.b);
    if (to < 0) continue;
    if (to == 0) rf0_in_memory = false;
    use(static_cast<unsigned>(to));
  }
}

std::vector<Unit> find_units(std::deque<Block>& blocks, std::size_t first, const Actions& actions) {
  std::unordered_map<const MicroOp*, std::uint32_t> number;
  for (std::size_t n = first; n < blocks.size(); ++n)
    number.emplace(blocks[n].ops.data(), static_cast<std::uint32_t>(n - first));
  std::vector<std::vector<std::uint32_t>> edges(blocks.size() - first);
  std::vector<Range> ranges;
  for (std::size_t n = 0; n < edges.size(); ++n) {
    const Block& block = blocks[first + n];
    for (const MicroOp& op : block.ops) {
      if (!jumps(actions.of(op).action) || op.target == nullptr) continue;
      const auto to = number.find(op.target);
      if (to == number.end()) continue;
      edges[n].push_back(to->second);
      const std::uint32_t from = block.address + 8 * op.index;
      const std::uint32_t target = blocks[first + to->second].address;
      if (target > from) continue;
      const bool known = std::any_of(ranges.begin(), ranges.end(), [&](const Range& r) {
        return r.first == target && r.last == from + 24;
      });
      if (!known && ranges.size() < 64) ranges.push_back({target, from + 24});
    }
  }
  const Weights weights{std::move(ranges)};
  const auto copy_of_edges = edges;
  std::vector<Unit> units;
  for (const auto& component : Components{std::move(edges)}.run()) {
    Unit& unit = units.emplace_back();
    for (const std::uint32_t n : component) unit.blocks.push_back(&blocks[first + n]);
    const auto& own = copy_of_edges[component.front()];
    unit.loop =
        component.size() > 1 || std::find(own.begin(), own.end(), component.front()) != own.end();
    for (const Block* block : unit.blocks) count_uses(unit, *block, actions, weights);
    if (unit.loop) find_floats(unit, actions);
  }
  return units;
}

}  // namespace vc7::sim::jit
