// SPDX-License-Identifier: MIT
#include "flow.hpp"

#include <algorithm>
#include <functional>

namespace vc7::verify {

namespace {

template <class Set>
bool add(Set& to, Set more) {
  const Set old = to;
  to = static_cast<Set>(to | more);
  return to != old;
}

std::uint8_t narrow(unsigned value) { return static_cast<std::uint8_t>(value); }

}  // namespace

bool State::join(const State& other) {
  if (modes == 0) {  // not reached before
    *this = other;
    return other.modes != 0;
  }
  bool changed = add(modes, other.modes);
  changed |= add(written, other.written);
  changed |= add(unifa, other.unifa);
  changed |= add(vary, other.vary);
  changed |= add(flags, other.flags);
  changed |= add(rtop, other.rtop);
  changed |= add(barrier, other.barrier);
  changed |= add(rf0, other.rf0);
  changed |= add(link, other.link);
  changed |= tmu.join(other.tmu);
  return changed;
}

Flow::Flow(std::span<const std::uint64_t> words, const Options& options) : options_{options} {
  facts_.reserve(words.size());
  for (const std::uint64_t word : words) facts_.emplace_back(word);
  for (std::size_t i = 0; i < facts_.size(); ++i)
    if (const auto* branch = facts_[i].branch(); branch != nullptr && branch->set_link)
      return_points_.push_back(i + 4);
  states_.resize(words.size());
  waiting_.resize(words.size());
  run();
}

Targets Flow::targets(std::size_t index) const {
  const isa::BranchInstruction& branch = *facts_[index].branch();
  Targets targets;
  if (branch.target == isa::BranchTarget::reg) {
    targets.unknown = true;
  } else if (branch.target == isa::BranchTarget::link) {
    targets.inside = return_points_;
    targets.no_link = return_points_.empty();
    std::erase_if(targets.inside, [&](std::size_t i) { return i >= size(); });
  } else {
    // Addresses have 32 bits and wrap.
    const std::uint32_t base = options_.base_address;
    const std::uint32_t behind = base + 8 * static_cast<std::uint32_t>(index + 4);
    const bool relative = branch.target == isa::BranchTarget::relative;
    targets.address = branch.offset + (relative ? behind : 0);
    const std::uint32_t distance = targets.address - base;
    if (distance % 8 == 0 && distance / 8 < size())
      targets.inside.push_back(distance / 8);
    else
      targets.outside = true;
  }
  return targets;
}

ModeStep Flow::mode_step(ModeSet modes, const Facts& facts) const {
  ModeStep step;
  if (!facts.decoded) return step;
  const bool single = options_.single_segment;
  const bool is_branch = facts.branch() != nullptr;
  for_each(modes, [&](Mode m) {
    const ModeSet here = bit(m);
    if (is_branch && m.slot != 0) {
      step.branch_in_branch |= here;
      return;
    }
    if (is_branch && m.after != After::nothing) {
      step.branch_in_switch |= here;
      return;
    }
    if (facts.thrsw && m.slot != 0) {
      step.switch_in_branch |= here;
      return;
    }
    if (facts.thrsw && m.after == After::pair) {
      step.third_switch |= here;
      return;
    }
    if (facts.thrsw && m.after == After::one && m.announced && !single) {
      step.second_announcement |= here;
      return;
    }
    if (ends(m, single)) {
      step.ending |= here;
      return;
    }
    if (completes(m)) step.switching |= here;
    if (m.after == After::one) {
      m.after = facts.thrsw ? After::pair : After::two;
      if (facts.thrsw && !single) m.announced = true;
    } else {
      m.after = facts.thrsw ? After::one : After::nothing;
    }
    const bool jumps = m.slot == 3;
    m.slot = is_branch ? 1 : m.slot == 0 || jumps ? 0 : m.slot + 1;
    (jumps ? step.jump : step.fall) |= bit(m);
  });
  return step;
}

State Flow::after(std::size_t i, const ModeStep& step) const {
  State s = states_[i];
  const Facts& f = facts_[i];
  s.written |= f.writes;
  s.unifa = narrow((s.unifa & 17u) | (s.unifa & 6u) << 1 | (s.unifa & 8u) >> 3);
  if (f.unifa) s.unifa = 2;
  s.vary = f.ldvary ? 2 : 1;
  if (f.pushes)
    s.flags = pushed;
  else if (f.changes_flags)
    s.flags |= pushed;
  if (f.multop) s.rtop = rtop_set;
  if (f.umul24) s.rtop = rtop_empty;
  if (f.barrier) s.barrier = barrier_pending;
  if ((f.writes & 1) != 0)
    s.rf0 = f.hidden_rf0 && !f.to.signal.magic && f.alu() != nullptr ? rf0_at_risk : rf0_safe;
  s.tmu = tmu_step(s.tmu, f, limits()).after;
  const Share switched = share(step.switching, s.modes);
  if (switched != Share::none) {
    const auto lose = [&](std::uint8_t& set, unsigned from, unsigned to) {
      const unsigned lost = (set & from) != 0 ? (set & ~from) | to : set;
      set = narrow(switched == Share::all ? lost : set | lost);
    };
    lose(s.flags, pushed, pushed_before_switch);
    lose(s.rtop, rtop_set, rtop_lost);
    lose(s.barrier, barrier_pending, no_barrier);
    lose(s.rf0, rf0_at_risk, rf0_safe);
  }
  return s;
}

void Flow::arrive(std::size_t i, const State& state) {
  if (!states_[i].join(state) || waiting_[i]) return;
  waiting_[i] = true;
  heap_.push_back(i);
  std::push_heap(heap_.begin(), heap_.end(), std::greater{});
}

void Flow::run() {
  if (options_.entry >= size()) return;
  State start;
  start.modes = bit({0, false, After::nothing});
  start.written = register_bit(2) | register_bit(3);  // v3d71 §13.3
  arrive(options_.entry, start);
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater{});
    const std::size_t i = heap_.back();
    heap_.pop_back();
    waiting_[i] = false;

    const ModeStep modes = step(i);
    if (modes.ending != 0) reaches_end_ = true;
    if (!facts_[i].decoded || modes.refused() != 0) breaks_off_ = true;
    if ((modes.fall | modes.jump) == 0) continue;
    State next = after(i, modes);
    ModeSet fall = modes.fall;
    if (modes.jump != 0) {
      const Targets to = targets(i - 3);
      if (facts_[i - 3].branch()->condition != isa::BranchCondition::always) fall |= modes.jump;
      if (to.unknown) known_ = false;
      next.modes = modes.jump;
      const std::uint8_t link = next.link;
      if (facts_[i - 3].branch()->set_link) next.link = 2;
      for (const std::size_t target : to.inside) arrive(target, next);
      next.link = link;
    }
    next.modes = fall;
    if (fall != 0 && i + 1 < size()) arrive(i + 1, next);
  }
}

}  // namespace vc7::verify
