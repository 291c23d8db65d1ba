// SPDX-License-Identifier: MIT
//
// Branches and thread switches.
#include <utility>

#include <vc7/isa/condition.hpp>

#include "translator.hpp"

namespace vc7::sim::jit {

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
    tested_flags(condition, static_cast<MsfIgnore>(op.pack));
    if (condition == BranchCondition::na0 || condition == BranchCondition::alla ||
        condition == BranchCondition::allna)
      code_.clear_unless_zero(Reg::t1, Reg::t0);
    else
      code_.clear_if_zero(Reg::t1, Reg::t0);
  }
  code_.store_pointer(state_field(offsetof(State, branch_to)), Reg::t1);
}

/// In t0: not zero if the lanes that a branch looks at have flag A (for alla and anyna, lack it).
void Translator::tested_flags(isa::BranchCondition condition, isa::MsfIgnore msf) {
  using isa::BranchCondition;
  const bool any = condition == BranchCondition::anya || condition == BranchCondition::allna;
  if (any && msf == isa::MsfIgnore::none) return vectors_.any_flag(Reg::t0);
  vectors_.flag_mask(Reg::t0, static_cast<unsigned>(isa::Condition::ifa));
  if (condition == BranchCondition::alla || condition == BranchCondition::anyna)
    code_.invert(Reg::t0);
  if (condition == BranchCondition::a0 || condition == BranchCondition::na0)
    code_.and_with(Reg::t0, 1);
  else
    keep_tested_lanes(msf);
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
