// SPDX-License-Identifier: MIT
//
// Vector code of the operations that matter for speed, and the handlers around them. Their results
// are those of sim/exec/semantics, bit for bit; the differential tests hold the two together.
#pragma once

#include <vc7/isa/condition.hpp>
#include <vc7/isa/op.hpp>

#include "fast_ops.hpp"
#include "vec.hpp"

namespace vc7::sim::interp {
namespace {

constexpr std::uint32_t canonical_nan = 0x7fc00000;

VC7_INLINE U with_canonical_nan(const F& r) {
  const std::uint32_t nan = nan_lanes(r);
  if (nan != 0) [[unlikely]]
    return select(nan, U(canonical_nan), (U)r);
  return (U)r;
}

VC7_INLINE U minimum(const F& a, const F& b) {
  // Equal values differ at most in the sign of zero; or picks -0.
  U r = select((a < b), (U)a, (U)b);
  r = select((a == b), (U)a | (U)b, r);
  r = select((b != b), (U)a, r);
  r = select((a != a), (U)b, r);
  return with_canonical_nan((F)r);
}
VC7_INLINE U maximum(const F& a, const F& b) {
  U r = select((a > b), (U)a, (U)b);
  r = select((a == b), (U)a & (U)b, r);
  r = select((b != b), (U)a, r);
  r = select((a != a), (U)b, r);
  return with_canonical_nan((F)r);
}

VC7_INLINE U product24(State& st, const U& product) {
  if (st.rtop_pending) [[unlikely]] {
    st.rtop_pending = false;
    return product + load(st.rtop.lane);
  }
  return product;
}

#define VC7_X(id, ...)                                                                             \
  struct add_##id {                                                                                \
    static VC7_INLINE U run([[maybe_unused]] State& st, const U& a, [[maybe_unused]] const U& b) { \
      return __VA_ARGS__;                                                                          \
    }                                                                                              \
  };
VC7_FAST_ADD(VC7_X)
#undef VC7_X
#define VC7_X(id, ...)                                                                             \
  struct mul_##id {                                                                                \
    static VC7_INLINE U run([[maybe_unused]] State& st, const U& a, [[maybe_unused]] const U& b) { \
      return __VA_ARGS__;                                                                          \
    }                                                                                              \
  };
VC7_FAST_MUL(VC7_X)
#undef VC7_X

VC7_INLINE std::uint32_t condition_lanes(const State& st, unsigned condition) {
  switch (static_cast<isa::Condition>(condition)) {
    case isa::Condition::always: break;
    case isa::Condition::ifa: return st.flag_a;
    case isa::Condition::ifb: return st.flag_b;
    case isa::Condition::ifna: return ~st.flag_a & 0xffff;
    case isa::Condition::ifnb: return ~st.flag_b & 0xffff;
  }
  return 0xffff;
}

/// The bit that a push or an update tests, per lane (v3d71 §4.2).
VC7_INLINE std::uint32_t tested_lanes(unsigned rule_number, unsigned tested, const U& a, const U& b,
                                      U r) {
  const auto rule = static_cast<isa::FlagRule>(rule_number);
  using isa::FlagRule;
  if (rule == FlagRule::fcmp) {
    const F x = (F)a, y = (F)b;
    return lane_mask((tested == 1 ? x == y : tested == 2 ? x < y : x <= y));
  }
  if (rule == FlagRule::fp) {
    if (tested == 1) return lane_mask(((r << 1) == 0));
    if (tested == 2) return lane_mask(((F)r < F(0.0f)));
    return 0;
  }
  if (tested == 1) return lane_mask((r == 0));
  if (tested == 2) return lane_mask(((S)r < S(0)));
  switch (rule) {
    case FlagRule::add: return lane_mask((r < a));
    case FlagRule::sub: return lane_mask((a < b));
    case FlagRule::greater_s: return lane_mask(((S)a > (S)b));
    case FlagRule::greater_u: return lane_mask((a > b));
    default: return 0;
  }
}

VC7_INLINE void apply_flag_op(State& st, const MicroOp& op, const U& a, const U& b, U r) {
  const unsigned code = op.flag_op;
  if (code < 4) {  // a push: the code says what is tested
    const std::uint32_t bits = tested_lanes(op.flag_rule, code, a, b, r);
    st.flag_b = st.flag_a;
    st.flag_a = bits;
    return;
  }
  const std::uint32_t bits = tested_lanes(op.flag_rule, code >> 2, a, b, r);
  switch (code & 3) {
    case 0: st.flag_a &= bits; break;
    case 1: st.flag_a &= ~bits; break;
    case 2: st.flag_a = ~(st.flag_a | ~bits) & 0xffff; break;
    default: st.flag_a = ~(st.flag_a | bits) & 0xffff; break;
  }
}

VC7_INLINE U unpacked(unsigned code, const U& x) {
  switch (static_cast<isa::Unpack>(code)) {
    case isa::Unpack::none: return x;
    case isa::Unpack::abs: return x & 0x7fffffff;
    case isa::Unpack::ul: return x & 0xffff;
    case isa::Unpack::uh: return x >> 16;
    case isa::Unpack::il: return (U)((S)(x << 16) >> 16);
    case isa::Unpack::ih: return (U)((S)x >> 16);
    case isa::Unpack::ll: return (x & 0xffff) | (x << 16);
    case isa::Unpack::hh: return (x & 0xffff0000) | (x >> 16);
    case isa::Unpack::swp: return (x << 16) | (x >> 16);
    default: break;
  }
  std::uint32_t words[16];
  store(words, x);
  unpack_lanes(code, words, words);
  return load(words);
}

template <class Operation>
const MicroOp* alu_plain(State& st, const MicroOp* op) {
  put(st, op->dst, Operation::run(st, get(st, op->a), get(st, op->b)));
  return next(st, op);
}

template <class Operation>
const MicroOp* alu_masked(State& st, const MicroOp* op) {
  const U r = Operation::run(st, get(st, op->a), get(st, op->b));
  put(st, op->dst, select(condition_lanes(st, op->write_condition), r, get(st, op->dst)));
  return next(st, op);
}

template <class Operation>
const MicroOp* alu_flags(State& st, const MicroOp* op) {
  const U a = get(st, op->a), b = get(st, op->b);
  const U r = Operation::run(st, a, b);
  apply_flag_op(st, *op, a, b, r);
  put(st, op->dst, r);
  return next(st, op);
}

/// The part of every ALU operation after its result is known: flags, pack, condition.
VC7_INLINE const MicroOp* finish(State& st, const MicroOp* op, std::uint32_t active, const U& a,
                                 const U& b, const U& r) {
  if (op->flag_op != 0) apply_flag_op(st, *op, a, b, r);
  if (op->pack != 0) {
    std::uint32_t packed[16];
    store(packed, r);
    pack_lanes(op->pack, st.slot[op->dst].lane, packed);
    put(st, op->dst, select(active, load(packed), get(st, op->dst)));
    return op + 1;
  }
  put(st, op->dst, select(active, r, get(st, op->dst)));
  return op + 1;
}

template <class Operation>
const MicroOp* alu_general(State& st, const MicroOp* op) {
  const std::uint32_t active = condition_lanes(st, op->write_condition);
  const U a = unpacked(op->unpack_a, get(st, op->a)), b = unpacked(op->unpack_b, get(st, op->b));
  const U r = Operation::run(st, a, b);
  return finish(st, op, active, a, b, r);
}

/// Operations without vector code, in all variants.
const MicroOp* alu_slow(State& st, const MicroOp* op) {
  const std::uint32_t active = condition_lanes(st, op->write_condition);
  const U a = unpacked(op->unpack_a, get(st, op->a)), b = unpacked(op->unpack_b, get(st, op->b));
  std::uint32_t words_a[16], words_b[16], result[16];
  store(words_a, a);
  store(words_b, b);
  op->lane_function(st, *op, words_a, words_b, result);
  return finish(st, op, active, a, b, load(result));
}

void fill_alu(Handlers& h) {
#define VC7_X(id, ...)                                            \
  {                                                               \
    Handler* row = h.add[static_cast<unsigned>(isa::AddOp::id)];  \
    row[0] = alu_plain<add_##id>, row[1] = alu_masked<add_##id>;  \
    row[2] = alu_flags<add_##id>, row[3] = alu_general<add_##id>; \
  }
  VC7_FAST_ADD(VC7_X)
#undef VC7_X
#define VC7_X(id, ...)                                            \
  {                                                               \
    Handler* row = h.mul[static_cast<unsigned>(isa::MulOp::id)];  \
    row[0] = alu_plain<mul_##id>, row[1] = alu_masked<mul_##id>;  \
    row[2] = alu_flags<mul_##id>, row[3] = alu_general<mul_##id>; \
  }
  VC7_FAST_MUL(VC7_X)
#undef VC7_X
  for (Handler& handler : h.slow) handler = alu_slow;
}

}  // namespace
}  // namespace vc7::sim::interp
