// SPDX-License-Identifier: MIT
#include "a64_neon.hpp"

#include <vc7/isa/condition.hpp>
#include <vc7/isa/op.hpp>

namespace vc7::sim::jit {

using a64::v, a64::x, a64::ptr, a64::Vec;

namespace {

// q registers, not vectors: ta and tb are for operands, tc and td for what comes of them.
constexpr unsigned ta = 28, tb = 29, tc = 30, td = 31;
// Of general registers, those for addresses. The last four are for four results of an access.
const a64::GpX address_a = x(first_address_reg), address_b = x(first_address_reg + 1);
const a64::GpW word_a = address_a.w();
constexpr unsigned result_reg = first_address_reg + 2;
static_assert(result_reg + 4 <= first_address_reg + address_reg_count);

asmjit::Imm imm(auto value) { return asmjit::Imm{static_cast<std::int64_t>(value)}; }
Vec reg(unsigned vector, unsigned p) { return v(4 * vector + p); }
/// Part of a constant.
a64::Mem constant(const Memory& memory, unsigned p = 0) {
  return ptr(host(memory.base), memory.offset + static_cast<std::int32_t>(16 * p));
}

}  // namespace

/// Of 64 bytes, the first 16; the others can be reached by adding to the offset.
a64::Mem NeonVectors::rows(const Memory& memory, const a64::GpX& temp) {
  return host(as_, memory, 16, temp, 48);
}

/// A word for all lanes goes to `temp`, to stay there.
NeonVectors::Operand NeonVectors::operand(const Source& source, unsigned temp,
                                          const a64::GpX& address) {
  switch (source.kind) {
    case Source::Kind::vector: break;
    case Source::Kind::memory: return {source.kind, 0, rows(source.mem, address)};
    case Source::Kind::broadcast:
      as_.ldr(v(temp).s(), host(as_, source.mem, 4, address));
      as_.dup(v(temp).s4(), v(temp).s(0));
      return {source.kind, temp, {}};
  }
  return {source.kind, source.vector, {}};
}

Vec NeonVectors::part(const Operand& operand, unsigned p, unsigned temp) {
  switch (operand.kind) {
    case Source::Kind::vector: return reg(operand.vector, p);
    case Source::Kind::broadcast: return v(operand.vector);
    case Source::Kind::memory: break;
  }
  as_.ldr(v(temp), operand.mem.cloneAdjusted(16 * p));
  return v(temp);
}

// ---- whole vectors

void NeonVectors::load(unsigned to, const Source& from) {
  if (from.is(to)) return;
  if (from.kind == Source::Kind::broadcast) {
    as_.ldr(reg(to, 0).s(), host(as_, from.mem, 4, address_a));
    return broadcast_lane0(to, to);
  }
  const Operand source = operand(from, ta, address_a);
  for (unsigned p = 0; p < 4; ++p) {
    if (from.kind == Source::Kind::memory)
      as_.ldr(reg(to, p), source.mem.cloneAdjusted(16 * p));
    else
      as_.mov(reg(to, p).b16(), part(source, p, ta).b16());
  }
}

void NeonVectors::store(const Memory& to, unsigned from) {
  const a64::Mem mem = rows(to, address_a);
  for (unsigned p = 0; p < 4; ++p) as_.str(reg(from, p), mem.cloneAdjusted(16 * p));
}
void NeonVectors::copy_16(const Memory& to, const Memory& from) {
  const Vec temp = reg(scratch(), 0);
  as_.ldr(temp, host(as_, from, 16, address_a));
  as_.str(temp, host(as_, to, 16, address_a));
}
void NeonVectors::first_lane(Reg to, unsigned from) { as_.fmov(host(to).w(), reg(from, 0).s()); }
void NeonVectors::broadcast_lane0(unsigned to, unsigned from) {
  const Vec lane = reg(from, 0);
  for (unsigned p = 4; p-- > 0;) as_.dup(reg(to, p).s4(), lane.s(0));
}
void NeonVectors::broadcast_quads(unsigned to, const Source& from) {
  const Operand source = operand(from, ta, address_a);
  for (unsigned p = 0; p < 4; ++p) as_.dup(reg(to, p).s4(), part(source, p, ta).s(0));
}

void NeonVectors::rotate(unsigned to, const Source& from, unsigned amount) {
  amount &= 15;
  const bool apart = from.kind == Source::Kind::vector && !from.is(to);
  const unsigned first = apart ? 4 * from.vector : ta;
  if (!apart) {
    const Operand source = operand(from, ta, address_a);
    for (unsigned p = 0; p < 4; ++p) {
      if (source.kind == Source::Kind::memory)
        as_.ldr(v(ta + p), source.mem.cloneAdjusted(16 * p));
      else if (source.kind == Source::Kind::vector || p != 0)
        as_.mov(v(ta + p).b16(), part(source, p, ta).b16());
    }
  }
  for (unsigned p = 0; p < 4; ++p) {
    const Vec low = v(first + (p + amount / 4) % 4), high = v(first + (p + amount / 4 + 1) % 4);
    if (amount % 4 == 0)
      as_.mov(reg(to, p).b16(), low.b16());
    else
      as_.ext(reg(to, p).b16(), low.b16(), high.b16(), imm(4 * (amount % 4)));
  }
}

void NeonVectors::to_memory_twice(const Source& from) {
  const Operand source = operand(from, ta, address_a);
  const a64::Mem mem = host(as_, work_field(work_double), 16, address_b, 2 * sizeof(Slot) - 16);
  for (unsigned p = 0; p < 4; ++p) {
    const Vec value = part(source, p, ta);
    as_.str(value, mem.cloneAdjusted(16 * p));
    as_.str(value, mem.cloneAdjusted(16 * p + sizeof(Slot)));
  }
}

void NeonVectors::rotate_by_lane(unsigned to, const Source& from, const Source& amount) {
  to_memory_twice(from);
  if (amount.kind == Source::Kind::vector)
    as_.fmov(word_a, reg(amount.vector, 0).s());
  else
    as_.ldr(word_a, host(as_, amount.mem, 4, address_a));
  as_.and_(word_a, word_a, imm(15));
  as_.add(address_a, host(Reg::state), address_a,
          asmjit::arm::Shift{asmjit::arm::ShiftOp::kLSL, 2});
  as_.mov(address_b, imm(work_field(work_double).offset));
  as_.add(address_a, address_a, address_b);
  for (unsigned p = 0; p < 4; ++p)
    as_.ldr(reg(to, p), ptr(address_a, static_cast<std::int32_t>(16 * p)));
}

void NeonVectors::shuffle(unsigned to, unsigned from, const Source& lanes) {
  const Operand numbers = operand(lanes, ta, address_a);
  const a64::Mem work = rows(work_field(work_double), address_b);
  for (unsigned p = 0; p < 4; ++p) {
    // Bytes 4 * (n & 15) to 4 * (n & 15) + 3.
    as_.shl(v(tc).s4(), part(numbers, p, tb).s4(), imm(28));
    as_.ushr(v(tc).s4(), v(tc).s4(), imm(26));
    as_.movi(v(td).b16(), imm(1));
    as_.mul(v(tc).s4(), v(tc).s4(), v(td).s4());
    as_.ldr(v(td), constant(VC7_CONSTANT(byte_in_word)));
    as_.add(v(tc).s4(), v(tc).s4(), v(td).s4());
    const Vec d = to == from ? Vec{v(tc)} : reg(to, p);
    as_.tbl(d.b16(), reg(from, 0).b16(), reg(from, 1).b16(), reg(from, 2).b16(), reg(from, 3).b16(),
            v(tc).b16());
    if (to == from) as_.str(d, work.cloneAdjusted(16 * p));
  }
  if (to == from) load(to, Source::memory(work_field(work_double)));
}

// ---- ALU

/// d = x op y. Writes to d last, which may be x or y.
void NeonVectors::part_of(Fast op, const Vec& d, const Vec& x, const Vec& y) {
  const Vec c = v(tc), e = v(td);
  switch (op) {
    case Fast::add: as_.add(d.s4(), x.s4(), y.s4()); return;
    case Fast::sub: as_.sub(d.s4(), x.s4(), y.s4()); return;
    case Fast::fadd:
    case Fast::faddnf: as_.fadd(d.s4(), x.s4(), y.s4()); return;
    case Fast::fsub:
    case Fast::fcmp: as_.fsub(d.s4(), x.s4(), y.s4()); return;
    case Fast::fmul: as_.fmul(d.s4(), x.s4(), y.s4()); return;
    case Fast::fmin:
    case Fast::fmax: {
      const bool least = op == Fast::fmin;
      // By themselves first: only quiet NaNs are ignored where the other is a number.
      as_.fminnm(c.s4(), x.s4(), x.s4());
      as_.fminnm(e.s4(), y.s4(), y.s4());
      if (least)
        as_.fminnm(d.s4(), c.s4(), e.s4());
      else
        as_.fmaxnm(d.s4(), c.s4(), e.s4());
      return;
    }
    case Fast::min: as_.smin(d.s4(), x.s4(), y.s4()); return;
    case Fast::max: as_.smax(d.s4(), x.s4(), y.s4()); return;
    case Fast::umin: as_.umin(d.s4(), x.s4(), y.s4()); return;
    case Fast::umax: as_.umax(d.s4(), x.s4(), y.s4()); return;
    case Fast::band: as_.and_(d.b16(), x.b16(), y.b16()); return;
    case Fast::bor: as_.orr(d.b16(), x.b16(), y.b16()); return;
    case Fast::bxor: as_.eor(d.b16(), x.b16(), y.b16()); return;
    case Fast::bnot: as_.mvn(d.b16(), x.b16()); return;
    case Fast::neg: as_.neg(d.s4(), x.s4()); return;
    case Fast::vadd: as_.add(d.h8(), x.h8(), y.h8()); return;
    case Fast::vsub: as_.sub(d.h8(), x.h8(), y.h8()); return;
    case Fast::vpack:
      as_.mov(c.b16(), x.b16());
      as_.sli(c.s4(), y.s4(), imm(16));
      as_.mov(d.b16(), c.b16());
      return;
    case Fast::itof: as_.scvtf(d.s4(), x.s4()); return;
    case Fast::utof: as_.ucvtf(d.s4(), x.s4()); return;
    // Shifts take the lowest byte of a lane, with its sign: to the left, or by -n to the right.
    case Fast::shl:
    case Fast::shr:
    case Fast::asr:
    case Fast::ror:
      as_.movi(c.s4(), imm(31));
      as_.and_(c.b16(), c.b16(), y.b16());
      if (op == Fast::shl) return void(as_.ushl(d.s4(), x.s4(), c.s4()));
      as_.neg(e.s4(), c.s4());
      if (op == Fast::shr) return void(as_.ushl(d.s4(), x.s4(), e.s4()));
      if (op == Fast::asr) return void(as_.sshl(d.s4(), x.s4(), e.s4()));
      as_.ushl(c.s4(), x.s4(), e.s4());
      // By 32 - n in two steps.
      as_.movi(e.s4(), imm(31));
      as_.bic(e.b16(), e.b16(), y.b16());
      as_.ushl(e.s4(), x.s4(), e.s4());
      as_.shl(e.s4(), e.s4(), imm(1));
      as_.orr(d.b16(), c.b16(), e.b16());
      return;
    case Fast::rotq:
      as_.fmov(word_a, y.s());
      as_.and_(word_a, word_a, imm(3));
      as_.add(address_a, host(Reg::constants), address_a,
              asmjit::arm::Shift{asmjit::arm::ShiftOp::kLSL, 4});
      as_.ldr(c, ptr(address_a, VC7_CONSTANT(quad_rotations).offset));
      as_.tbl(d.b16(), x.b16(), c.b16());
      return;
    case Fast::umul24:
      as_.shl(c.s4(), x.s4(), imm(8));
      as_.ushr(c.s4(), c.s4(), imm(8));
      as_.shl(e.s4(), y.s4(), imm(8));
      as_.ushr(e.s4(), e.s4(), imm(8));
      as_.mul(d.s4(), c.s4(), e.s4());
      return;
    case Fast::smul24:
      as_.shl(c.s4(), x.s4(), imm(8));
      as_.sshr(c.s4(), c.s4(), imm(8));
      as_.shl(e.s4(), y.s4(), imm(8));
      as_.sshr(e.s4(), e.s4(), imm(8));
      as_.mul(d.s4(), c.s4(), e.s4());
      return;
    case Fast::mov:
    case Fast::fmov:
    case Fast::rot:
    case Fast::shuffle:
    case Fast::none: return;
  }
}

void NeonVectors::arithmetic(Fast op, unsigned to, const Source& a, const Source& b) {
  const bool unary = op == Fast::bnot || op == Fast::neg || op == Fast::itof || op == Fast::utof;
  const Operand first = operand(a, ta, address_a);
  const Operand second = unary ? first : operand(b, tb, address_b);
  for (unsigned p = 0; p < 4; ++p) {
    const Vec x = part(first, p, ta), y = unary ? x : part(second, p, tb);
    part_of(op, reg(to, p), x, y);
  }
}

/// What `multop` left for the next product, once.
void NeonVectors::add_rtop(unsigned to) {
  const Memory pending = state_field(offsetof(State, rtop_pending));
  const asmjit::Label done = as_.newLabel();
  as_.ldrb(word_a, host(as_, pending, 1, address_a));
  as_.cbz(word_a, done);
  const a64::Mem rtop = rows(state_field(offsetof(State, rtop)), address_a);
  for (unsigned p = 0; p < 4; ++p) {
    as_.ldr(v(ta), rtop.cloneAdjusted(16 * p));
    as_.add(reg(to, p).s4(), reg(to, p).s4(), v(ta).s4());
  }
  as_.strb(a64::wzr, host(as_, pending, 1, address_a));
  as_.bind(done);
}

bool NeonVectors::compute(Fast op, unsigned to, const Source& a, const Source& b) {
  switch (op) {
    case Fast::none: return false;
    case Fast::mov:
    case Fast::fmov: load(to, a); return true;
    case Fast::rot: rotate_by_lane(to, a, b); return true;
    case Fast::shuffle:
      // tbl wants the whole table in registers.
      if (a.kind != Source::Kind::vector) return false;
      shuffle(to, a.vector, b);
      return true;
    default: break;
  }
  arithmetic(op, to, a, b);
  if (op == Fast::umul24) add_rtop(to);
  if (op == Fast::fmin || op == Fast::fmax) canonical(to);
  return true;
}

void NeonVectors::shift(Fast op, unsigned to, const Source& a, unsigned amount) {
  amount &= 31;
  if (amount == 0) return load(to, a);
  const Operand source = operand(a, ta, address_a);
  for (unsigned p = 0; p < 4; ++p) {
    const Vec x = part(source, p, ta), d = reg(to, p);
    switch (op) {
      case Fast::shl: as_.shl(d.s4(), x.s4(), imm(amount)); break;
      case Fast::shr: as_.ushr(d.s4(), x.s4(), imm(amount)); break;
      case Fast::asr: as_.sshr(d.s4(), x.s4(), imm(amount)); break;
      default:  // a rotation
        as_.shl(v(tc).s4(), x.s4(), imm(32 - amount));
        as_.sri(v(tc).s4(), x.s4(), imm(amount));
        as_.mov(d.b16(), v(tc).b16());
    }
  }
}

// ---- NaNs

void NeonVectors::canonical(unsigned vector) {
  as_.ldr(v(td), constant(VC7_CONSTANT(nan)));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec x = reg(vector, p);
    as_.fcmeq(v(tc).s4(), x.s4(), x.s4());
    as_.bif(x.b16(), v(td).b16(), v(tc).b16());
  }
}

void NeonVectors::canonical_in_memory(const Memory& memory) {
  const a64::Mem mem = rows(memory, address_a);
  as_.ldr(v(td), constant(VC7_CONSTANT(nan)));
  for (unsigned p = 0; p < 4; ++p) {
    as_.ldr(v(ta), mem.cloneAdjusted(16 * p));
    as_.fcmeq(v(tc).s4(), v(ta).s4(), v(ta).s4());
    as_.bif(v(ta).b16(), v(td).b16(), v(tc).b16());
    as_.str(v(ta), mem.cloneAdjusted(16 * p));
  }
}

void NeonVectors::jump_unless_all(const Vec& lanes, const asmjit::Label& no) {
  as_.uminv(lanes.s(), lanes.s4());
  as_.fmov(word_a, lanes.s());
  as_.cmp(word_a, imm(0));
  as_.b_eq(no);
}

void NeonVectors::check_canonical(unsigned vector, const asmjit::Label& bad) {
  as_.ldr(v(td), constant(VC7_CONSTANT(nan)));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec x = reg(vector, p), good = v(p == 0 ? ta : tb);
    as_.fcmeq(good.s4(), x.s4(), x.s4());
    as_.cmeq(v(tc).s4(), x.s4(), v(td).s4());
    as_.orr(good.b16(), good.b16(), v(tc).b16());
    if (p != 0) as_.and_(v(ta).b16(), v(ta).b16(), good.b16());
  }
  jump_unless_all(v(ta), bad);
}

// ---- flags

/// True if the test looks at the sources and not at the result alone.
static bool needs_sources(const MicroOp& op, unsigned tested) {
  return static_cast<isa::FlagRule>(op.flag_rule) == isa::FlagRule::fcmp || tested == 3;
}

/// Lanes whose bit a push or an update tests, as masks.
void NeonVectors::compare(const MicroOp& op, unsigned tested, const Vec& d, const Vec& x,
                          const Vec& y, const Vec& r) {
  using isa::FlagRule;
  const auto rule = static_cast<FlagRule>(op.flag_rule);
  if (rule == FlagRule::fcmp) {
    if (tested == 1)
      as_.fcmeq(d.s4(), x.s4(), y.s4());
    else if (tested == 2)
      as_.fcmgt(d.s4(), y.s4(), x.s4());
    else
      as_.fcmge(d.s4(), y.s4(), x.s4());
  } else if (tested == 1) {
    if (rule == FlagRule::fp) as_.shl(d.s4(), r.s4(), imm(1));
    as_.cmeq(d.s4(), rule == FlagRule::fp ? d.s4() : r.s4(), imm(0));
  } else if (tested == 2) {
    if (rule == FlagRule::fp)
      as_.fcmlt(d.s4(), r.s4(), imm(0));
    else
      as_.cmlt(d.s4(), r.s4(), imm(0));
  } else if (rule == FlagRule::add) {
    as_.cmhi(d.s4(), x.s4(), r.s4());
  } else if (rule == FlagRule::sub) {
    as_.cmhi(d.s4(), y.s4(), x.s4());
  } else if (rule == FlagRule::greater_u) {
    as_.cmhi(d.s4(), x.s4(), y.s4());
  } else {
    as_.cmgt(d.s4(), x.s4(), y.s4());
  }
}

/// The bits that a push or an update tests, to t0.
void NeonVectors::tested(const MicroOp& op, unsigned tested, const Source& a, const Source& b,
                         unsigned result) {
  using isa::FlagRule;
  const auto rule = static_cast<FlagRule>(op.flag_rule);
  const bool carries = rule == FlagRule::add || rule == FlagRule::sub ||
                       rule == FlagRule::greater_s || rule == FlagRule::greater_u;
  if (tested == 3 && rule != FlagRule::fcmp && !carries) {
    as_.mov(host(Reg::t0).w(), imm(0));
    return;
  }
  const bool sources = needs_sources(op, tested);
  const Operand of_result{Source::Kind::vector, result, {}};
  const Operand first = sources ? operand(a, ta, address_a) : of_result;
  const Operand second = sources ? operand(b, tb, address_b) : of_result;
  // Lane j of td collects the lanes j, 4 + j, 8 + j and 12 + j, four bits apart.
  for (unsigned p = 4; p-- > 0;) {
    const Vec x = part(first, p, ta), y = part(second, p, tb);
    compare(op, tested, v(tc), x, y, reg(result, p));
    if (p == 3) {
      as_.neg(v(td).s4(), v(tc).s4());
    } else {
      as_.shl(v(td).s4(), v(td).s4(), imm(4));
      as_.sub(v(td).s4(), v(td).s4(), v(tc).s4());
    }
  }
  as_.ldr(v(tc), constant(VC7_CONSTANT(lane)));
  as_.ushl(v(td).s4(), v(td).s4(), v(tc).s4());
  as_.addv(v(td).s(), v(td).s4());
  as_.fmov(host(Reg::t0).w(), v(td).s());
}

void NeonVectors::flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) {
  const unsigned code = op.flag_op;
  const a64::GpW bits = host(Reg::t0).w();
  tested(op, code < 4 ? code : code >> 2, a, b, result);
  if (code < 4) {
    as_.mov(flag_b_reg, flag_a_reg);
    as_.mov(flag_a_reg, bits);
    return;
  }
  switch (code & 3) {
    case 0: as_.and_(flag_a_reg, flag_a_reg, bits); return;
    case 1: as_.bic(flag_a_reg, flag_a_reg, bits); return;
    case 2: as_.bic(flag_a_reg, bits, flag_a_reg); return;  // neither A nor the complement
    default:
      as_.orr(flag_a_reg, flag_a_reg, bits);
      as_.eor(flag_a_reg, flag_a_reg, imm(0xffff));
      return;
  }
}

void NeonVectors::flag_mask(Reg to, unsigned condition) {
  const a64::GpW mask = host(to).w();
  switch (static_cast<isa::Condition>(condition)) {
    case isa::Condition::always: as_.mov(mask, imm(0xffff)); return;
    case isa::Condition::ifa: as_.mov(mask, flag_a_reg); return;
    case isa::Condition::ifb: as_.mov(mask, flag_b_reg); return;
    case isa::Condition::ifna: as_.eor(mask, flag_a_reg, imm(0xffff)); return;
    case isa::Condition::ifnb: as_.eor(mask, flag_b_reg, imm(0xffff)); return;
  }
}

void NeonVectors::load_flags() {
  as_.ldr(flag_a_reg, host(as_, state_field(offsetof(State, flag_a)), 4, address_a));
  as_.ldr(flag_b_reg, host(as_, state_field(offsetof(State, flag_b)), 4, address_a));
}
void NeonVectors::store_flags() {
  as_.str(flag_a_reg, host(as_, state_field(offsetof(State, flag_a)), 4, address_a));
  as_.str(flag_b_reg, host(as_, state_field(offsetof(State, flag_b)), 4, address_a));
}

/// Lanes of one part whose bits are set in all lanes of tc, to td.
void NeonVectors::mask(unsigned p) {
  as_.ldr(v(td), constant(VC7_CONSTANT(lane_bit), p));
  as_.cmtst(v(td).s4(), v(tc).s4(), v(td).s4());
}

void NeonVectors::blend(unsigned to, const Source& from, unsigned condition, bool any) {
  const a64::GpW bits = host(Reg::t0).w();
  const Operand source = operand(from, ta, address_a);
  flag_mask(Reg::t0, condition);
  if (any) {
    as_.cmp(bits, imm(0));
    as_.csetm(bits, imm(asmjit::arm::CondCode::kNE));
  }
  as_.dup(v(tc).s4(), bits);
  for (unsigned p = 0; p < 4; ++p) {
    mask(p);
    as_.bit(reg(to, p).b16(), part(source, p, tb).b16(), v(td).b16());
  }
}

void NeonVectors::keep(unsigned to, unsigned condition) {
  flag_mask(Reg::t0, condition);
  as_.dup(v(tc).s4(), host(Reg::t0).w());
  for (unsigned p = 0; p < 4; ++p) {
    mask(p);
    as_.and_(reg(to, p).b16(), reg(to, p).b16(), v(td).b16());
  }
}

// ---- TMU accesses: the parts of scratch are the addresses first, then words k of the lanes

void NeonVectors::check_addresses(const asmjit::Label& bad) {
  load(scratch(), Source::memory(state_field(offsetof(State, memory_addresses))));
  as_.movi(v(tb).s4(), imm(3));
  as_.ldr(v(td), constant(VC7_CONSTANT(last_vector)));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec addresses = reg(scratch(), p), wrong = v(p == 0 ? ta : tc);
    as_.cmtst(wrong.s4(), addresses.s4(), v(tb).s4());
    if (p != 0) as_.orr(v(ta).b16(), v(ta).b16(), wrong.b16());
    as_.cmhi(v(tc).s4(), addresses.s4(), v(td).s4());
    as_.orr(v(ta).b16(), v(ta).b16(), v(tc).b16());
  }
  as_.mvn(v(ta).b16(), v(ta).b16());
  jump_unless_all(v(ta), bad);
}

void NeonVectors::check_consecutive(const asmjit::Label& no) {
  as_.dup(v(tb).s4(), reg(scratch(), 0).s(0));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec right = v(p == 0 ? ta : tc);
    as_.ldr(v(td), constant(VC7_CONSTANT(lane_bytes), p));
    as_.add(v(td).s4(), v(td).s4(), v(tb).s4());
    as_.cmeq(right.s4(), reg(scratch(), p).s4(), v(td).s4());
    if (p != 0) as_.and_(v(ta).b16(), v(ta).b16(), right.b16());
  }
  jump_unless_all(v(ta), no);
}

void NeonVectors::check_quads(const asmjit::Label& no) {
  as_.ldr(v(tb), constant(VC7_CONSTANT(vec4_in_quad)));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec addresses = reg(scratch(), p), right = v(p == 0 ? ta : tc);
    as_.dup(v(td).s4(), addresses.s(0));
    as_.add(v(td).s4(), v(td).s4(), v(tb).s4());
    as_.cmeq(right.s4(), addresses.s4(), v(td).s4());
    if (p != 0) as_.and_(v(ta).b16(), v(ta).b16(), right.b16());
  }
  jump_unless_all(v(ta), no);
}

/// address_a becomes where a lane's vec4 is.
void NeonVectors::lane_address(unsigned lane) {
  as_.ldr(word_a,
          host(as_, state_field(offsetof(State, memory_addresses) + 4 * lane), 4, address_a));
  as_.add(address_a, host(Reg::memory), address_a);
}

void NeonVectors::load_vec4(const Memory* results, bool quads) {
  a64::Mem to[4];
  for (unsigned k = 0; k < 4; ++k) to[k] = rows(results[k], x(result_reg + k));
  const Vec k0 = reg(scratch(), 0), k1 = reg(scratch(), 1), k2 = reg(scratch(), 2),
            k3 = reg(scratch(), 3);
  for (unsigned quad = 0; quad < 4; ++quad) {
    if (quads) {
      as_.add(address_a, host(Reg::memory), host(quad_regs[quad]));
      as_.ld4(k0.s4(), k1.s4(), k2.s4(), k3.s4(), ptr(address_a));
    }
    for (unsigned lane = 0; lane < 4 && !quads; ++lane) {
      lane_address(4 * quad + lane);
      as_.ld4(k0.s(lane), k1.s(lane), k2.s(lane), k3.s(lane), ptr(address_a));
    }
    for (unsigned k = 0; k < 4; ++k) as_.str(reg(scratch(), k), to[k].cloneAdjusted(16 * quad));
  }
}

void NeonVectors::store_vec4(bool quads, bool) {
  const Memory data = state_field(offsetof(State, tmu_data));
  const Vec k0 = reg(scratch(), 0), k1 = reg(scratch(), 1), k2 = reg(scratch(), 2),
            k3 = reg(scratch(), 3);
  for (unsigned quad = 0; quad < 4; ++quad) {
    for (unsigned k = 0; k < 4; ++k)
      as_.ldr(reg(scratch(), k), host(as_, data.plus(k * sizeof(Slot) + 16 * quad), 16, address_a));
    if (quads) {
      as_.add(address_a, host(Reg::memory), host(quad_regs[quad]));
      as_.st4(k0.s4(), k1.s4(), k2.s4(), k3.s4(), ptr(address_a));
    }
    // In the order of the lanes: of several that store to one address, the highest wins.
    for (unsigned lane = 0; lane < 4 && !quads; ++lane) {
      lane_address(4 * quad + lane);
      as_.st4(k0.s(lane), k1.s(lane), k2.s(lane), k3.s(lane), ptr(address_a));
    }
  }
}

}  // namespace vc7::sim::jit
