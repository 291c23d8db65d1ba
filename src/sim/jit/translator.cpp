// SPDX-License-Identifier: MIT
#include "translator.hpp"

#include <algorithm>

#include <vc7/isa/condition.hpp>
#include <vc7/isa/immediate.hpp>
#include <vc7/isa/modifier.hpp>

#include "access_code.hpp"

namespace vc7::sim::jit {

namespace {

bool shifts(Fast op) {
  return op == Fast::shl || op == Fast::shr || op == Fast::asr || op == Fast::ror;
}
bool is_immediate(unsigned slot) {
  return slot >= interp::slot_immediate && slot < interp::slot_lane;
}
unsigned immediate(unsigned slot) {
  return isa::small_immediate_value(slot - interp::slot_immediate);
}

bool refill(State* st, interp::Stream* stream) { return st->source->refill(*stream); }
/// Behind the copy of an operation whose handler would go on with the next by itself.
const MicroOp* stop_here(State&, const MicroOp* op) { return op; }

}  // namespace

Translator::Translator(HostCode& code, Vectors& vectors, const Actions& actions, bool barriers)
    : code_{code},
      vectors_{vectors},
      actions_{actions},
      barriers_{barriers},
      map_{vectors},
      leave_{code.label()},
      access_{code.label()} {}

// ---- units, entries, exits

void Translator::unit(const Unit& unit) {
  unit_ = &unit;
  labels_.clear();
  map_.assign(unit);
  for (interp::Block* block : unit.blocks) labels_.emplace(block->ops.data(), code_.label());
  for (interp::Block* block : unit.blocks) this->block(*block);
  for (std::size_t n = 0; n < cold_.size(); ++n) {
    map_ = cold_[n].map;
    code_.bind(cold_[n].label);
    auto write = std::move(cold_[n].write);
    write();
  }
  cold_.clear();
}

/// The State of a batch comes in as for any handler.
void Translator::entry(MicroOp* op, const asmjit::Label& to, bool canonical) {
  entries_.push_back({op, code_.label()});
  code_.bind(entries_.back().label);
  code_.enter();
  load_host_state();
  if (unit_->loop) {
    const SlotMap now = map_;
    map_.forget();
    if (canonical) map_.make_canonical(*unit_);
    const asmjit::Label bad = code_.label();
    map_.check_canonical(*unit_, bad);
    code_.jump(to);
    // The interpreter takes one more round.
    code_.bind(bad);
    vectors_.leave();
    code_.leave_to(*op);
    map_ = now;
    return;
  }
  code_.jump(to);
}

/// Leaves with t0.
void Translator::finish() {
  code_.bind(leave_);
  vectors_.leave();
  code_.leave();
  AccessCode{code_, vectors_}.write(access_);
}

void Translator::store_host_state() {
  vectors_.store_flags();
  code_.move(Reg::t0, Reg::fifo_head);
  code_.shift_right(Reg::t0, 6);
  code_.store(state_field(offsetof(State, fifo_head)), Reg::t0);
  code_.move(Reg::t0, Reg::fifo_count);
  code_.shift_right(Reg::t0, 6);
  code_.store(state_field(offsetof(State, fifo_count)), Reg::t0);
}
void Translator::load_host_state() {
  vectors_.load_flags();
  code_.load(Reg::fifo_head, state_field(offsetof(State, fifo_head)));
  code_.load(Reg::fifo_count, state_field(offsetof(State, fifo_count)));
  code_.shift_left(Reg::fifo_head, 6);
  code_.shift_left(Reg::fifo_count, 6);
}

void Translator::leave_with(const MicroOp* next) {
  map_.write_back();
  store_host_state();
  code_.set_pointer(Reg::t0, next);
  code_.jump(leave_);
}

void Translator::jump_to(const MicroOp* target) {
  const auto label = labels_.find(target);
  if (label == labels_.end()) return leave_with(target);
  if (unit_->loop) {
    map_.make_canonical(*unit_);
  } else {
    map_.write_back();
  }
  code_.jump(label->second);
}

void Translator::cold(const asmjit::Label& label, std::function<void()> write) {
  cold_.push_back({label, map_, std::move(write)});
}

/// Everything is in State before and after.
void Translator::call(const MicroOp& op) {
  map_.write_back();
  store_host_state();
  vectors_.leave();
  code_.call(op.run, &op);
  load_host_state();
  map_.forget();
}

/// Lets the handler raise the fault that the operation surely has.
void Translator::trap_at(const asmjit::Label& label, const MicroOp& op) {
  cold(label, [this, &op] {
    map_.forget();  // no register is looked at again
    call(op);
    code_.jump(leave_);
  });
}

/// An operation that cannot fault, whose handler may go on with the next one by a tail call.
void Translator::call_alu(const MicroOp& op) {
  map_.write_back();
  store_host_state();
  vectors_.leave();
  Copy& copy = copies_.emplace_back(Copy{op, MicroOp{}});
  copy[1].run = stop_here;
  code_.call(op.run, copy.data());
  load_host_state();
  map_.forget();
}

// ---- blocks

void Translator::block(interp::Block& block) {
  block_ = &block;
  branch_ = nullptr;
  ended_ = false;
  pops_ = 0;
  const asmjit::Label start = labels_.at(block.ops.data());
  if (unit_->loop)
    map_.canonical_state(*unit_);
  else
    map_.forget();
  if (actions_.of(block.ops.front()).action != Action::trap)
    entry(block.ops.data(), start, unit_->loop);
  code_.bind_aligned(start);
  for (at_ = 0; at_ < block.ops.size() && !ended_; ++at_) {
    const MicroOp& op = block.ops[at_];
    const Action action = actions_.of(op).action;
    const bool first = at_ == 0 || block.ops[at_ - 1].index != op.index;
    if (first || action == Action::commit || action == Action::thread_switch ||
        action == Action::last_switch)
      drop_temporaries();
    operation(op, actions_.of(op));
  }
}

/// True if an operation of the same instruction behind `at` reads the slot.
bool Translator::read_later(std::size_t at, unsigned slot) const {
  for (std::size_t n = at + 1; n < block_->ops.size(); ++n) {
    const MicroOp& op = block_->ops[n];
    if (op.index != block_->ops[at].index) return false;
    if (op.a == slot || op.b == slot || op.dst == slot) return true;
  }
  return false;
}

void Translator::drop_temporaries() {
  for (unsigned t = 0; t < interp::temp_count; ++t) map_.drop(interp::slot_temp + t);
}

void Translator::operation(const MicroOp& op, const Meaning& meaning) {
  switch (meaning.action) {
    case Action::alu: return alu(op, meaning);
    case Action::copy: return put(op, op.dst, map_.source(op.a), false);
    case Action::rep: return rep(op);
    case Action::quad: {
      vectors_.broadcast_quads(vectors_.scratch(), map_.source(op.a));
      return put(op, 0, Source::of(vectors_.scratch()), false);
    }
    case Action::ldtmu: return ldtmu(op);
    case Action::ldunif: return load_uniform(op, offsetof(State, uniforms));
    case Action::ldunifa: return load_uniform(op, offsetof(State, unifa));
    case Action::wrtmuc: {
      code_.load(Reg::t0, uniform(op, offsetof(State, uniforms)));
      code_.store(state_field(offsetof(State, tmu_config)), Reg::t0);
      return;
    }
    case Action::tmud: return tmu_data(op, false);
    case Action::tmu_named_data: return tmu_data(op, true);
    case Action::tmua: return tmua(op);
    case Action::tmuc: {
      if (op.condition != 0) break;
      const Source from = map_.source(op.a);
      if (from.kind == Source::Kind::vector)
        vectors_.first_lane(Reg::t0, from.vector);
      else
        code_.load(Reg::t0, from.mem);
      code_.store(state_field(offsetof(State, tmu_config)), Reg::t0);
      return;
    }
    case Action::branch: return branch(op);
    case Action::commit: return commit(op);
    case Action::thread_switch: return thread_switch(op, true);
    case Action::last_switch: return thread_switch(op, false);
    case Action::link:
      if (op.target == nullptr) {
        call(op);
        code_.jump(leave_);
      } else {
        count(op, false);
        jump_to(op.target);
      }
      ended_ = true;
      return;
    case Action::thread_end:
    case Action::trap: map_.forget(); [[fallthrough]];  // no register is looked at again
    case Action::unknown:
      call(op);
      code_.jump(leave_);
      ended_ = true;
      return;
    default: break;
  }
  // The others return the next operation, or nothing.
  call(op);
  code_.jump_if_null(leave_);
}

// ---- ALU

/// Writes a value to a slot; with a condition, if any lane passes.
void Translator::put(const MicroOp& op, unsigned slot, const Source& value, bool raw) {
  if (slot >= interp::slot_temp && !read_later(at_, slot)) return;
  const unsigned to = map_.target(slot);
  if (op.condition == 0) {
    vectors_.load(to, value);
  } else {
    // Not the scratch vector, which may hold the new value.
    const Source old = map_.source(slot);
    if (map_.place(slot).home >= 0) {
      vectors_.load(to, old);
      vectors_.blend(to, value, op.condition, true);
    } else {
      const Memory keep = work_field(work_keep);
      vectors_.load(vectors_.scratch(), value);
      vectors_.store(keep, vectors_.scratch());
      vectors_.load(to, old);
      vectors_.blend(to, Source::memory(keep), op.condition, true);
    }
  }
  map_.written(slot, raw);
}

/// A matrix product rotates a register by one again and again and broadcasts lane 0 each time. Its
/// lanes are brought to memory once; every broadcast is one word of it then, and the rotation is
/// not carried out before somebody wants all lanes.
void Translator::rep(const MicroOp& op) {
  if (op.condition == 0 && op.a < slots) {
    const Lazy from = map_.place(op.a).lazy;
    if (from.kind == Lazy::Kind::broadcast) return map_.set_lazy(0, from);
    std::optional<std::uint8_t> buffer;
    if (from.kind == Lazy::Kind::rotated) {
      buffer = from.buffer;
    } else if (at_ + 1 < block_->ops.size()) {
      const bool feeds = feeds_lanes(op, block_->ops[at_ + 1], actions_);
      if (feeds && (buffer = map_.spread(op.a)))
        map_.set_lazy(op.a, {Lazy::Kind::rotated, *buffer, 0});
    }
    if (buffer) {
      const std::uint8_t lane = map_.place(op.a).lazy.lane;
      return map_.set_lazy(0, {Lazy::Kind::broadcast, *buffer, lane});
    }
  }
  const Source from = map_.source(op.a);
  if (from.kind == Source::Kind::vector) {
    vectors_.broadcast_lane0(vectors_.scratch(), from.vector);
    return put(op, 0, Source::of(vectors_.scratch()), false);
  }
  put(op, 0, Source::broadcast(from.mem), false);
}

/// Rotations of what rep() brought to memory.
bool Translator::lazily(const MicroOp& op, const Meaning& meaning) {
  if (meaning.fast != Fast::rot || meaning.variant != Variant::plain || !is_immediate(op.b) ||
      op.a >= slots || op.dst >= interp::slot_temp)
    return false;
  Lazy value = map_.place(op.a).lazy;
  if (value.kind == Lazy::Kind::none) return false;
  if (value.kind == Lazy::Kind::rotated)
    value.lane = static_cast<std::uint8_t>((value.lane + immediate(op.b)) & 15);
  map_.set_lazy(op.dst, value);
  return true;
}

/// A half of each lane, which is how batches get their ids, is two shifts.
bool Translator::moves_half(const MicroOp& op, const Meaning& meaning) {
  using isa::Unpack;
  const auto unpack = static_cast<Unpack>(op.unpack_a);
  const bool low = unpack == Unpack::ul || unpack == Unpack::il,
             sign = unpack == Unpack::il || unpack == Unpack::ih;
  if (meaning.fast != Fast::mov || !(low || sign || unpack == Unpack::uh) || op.flag_op != 0 ||
      op.pack != 0 || op.write_condition != 0)
    return false;
  if (op.dst >= interp::slot_temp && !read_later(at_, op.dst)) return true;
  const unsigned to = map_.target(op.dst);
  Source from = map_.source(op.a);
  if (low) {
    vectors_.shift(Fast::shl, to, from, 16);
    from = Source::of(to);
  }
  vectors_.shift(sign ? Fast::asr : Fast::shr, to, from, 16);
  map_.written(op.dst, false);
  return true;
}

void Translator::alu(const MicroOp& op, const Meaning& meaning) {
  if (lazily(op, meaning) || moves_half(op, meaning)) return;
  if (meaning.fast == Fast::none || meaning.variant == Variant::general) return call_alu(op);
  const bool dead = op.dst >= interp::slot_temp && !read_later(at_, op.dst);
  if (dead && op.flag_op == 0 && meaning.fast != Fast::umul24) return;
  const bool masked = meaning.variant == Variant::masked, flags = meaning.variant == Variant::flags;
  const bool floats = is_arithmetic(meaning.fast);
  // Flags are tested on sources, too, and those must not be overwritten before.
  const bool elsewhere = masked || flags || dead;
  const unsigned to = elsewhere ? vectors_.scratch() : map_.target(op.dst);
  const Source a = map_.source(op.a, !floats);
  if (meaning.fast == Fast::rot && is_immediate(op.b)) {
    vectors_.rotate(to, a, immediate(op.b));
  } else if (shifts(meaning.fast) && is_immediate(op.b)) {
    vectors_.shift(meaning.fast, to, a, immediate(op.b));
  } else {
    const Source b = map_.source(op.b, !floats);
    if (!vectors_.compute(meaning.fast, to, a, b)) return call_alu(op);
  }
  // Only a register full of results may be raw: in others, an integer may look like a NaN.
  const bool raw = floats && !flags && !masked;
  if (floats && !raw) vectors_.canonical(to);
  if (flags) vectors_.flags(op, a, map_.source(op.b, !floats), to);
  if (dead) return;
  if (masked) {
    const Source old = map_.source(op.dst, true);
    if (map_.place(op.dst).home < 0) {
      const Memory keep = work_field(work_keep);
      vectors_.store(keep, to);
      vectors_.load(to, old);
      vectors_.blend(to, Source::memory(keep), op.write_condition);
    } else {
      const unsigned home = map_.target(op.dst);
      vectors_.load(home, old);
      vectors_.blend(home, Source::of(to), op.write_condition);
    }
  } else if (to != map_.target(op.dst)) {
    vectors_.load(map_.target(op.dst), Source::of(to));
  }
  map_.written(op.dst, raw);
}

// ---- uniforms and TMU

/// The next word of a stream, as a memory operand.
Memory Translator::uniform(const MicroOp& op, std::size_t stream) {
  constexpr std::uint32_t in_line = 255;
  const Memory address = state_field(stream + offsetof(interp::Stream, address));
  const asmjit::Label again = code_.label(), miss = code_.label();
  code_.bind(again);
  code_.load(Reg::t0, address);
  code_.move(Reg::t1, Reg::t0);
  code_.and_with(Reg::t1, ~in_line);
  code_.jump_if(Reg::t1, Test::unequal,
                state_field(stream + offsetof(interp::Stream, line_address)), miss);
  code_.load_pointer(Reg::t1, state_field(stream + offsetof(interp::Stream, line)));
  code_.low_byte(Reg::t2, Reg::t0);
  code_.and_with(Reg::t2, ~3u);
  code_.add(Reg::t0, 4);
  code_.store(address, Reg::t0);
  cold(miss, [this, again, stream, &op] {
    map_.save();
    store_host_state();
    vectors_.leave();
    code_.call(&refill, stream);
    const asmjit::Label fail = code_.label();
    code_.jump_if_false(fail);
    load_host_state();
    map_.restore();
    code_.jump(again);
    code_.bind(fail);
    code_.call(op.run, &op);
    code_.jump(leave_);
  });
  return {Reg::t1, 0, Reg::t2};
}

void Translator::load_uniform(const MicroOp& op, std::size_t stream) {
  put(op, op.dst, Source::broadcast(uniform(op, stream)), false);
}

/// How many results are popped from here on before anything else happens to the FIFO.
unsigned Translator::pops_ahead() const {
  unsigned pops = 0;
  for (std::size_t n = at_; n < block_->ops.size(); ++n) {
    switch (actions_.of(block_->ops[n]).action) {
      case Action::ldtmu: ++pops; break;
      case Action::alu:
      case Action::copy:
      case Action::rep:
      case Action::quad:
      case Action::tmud:
      case Action::tmuc: break;
      default: return std::min(pops, 16u);
    }
  }
  return std::min(pops, 16u);
}

/// One look at the FIFO for several pops. If it holds less, the interpreter goes on from here.
void Translator::ldtmu(const MicroOp& op) {
  if (pops_ == 0) {
    const asmjit::Label too_few = code_.label();
    // The interpreter would come back at once to where compiled code is entered.
    pops_ = enters_here() ? 1 : pops_ahead();
    const auto bytes = static_cast<std::int32_t>(pops_ * sizeof(Slot));
    code_.jump_if(Reg::fifo_count, Test::below, pops_ * sizeof(Slot), too_few);
    if (enters_here())
      trap_at(too_few, op);
    else
      cold(too_few, [this, &op] { leave_with(&op); });
    code_.add(Reg::fifo_count, -bytes);
    code_.add(Reg::fifo_head, bytes);
    code_.and_with(Reg::fifo_head, fifo_mask);
  }
  code_.sum(Reg::t0, Reg::fifo_head, Reg::none, -static_cast<int>(pops_-- * sizeof(Slot)));
  code_.and_with(Reg::t0, fifo_mask);
  put(op, op.dst, Source::memory({Reg::state, offsetof(State, fifo), Reg::t0}), false);
}

bool Translator::enters_here() const {
  if (at_ == 0) return true;
  const Action before = actions_.of(block_->ops[at_ - 1]).action;
  return before == Action::thread_switch || before == Action::last_switch;
}

void Translator::tmu_data(const MicroOp& op, bool named) {
  const Memory count = state_field(offsetof(State, data_count));
  const Source from = map_.source(op.a);
  const asmjit::Label full = code_.label();
  code_.load(Reg::t1, count);
  code_.jump_if(Reg::t1, Test::equal, 16, full);
  trap_at(full, op);
  if (named) code_.increment(state_field(offsetof(State, data_named)));
  unsigned v = from.vector;
  if (from.kind != Source::Kind::vector || op.condition != 0)
    vectors_.load(v = vectors_.scratch(), from);
  if (op.condition != 0) vectors_.keep(v, op.condition);
  code_.move(Reg::t2, Reg::t1);
  code_.shift_left(Reg::t2, 6);
  vectors_.store({Reg::state, offsetof(State, tmu_data), Reg::t2}, v);
  code_.add(Reg::t1, 1);
  code_.store(count, Reg::t1);
}

/// Notes what a page fault would be reported with, and tries the common accesses.
void Translator::tmua(const MicroOp& op) {
  const asmjit::Label slow = code_.label(), done = code_.label();
  const Source address = map_.source(op.a);
  unsigned v = address.vector;
  if (address.kind != Source::Kind::vector) vectors_.load(v = vectors_.scratch(), address);
  if (op.condition == 0) {
    code_.jump_if(state_field(offsetof(State, live)), Test::unequal, 0xffff, slow);
  } else {
    vectors_.flag_mask(Reg::t1, op.condition);
    code_.and_with(Reg::t1, state_field(offsetof(State, live)));
    code_.jump_if(Reg::t1, Test::unequal, 0xffff, slow);
  }
  vectors_.store(state_field(offsetof(State, memory_addresses)), v);
  code_.set_pointer(Reg::t0, &op);
  code_.store_pointer(state_field(offsetof(State, memory_op)), Reg::t0);
  code_.set(Reg::site, sites_++ % AccessCode::sites);
  code_.call_local(access_, slow);
  code_.bind(done);
  cold(slow, [this, done, &op] {
    const SlotMap before = map_;
    map_.save();
    // save() leaves lazy values alone, but the handler reads its address from the slot.
    if (op.a < slots && before.place(op.a).lazy.kind != Lazy::Kind::none) {
      vectors_.load(vectors_.scratch(), map_.source(op.a));
      vectors_.store(slot_field(op.a), vectors_.scratch());
    }
    store_host_state();
    vectors_.leave();
    code_.call(op.run, &op);
    code_.jump_if_null(leave_);
    load_host_state();
    map_ = before;
    map_.restore();
    code_.jump(done);
  });
}

// ---- control flow

void Translator::count(const MicroOp& op, bool budget) {
  const Memory instructions = state_field(offsetof(State, instructions));
  if (!budget) return code_.add_to_count(instructions, op.index + 1);
  const asmjit::Label over = code_.label();
  code_.add_to_count(instructions, op.index + 1, state_field(offsetof(State, budget)), over);
  cold(over, [this, &op] {
    call(op);  // counts again, and raises
    code_.jump(leave_);
  });
}

void Translator::branch(const MicroOp& op) {
  using isa::BranchCondition, isa::MsfIgnore;
  branch_ = nullptr;
  const bool plain = static_cast<isa::UniformTarget>(op.unpack_b) == isa::UniformTarget::unchanged;
  if (!plain || op.target == nullptr || op.flag_op != 0) {
    call(op);
    code_.jump_if_null(leave_);
    return;
  }
  branch_ = &op;
  const auto condition = static_cast<BranchCondition>(op.condition);
  code_.set_pointer(Reg::t1, op.target);
  code_.clear(state_field(offsetof(State, branch_dynamic)), 2);
  static_assert(offsetof(State, branch_moves_uniforms) == offsetof(State, branch_dynamic) + 1);
  if (condition != BranchCondition::always) {
    vectors_.flag_mask(Reg::t0, static_cast<unsigned>(isa::Condition::ifa));
    if (condition == BranchCondition::alla || condition == BranchCondition::anyna)
      code_.invert(Reg::t0);
    if (condition == BranchCondition::a0 || condition == BranchCondition::na0)
      code_.and_with(Reg::t0, 1);
    else
      keep_tested_lanes(static_cast<MsfIgnore>(op.pack));
    if (condition == BranchCondition::na0 || condition == BranchCondition::alla ||
        condition == BranchCondition::allna)
      code_.clear_unless_zero(Reg::t1, Reg::t0);
    else
      code_.clear_if_zero(Reg::t1, Reg::t0);
  }
  code_.store_pointer(state_field(offsetof(State, branch_to)), Reg::t1);
}

/// In t0, the lanes that the any and all tests look at.
void Translator::keep_tested_lanes(isa::MsfIgnore msf) {
  if (msf == isa::MsfIgnore::none) return code_.and_with(Reg::t0, 0xffff);
  code_.load(Reg::t2, state_field(offsetof(State, live)));
  if (msf != isa::MsfIgnore::p) {  // all lanes of quads that are alive
    for (const unsigned distance : {1u, 2u}) {
      code_.move(Reg::t3, Reg::t2);
      code_.shift_right(Reg::t3, distance);
      code_.or_with(Reg::t2, Reg::t3);
    }
    code_.and_with(Reg::t2, 0x1111);
    code_.multiply(Reg::t2, 15);
  }
  code_.and_with(Reg::t0, Reg::t2);
}

void Translator::commit(const MicroOp& op) {
  const MicroOp* const branch = std::exchange(branch_, nullptr);
  if (branch == nullptr) {
    call(op);
    // The next operation of the block, the start of another block, or nothing.
    code_.jump_unless(&op + 1, leave_);
    return;
  }
  const bool always =
      static_cast<isa::BranchCondition>(branch->condition) == isa::BranchCondition::always;
  const asmjit::Label not_taken = code_.label();
  if (!always) code_.jump_if_null(state_field(offsetof(State, branch_to)), not_taken);
  const SlotMap before = map_;
  count(op, true);
  jump_to(branch->target);
  map_ = before;
  code_.bind(not_taken);
  ended_ = always;
}

void Translator::thread_switch(const MicroOp& op, bool may_end) {
  if (barriers_) {
    // The batches take turns here; a batch comes back to the operation behind this one.
    call(op);
    code_.jump_if_null(leave_);
    if (at_ + 1 == block_->ops.size()) return;
    MicroOp& next = block_->ops[at_ + 1];
    const Action action = actions_.of(next).action;
    if (action == Action::trap || action == Action::commit) return;
    const asmjit::Label inside = code_.label();
    code_.jump(inside);
    entry(&next, inside, false);
    code_.bind(inside);
    return;
  }
  static_assert(offsetof(State, stop_at_switch) == offsetof(State, rtop_pending) + 3);
  const asmjit::Label unusual = code_.label(), done = code_.label();
  const Memory pending = state_field(offsetof(State, rtop_pending));
  code_.jump_if_any(pending, may_end ? 0x01010100 : 0x01000100, unusual);
  code_.clear(pending, 1);
  code_.clear(state_field(offsetof(State, nn_mode)), 4);
  code_.bind(done);
  cold(unusual, [this, done, &op] {
    const SlotMap before = map_;
    call(op);
    code_.jump_if_null(leave_);
    map_ = before;
    map_.restore();
    code_.jump(done);
  });
}

}  // namespace vc7::sim::jit
