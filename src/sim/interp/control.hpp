// SPDX-License-Identifier: MIT
//
// Uniforms, register broadcasts, branches, thread switches (v3d71 §1.3, §6, §11, §12).
#pragma once

#include "tmu.hpp"

namespace vc7::sim::interp {
namespace {

const MicroOp* copy(State& st, const MicroOp* op) {
  st.slot[op->dst] = st.slot[op->a];
  return next(st, op);
}

const MicroOp* rep(State& st, const MicroOp* op) {
  if (any_lane(st, op)) put(st, 0, U(st.slot[op->a].lane[0]));
  return next(st, op);
}

const MicroOp* quad(State& st, const MicroOp* op) {
  if (any_lane(st, op)) put(st, 0, broadcast_quads(get(st, op->a)));
  return next(st, op);
}

const MicroOp* ldunif(State& st, const MicroOp* op) {
  std::uint32_t word = 0;
  if (!next_uniform(st, st.uniforms, word))
    return raise(st, op, Trap::uniform, st.uniforms.address);
  put(st, op->dst, U(word));
  return next(st, op);
}

const MicroOp* ldunifa(State& st, const MicroOp* op) {
  std::uint32_t word = 0;
  if (!next_uniform(st, st.unifa, word)) return raise(st, op, Trap::unifa, st.unifa.address);
  put(st, op->dst, U(word));
  return next(st, op);
}

const MicroOp* unifa(State& st, const MicroOp* op) {
  if (any_lane(st, op)) {
    st.unifa.address = st.slot[op->a].lane[0] & ~3u;
    st.unifa.line_address = 1;
  }
  return op + 1;
}

const MicroOp* syncb(State& st, const MicroOp* op) {
  if (!any_lane(st, op)) return op + 1;
  if (lane_mask(get(st, op->a) != 0) != 0) return raise(st, op, Trap::sync_command);
  st.barrier_pending = true;
  return op + 1;
}

/// After setmsf: the accesses of its own instruction still go by the lanes that were live before.
const MicroOp* live(State& st, const MicroOp* op) {
  st.live = lane_mask(load(st.msf.lane) != 0);
  return op + 1;
}

/// After setnnmode_*, whose own instruction may still multiply in the old mode.
const MicroOp* nn_mode(State& st, const MicroOp* op) {
  st.nn_mode = op->value;
  return op + 1;
}

/// Lanes that the any and all tests look at (v3d71 §4.6).
VC7_INLINE std::uint32_t tested_lanes(const State& st, isa::MsfIgnore msf) {
  if (msf == isa::MsfIgnore::none) return 0xffff;
  if (msf == isa::MsfIgnore::p) return st.live;
  std::uint32_t quads = st.live | st.live >> 1;
  quads = (quads | quads >> 2) & 0x1111;
  return quads * 15;
}

VC7_INLINE bool taken(const State& st, unsigned condition, unsigned msf) {
  const std::uint32_t lanes = tested_lanes(st, static_cast<isa::MsfIgnore>(msf));
  switch (static_cast<isa::BranchCondition>(condition)) {
    case isa::BranchCondition::always: return true;
    case isa::BranchCondition::a0: return (st.flag_a & 1) != 0;
    case isa::BranchCondition::na0: return (st.flag_a & 1) == 0;
    case isa::BranchCondition::alla: return (~st.flag_a & lanes) == 0;
    case isa::BranchCondition::anyna: return (~st.flag_a & lanes) != 0;
    case isa::BranchCondition::anya: return (st.flag_a & lanes) != 0;
    case isa::BranchCondition::allna: return (st.flag_a & lanes) == 0;
  }
  return false;
}

/// condition = isa::BranchCondition, pack = isa::MsfIgnore, unpack_a = isa::BranchTarget, unpack_b
/// = isa::UniformTarget, a = register, flag_op = set_link, value = GPU address after the delay
/// slots.
const MicroOp* branch(State& st, const MicroOp* op) {
  const bool go = taken(st, op->condition, op->pack);
  const auto uniforms = static_cast<isa::UniformTarget>(op->unpack_b);
  st.branch_moves_uniforms = false;
  if (uniforms != isa::UniformTarget::unchanged) {
    std::uint32_t to = 0;
    if (uniforms == isa::UniformTarget::absolute || uniforms == isa::UniformTarget::relative) {
      // Taken or not, the word is consumed (v3d71 §11).
      if (!next_uniform(st, st.uniforms, to))
        return raise(st, op, Trap::uniform, st.uniforms.address);
      if (uniforms == isa::UniformTarget::relative) to += st.uniforms.address;
      to &= ~3u;
    } else if (uniforms == isa::UniformTarget::link) {
      to = st.link & ~3u;
    } else {
      to = st.slot[op->a].lane[1] &
           ~7u;  // lane 1, 8-byte aligned: the rule that fits every test (v3d71 §11)
    }
    st.branch_moves_uniforms = go;
    st.branch_uniforms = to;
  }
  st.branch_to = go ? op->target : nullptr;
  st.branch_dynamic = false;
  if (go && op->target == nullptr) {
    st.branch_dynamic = true;
    st.branch_address = static_cast<isa::BranchTarget>(op->unpack_a) == isa::BranchTarget::link
                            ? st.link
                            : st.slot[op->a].lane[0];
    if ((st.branch_address & 7) != 0)
      return raise(st, op, Trap::misaligned_target, st.branch_address);
  }
  if (go && op->flag_op != 0) st.link = op->value;
  return op + 1;
}

VC7_INLINE const MicroOp* enter(State& st, const MicroOp* op, const MicroOp* target) {
  st.instructions += op->index + 1;
  if (st.instructions > st.budget) [[unlikely]] {
    st.resume_target = target;
    return raise(st, op, Trap::budget);
  }
  return target;
}

/// After the third delay slot: goes where the branch decided to go.
const MicroOp* commit(State& st, const MicroOp* op) {
  if (st.branch_moves_uniforms) {
    st.uniforms.address = st.branch_uniforms;
    st.branch_moves_uniforms = false;
  }
  const MicroOp* target = st.branch_to;
  if (target == nullptr) {
    if (!st.branch_dynamic) return op + 1;
    target = st.source->block(st.branch_address);
  }
  return enter(st, op, target);
}

/// Goes on in another block at the address right behind this one; `value` is the address, target
/// may be known. No look at the budget: where blocks end is nobody's business but ours.
const MicroOp* link(State& st, const MicroOp* op) {
  st.instructions += op->index + 1;
  return op->target != nullptr ? op->target : st.source->block(op->value);
}

VC7_INLINE const MicroOp* leave(State& st, const MicroOp* op, Stop stop) {
  st.stop = stop;
  st.resume_at = op + 1;
  return nullptr;
}

/// What a completed thread switch loses (v3d71 §12.2).
VC7_INLINE const MicroOp* switch_over(State& st, const MicroOp* op) {
  st.rtop_pending = false;
  st.nn_mode = 0;
  if (st.barrier_pending) {
    st.barrier_pending = false;
    return leave(st, op, Stop::barrier);
  }
  if (st.stop_at_switch) return leave(st, op, Stop::switched);
  return op + 1;
}

const MicroOp* thread_end(State& st, const MicroOp* op) {
  st.instructions += op->index + 1;
  st.stop = Stop::ended;
  return nullptr;
}

/// After the second slot of a lone thrsw: the thread end if the last switch was announced.
const MicroOp* thread_switch(State& st, const MicroOp* op) {
  if (st.last_switch_seen) return thread_end(st, op);
  return switch_over(st, op);
}

/// At the second of a pair of thrsw.
const MicroOp* announce_last(State& st, const MicroOp* op) {
  if (st.last_switch_seen) return raise(st, op, Trap::second_last_switch);
  st.last_switch_seen = true;
  return op + 1;
}
/// After the second slot of a pair.
const MicroOp* last_switch(State& st, const MicroOp* op) { return switch_over(st, op); }

/// Fault number `value` of the program.
const MicroOp* trap(State& st, const MicroOp* op) {
  return raise(st, op, Trap::program, op->value);
}

const MicroOp* trace(State& st, const MicroOp* op) {
  st.source->trace(st, op, static_cast<TraceEvent>(op->flag_op));
  return op + 1;
}

void fill(Handlers& h) {
  fill_alu(h);
  h.copy = copy;
  h.rep = rep;
  h.quad = quad;
  h.ldtmu = ldtmu;
  h.ldunif = ldunif;
  h.ldunifa = ldunifa;
  h.wrtmuc = wrtmuc;
  h.live = live;
  h.nn_mode = nn_mode;
  h.tmud = tmu_data<false>;
  h.tmu_named_data = tmu_data<true>;
  h.tmua = tmua;
  h.tmuau = tmuau;
  h.tmuc = tmuc;
  h.unifa = unifa;
  h.syncb = syncb;
  h.branch = branch;
  h.commit = commit;
  h.link = link;
  h.thread_switch = thread_switch;
  h.announce_last = announce_last;
  h.last_switch = last_switch;
  h.thread_end = thread_end;
  h.trap = trap;
  h.trace = trace;
}

}  // namespace
}  // namespace vc7::sim::interp
