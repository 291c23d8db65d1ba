// SPDX-License-Identifier: MIT
#include "translator.hpp"

#include <algorithm>

#include <vc7/isa/condition.hpp>
#include <vc7/isa/immediate.hpp>
#include <vc7/isa/instruction.hpp>

#include "access_code.hpp"

namespace vc7::sim::jit {

using namespace x86;  // names of host registers

namespace {

asmjit::Imm imm(auto value) { return asmjit::Imm{static_cast<std::int64_t>(value)}; }
asmjit::Imm address_of(const void* p) { return asmjit::Imm{reinterpret_cast<std::uintptr_t>(p)}; }

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

constexpr unsigned saved_count = 5;
const Gp saved[saved_count] = {rbx, r12, r13, r14, r15};

}  // namespace

Translator::Translator(x86::Assembler& assembler, X86Vectors& vectors, const Actions& actions,
                       bool barriers)
    : as_{assembler},
      vectors_{vectors},
      actions_{actions},
      barriers_{barriers},
      map_{vectors},
      leave_{assembler.newLabel()},
      access_{assembler.newLabel()} {}

// ---- units, entries, exits

void Translator::unit(const Unit& unit) {
  unit_ = &unit;
  labels_.clear();
  map_.assign(unit);
  for (interp::Block* block : unit.blocks) labels_.emplace(block->ops.data(), as_.newLabel());
  for (interp::Block* block : unit.blocks) this->block(*block);
  for (std::size_t n = 0; n < cold_.size(); ++n) {
    map_ = cold_[n].map;
    as_.bind(cold_[n].label);
    auto write = std::move(cold_[n].write);
    write();
  }
  cold_.clear();
}

/// The State of a batch comes in as for any handler.
void Translator::entry(MicroOp* op, const asmjit::Label& to, bool canonical) {
  entries_.push_back({op, as_.newLabel()});
  as_.bind(entries_.back().label);
  for (const Gp& reg : saved) as_.push(reg);
  as_.mov(state_reg, rdi);
  as_.mov(memory_reg, state_field(offsetof(State, memory), 8));
  as_.mov(constant_reg, address_of(&constants()));
  load_host_state();
  if (unit_->loop) {
    const SlotMap now = map_;
    map_.forget();
    if (canonical) map_.make_canonical(*unit_);
    const asmjit::Label bad = as_.newLabel();
    map_.check_canonical(*unit_, bad);
    as_.jmp(to);
    // The interpreter takes one more round.
    as_.bind(bad);
    as_.mov(rdi, state_reg);
    as_.mov(rsi, address_of(op));
    as_.mov(rax, address_of(reinterpret_cast<const void*>(op->run)));
    vectors_.leave();
    for (unsigned n = saved_count; n-- > 0;) as_.pop(saved[n]);
    as_.jmp(rax);
    map_ = now;
    return;
  }
  as_.jmp(to);
}

/// Leaves with rax.
void Translator::finish() {
  as_.bind(leave_);
  vectors_.leave();
  for (unsigned n = saved_count; n-- > 0;) as_.pop(saved[n]);
  as_.ret();
  AccessCode{as_, vectors_}.write(access_);
  as_.align(asmjit::AlignMode::kData, alignof(MicroOp));
  for (const Data& data : data_) {
    as_.bind(data.label);
    as_.embed(data.bytes.data(), data.bytes.size());
  }
}

void Translator::store_host_state() {
  vectors_.store_flags();
  as_.mov(eax, fifo_head_reg);
  as_.shr(eax, imm(6));
  as_.mov(state_field(offsetof(State, fifo_head), 4), eax);
  as_.mov(eax, fifo_count_reg);
  as_.shr(eax, imm(6));
  as_.mov(state_field(offsetof(State, fifo_count), 4), eax);
}
void Translator::load_host_state() {
  vectors_.load_flags();
  as_.mov(fifo_head_reg, state_field(offsetof(State, fifo_head), 4));
  as_.mov(fifo_count_reg, state_field(offsetof(State, fifo_count), 4));
  as_.shl(fifo_head_reg, imm(6));
  as_.shl(fifo_count_reg, imm(6));
}

void Translator::leave_with(const MicroOp* next) {
  map_.write_back();
  store_host_state();
  as_.mov(rax, address_of(next));
  as_.jmp(leave_);
}

void Translator::jump_to(const MicroOp* target) {
  const auto label = labels_.find(target);
  if (label == labels_.end()) return leave_with(target);
  if (unit_->loop) {
    map_.make_canonical(*unit_);
  } else {
    map_.write_back();
  }
  as_.jmp(label->second);
}

void Translator::cold(const asmjit::Label& label, std::function<void()> write) {
  cold_.push_back({label, map_, std::move(write)});
}

/// Everything is in State before and after.
void Translator::call(const MicroOp& op) {
  map_.write_back();
  store_host_state();
  vectors_.leave();
  as_.mov(rdi, state_reg);
  as_.mov(rsi, address_of(&op));
  as_.call(address_of(reinterpret_cast<const void*>(op.run)));
  load_host_state();
  map_.forget();
}

/// Lets the handler raise the fault that the operation surely has.
void Translator::trap_at(const asmjit::Label& label, const MicroOp& op) {
  cold(label, [this, &op] {
    map_.forget();  // no register is looked at again
    call(op);
    as_.jmp(leave_);
  });
}

/// An operation that cannot fault, whose handler may go on with the next one by a tail call.
void Translator::call_alu(const MicroOp& op) {
  map_.write_back();
  store_host_state();
  vectors_.leave();
  const asmjit::Label pair = as_.newLabel();
  as_.mov(rdi, state_reg);
  as_.lea(rsi, x86::ptr(pair));
  as_.call(address_of(reinterpret_cast<const void*>(op.run)));
  load_host_state();
  map_.forget();
  MicroOp copies[2] = {op, {}};
  copies[1].run = stop_here;
  std::vector<std::byte> bytes{reinterpret_cast<std::byte*>(copies),
                               reinterpret_cast<std::byte*>(copies + 2)};
  data_.push_back({pair, std::move(bytes)});
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
  as_.align(asmjit::AlignMode::kCode, 16);
  as_.bind(start);
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
      as_.mov(eax, uniform(op, offsetof(State, uniforms)));
      as_.mov(state_field(offsetof(State, tmu_config), 4), eax);
      return;
    }
    case Action::tmud: return tmu_data(op, false);
    case Action::tmu_named_data: return tmu_data(op, true);
    case Action::tmua: return tmua(op);
    case Action::tmuc: {
      if (op.condition != 0) break;
      const Source from = map_.source(op.a);
      if (from.kind == Source::Kind::vector)
        vectors_.first_lane(eax, from.vector);
      else
        as_.mov(eax, from.mem);
      as_.mov(state_field(offsetof(State, tmu_config), 4), eax);
      return;
    }
    case Action::branch: return branch(op);
    case Action::commit: return commit(op);
    case Action::thread_switch: return thread_switch(op, true);
    case Action::last_switch: return thread_switch(op, false);
    case Action::link:
      if (op.target == nullptr) {
        call(op);
        as_.jmp(leave_);
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
      as_.jmp(leave_);
      ended_ = true;
      return;
    default: break;
  }
  // The others return the next operation, or nothing.
  call(op);
  as_.test(rax, rax);
  as_.jz(leave_);
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
      const x86::Mem keep = work_field(work_keep);
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

void Translator::alu(const MicroOp& op, const Meaning& meaning) {
  if (lazily(op, meaning)) return;
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
      const x86::Mem keep = work_field(work_keep);
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
x86::Mem Translator::uniform(const MicroOp& op, std::size_t stream) {
  const x86::Mem address = state_field(stream + offsetof(interp::Stream, address), 4);
  const asmjit::Label again = as_.newLabel(), miss = as_.newLabel();
  as_.bind(again);
  as_.mov(eax, address);
  as_.mov(ecx, eax);
  as_.and_(ecx, imm(~255));
  as_.cmp(ecx, state_field(stream + offsetof(interp::Stream, line_address), 4));
  as_.jne(miss);
  as_.mov(rcx, state_field(stream + offsetof(interp::Stream, line), 8));
  as_.movzx(edx, al);
  as_.and_(edx, imm(~3));
  as_.add(eax, imm(4));
  as_.mov(address, eax);
  cold(miss, [this, again, stream, &op] {
    map_.save();
    store_host_state();
    vectors_.leave();
    as_.mov(rdi, state_reg);
    as_.lea(rsi, state_field(stream));
    as_.call(address_of(reinterpret_cast<const void*>(&refill)));
    const asmjit::Label fail = as_.newLabel();
    as_.test(al, al);
    as_.jz(fail);
    load_host_state();
    map_.restore();
    as_.jmp(again);
    as_.bind(fail);
    as_.mov(rdi, state_reg);
    as_.mov(rsi, address_of(&op));
    as_.call(address_of(reinterpret_cast<const void*>(op.run)));
    as_.jmp(leave_);
  });
  return x86::Mem{rcx, rdx, 0, 0, 4};
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
    const asmjit::Label too_few = as_.newLabel();
    // The interpreter would come back at once to where compiled code is entered.
    pops_ = enters_here() ? 1 : pops_ahead();
    as_.cmp(fifo_count_reg, imm(pops_ * sizeof(Slot)));
    as_.jb(too_few);
    if (enters_here())
      trap_at(too_few, op);
    else
      cold(too_few, [this, &op] { leave_with(&op); });
    as_.sub(fifo_count_reg, imm(pops_ * sizeof(Slot)));
    as_.add(fifo_head_reg, imm(pops_ * sizeof(Slot)));
    as_.and_(fifo_head_reg, imm(fifo_mask));
  }
  as_.lea(eax, ptr(r14, -static_cast<int>(pops_-- * sizeof(Slot))));
  as_.and_(eax, imm(fifo_mask));
  put(op, op.dst, Source::memory({state_reg, rax, 0, static_cast<int>(offsetof(State, fifo))}),
      false);
}

bool Translator::enters_here() const {
  if (at_ == 0) return true;
  const Action before = actions_.of(block_->ops[at_ - 1]).action;
  return before == Action::thread_switch || before == Action::last_switch;
}

void Translator::tmu_data(const MicroOp& op, bool named) {
  const x86::Mem count = state_field(offsetof(State, data_count), 4);
  const Source from = map_.source(op.a);
  const asmjit::Label full = as_.newLabel();
  as_.mov(ecx, count);
  as_.cmp(ecx, imm(16));
  as_.je(full);
  trap_at(full, op);
  if (named) as_.inc(state_field(offsetof(State, data_named), 4));
  unsigned v = from.vector;
  if (from.kind != Source::Kind::vector || op.condition != 0)
    vectors_.load(v = vectors_.scratch(), from);
  if (op.condition != 0) vectors_.keep(v, op.condition);
  as_.mov(edx, ecx);
  as_.shl(edx, imm(6));
  vectors_.store({state_reg, rdx, 0, static_cast<int>(offsetof(State, tmu_data))}, v);
  as_.inc(ecx);
  as_.mov(count, ecx);
}

/// Notes what a page fault would be reported with, and tries the common accesses.
void Translator::tmua(const MicroOp& op) {
  const asmjit::Label slow = as_.newLabel(), done = as_.newLabel();
  const Source address = map_.source(op.a);
  unsigned v = address.vector;
  if (address.kind != Source::Kind::vector) vectors_.load(v = vectors_.scratch(), address);
  if (op.condition == 0) {
    as_.cmp(state_field(offsetof(State, live), 4), imm(0xffff));
  } else {
    vectors_.flag_mask(ecx, op.condition);
    as_.and_(ecx, state_field(offsetof(State, live), 4));
    as_.cmp(ecx, imm(0xffff));
  }
  as_.jne(slow);
  vectors_.store(state_field(offsetof(State, memory_addresses)), v);
  as_.mov(rax, address_of(&op));
  as_.mov(state_field(offsetof(State, memory_op), 8), rax);
  as_.mov(site_reg, imm(sites_++ % AccessCode::sites));
  as_.call(access_);
  as_.jc(slow);
  as_.bind(done);
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
    as_.mov(rdi, state_reg);
    as_.mov(rsi, address_of(&op));
    as_.call(address_of(reinterpret_cast<const void*>(op.run)));
    as_.test(rax, rax);
    as_.jz(leave_);
    load_host_state();
    map_ = before;
    map_.restore();
    as_.jmp(done);
  });
}

// ---- control flow

void Translator::count(const MicroOp& op, bool budget) {
  const x86::Mem instructions = state_field(offsetof(State, instructions), 8);
  if (!budget) {
    as_.add(instructions, imm(op.index + 1));
    return;
  }
  const asmjit::Label over = as_.newLabel();
  as_.mov(rax, instructions);
  as_.add(rax, imm(op.index + 1));
  as_.cmp(rax, state_field(offsetof(State, budget), 8));
  as_.ja(over);
  as_.mov(instructions, rax);
  cold(over, [this, &op] {
    call(op);  // counts again, and raises
    as_.jmp(leave_);
  });
}

void Translator::branch(const MicroOp& op) {
  using isa::BranchCondition, isa::MsfIgnore;
  branch_ = nullptr;
  const bool plain = static_cast<isa::UniformTarget>(op.unpack_b) == isa::UniformTarget::unchanged;
  if (!plain || op.target == nullptr || op.flag_op != 0) {
    call(op);
    as_.test(rax, rax);
    as_.jz(leave_);
    return;
  }
  branch_ = &op;
  const auto condition = static_cast<BranchCondition>(op.condition);
  as_.mov(rcx, address_of(op.target));
  as_.mov(state_field(offsetof(State, branch_dynamic), 2), imm(0));
  static_assert(offsetof(State, branch_moves_uniforms) == offsetof(State, branch_dynamic) + 1);
  if (condition != BranchCondition::always) {
    vectors_.flag_mask(eax, static_cast<unsigned>(isa::Condition::ifa));
    const bool complement =
        condition == BranchCondition::alla || condition == BranchCondition::anyna;
    if (complement) as_.not_(eax);
    if (condition == BranchCondition::a0 || condition == BranchCondition::na0) {
      as_.and_(eax, imm(1));
    } else if (static_cast<MsfIgnore>(op.pack) == MsfIgnore::none) {
      as_.and_(eax, imm(0xffff));
    } else {
      as_.mov(edx, state_field(offsetof(State, live), 4));
      if (static_cast<MsfIgnore>(op.pack) != MsfIgnore::p) {  // all lanes of quads that are alive
        as_.mov(esi, edx);
        as_.shr(esi, imm(1));
        as_.or_(edx, esi);
        as_.mov(esi, edx);
        as_.shr(esi, imm(2));
        as_.or_(edx, esi);
        as_.and_(edx, imm(0x1111));
        as_.imul(edx, edx, imm(15));
      }
      as_.and_(eax, edx);
    }
    as_.mov(edx, imm(0));  // keeps the flags of the host
    const bool if_zero = condition == BranchCondition::na0 || condition == BranchCondition::alla ||
                         condition == BranchCondition::allna;
    if (if_zero)
      as_.cmovnz(rcx, rdx);
    else
      as_.cmovz(rcx, rdx);
  }
  as_.mov(state_field(offsetof(State, branch_to), 8), rcx);
}

void Translator::commit(const MicroOp& op) {
  const MicroOp* const branch = std::exchange(branch_, nullptr);
  if (branch == nullptr) {
    call(op);
    // The next operation of the block, the start of another block, or nothing.
    as_.mov(rcx, address_of(&op + 1));
    as_.cmp(rax, rcx);
    as_.jne(leave_);
    return;
  }
  const bool always =
      static_cast<isa::BranchCondition>(branch->condition) == isa::BranchCondition::always;
  const asmjit::Label not_taken = as_.newLabel();
  if (!always) {
    as_.cmp(state_field(offsetof(State, branch_to), 8), imm(0));
    as_.je(not_taken);
  }
  const SlotMap before = map_;
  count(op, true);
  jump_to(branch->target);
  map_ = before;
  as_.bind(not_taken);
  ended_ = always;
}

void Translator::thread_switch(const MicroOp& op, bool may_end) {
  if (barriers_) {
    // The batches take turns here; a batch comes back to the operation behind this one.
    call(op);
    as_.test(rax, rax);
    as_.jz(leave_);
    if (at_ + 1 == block_->ops.size()) return;
    MicroOp& next = block_->ops[at_ + 1];
    const Action action = actions_.of(next).action;
    if (action == Action::trap || action == Action::commit) return;
    const asmjit::Label inside = as_.newLabel();
    as_.jmp(inside);
    entry(&next, inside, false);
    as_.bind(inside);
    return;
  }
  static_assert(offsetof(State, stop_at_switch) == offsetof(State, rtop_pending) + 3);
  const asmjit::Label unusual = as_.newLabel(), done = as_.newLabel();
  as_.test(state_field(offsetof(State, rtop_pending), 4), imm(may_end ? 0x01010100 : 0x01000100));
  as_.jnz(unusual);
  as_.mov(state_field(offsetof(State, rtop_pending), 1), imm(0));
  as_.mov(state_field(offsetof(State, nn_mode), 4), imm(0));
  as_.bind(done);
  cold(unusual, [this, done, &op] {
    const SlotMap before = map_;
    call(op);
    as_.test(rax, rax);
    as_.jz(leave_);
    map_ = before;
    map_.restore();
    as_.jmp(done);
  });
}

}  // namespace vc7::sim::jit
