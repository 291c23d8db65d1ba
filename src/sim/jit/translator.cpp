// SPDX-License-Identifier: MIT
#include "translator.hpp"

#include <utility>

#include "access_code.hpp"

namespace vc7::sim::jit {

/// Behind the copy of an operation whose handler would go on with the next by itself.
static const MicroOp* stop_here(State&, const MicroOp* op) { return op; }

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
  vectors_.keep_flags_in(map_.flags_home());
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
  if (meaning.action == Action::alu) return alu(op, meaning);
  map_.lose_scratch();
  switch (meaning.action) {
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

}  // namespace vc7::sim::jit
