// SPDX-License-Identifier: MIT
//
// Uniforms and the TMU.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "access_code.hpp"
#include "translator.hpp"

namespace vc7::sim::jit {

static bool refill(State* st, interp::Stream* stream) { return st->source->refill(*stream); }

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

}  // namespace vc7::sim::jit
