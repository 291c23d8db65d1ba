// SPDX-License-Identifier: MIT
#include "a64_neon.hpp"

#include <vc7/isa/condition.hpp>
#include <vc7/isa/op.hpp>

namespace vc7::sim::jit {

using a64::v, a64::x, a64::w, a64::ptr, a64::Vec;

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
  return host(as, memory, 16, temp, 48);
}

/// A word for all lanes goes to `temp`, to stay there.
NeonVectors::Operand NeonVectors::operand(const Source& source, unsigned temp,
                                          const a64::GpX& address) {
  switch (source.kind) {
    case Source::Kind::vector: break;
    case Source::Kind::memory: return {source.kind, 0, rows(source.mem, address)};
    case Source::Kind::broadcast:
      as.ldr(v(temp).s(), host(as, source.mem, 4, address));
      as.dup(v(temp).s4(), v(temp).s(0));
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
  as.ldr(v(temp), operand.mem.cloneAdjusted(16 * p));
  return v(temp);
}

// ---- whole vectors

void NeonVectors::load(unsigned to, const Source& from) {
  if (from.is(to)) return;
  if (from.kind == Source::Kind::broadcast) {
    as.ldr(reg(to, 0).s(), host(as, from.mem, 4, address_a));
    return broadcast_lane0(to, to);
  }
  const Operand source = operand(from, ta, address_a);
  for (unsigned p = 0; p < 4; ++p) {
    if (from.kind == Source::Kind::memory)
      as.ldr(reg(to, p), source.mem.cloneAdjusted(16 * p));
    else
      as.mov(reg(to, p).b16(), part(source, p, ta).b16());
  }
}

void NeonVectors::store(const Memory& to, unsigned from) {
  const a64::Mem mem = rows(to, address_a);
  for (unsigned p = 0; p < 4; ++p) as.str(reg(from, p), mem.cloneAdjusted(16 * p));
}
void NeonVectors::copy_16(const Memory& to, const Memory& from) {
  const Vec temp = reg(scratch(), 0);
  as.ldr(temp, host(as, from, 16, address_a));
  as.str(temp, host(as, to, 16, address_a));
}
void NeonVectors::first_lane(Reg to, unsigned from) { as.fmov(host(to).w(), reg(from, 0).s()); }
void NeonVectors::broadcast_lane0(unsigned to, unsigned from) {
  const Vec lane = reg(from, 0);
  for (unsigned p = 4; p-- > 0;) as.dup(reg(to, p).s4(), lane.s(0));
}
void NeonVectors::broadcast_quads(unsigned to, const Source& from) {
  const Operand source = operand(from, ta, address_a);
  for (unsigned p = 0; p < 4; ++p) as.dup(reg(to, p).s4(), part(source, p, ta).s(0));
}

void NeonVectors::rotate(unsigned to, const Source& from, unsigned amount) {
  amount &= 15;
  const bool apart = from.kind == Source::Kind::vector && !from.is(to);
  const unsigned first = apart ? 4 * from.vector : ta;
  if (!apart) {
    const Operand source = operand(from, ta, address_a);
    for (unsigned p = 0; p < 4; ++p) {
      if (source.kind == Source::Kind::memory)
        as.ldr(v(ta + p), source.mem.cloneAdjusted(16 * p));
      else if (source.kind == Source::Kind::vector || p != 0)
        as.mov(v(ta + p).b16(), part(source, p, ta).b16());
    }
  }
  for (unsigned p = 0; p < 4; ++p) {
    const Vec low = v(first + (p + amount / 4) % 4), high = v(first + (p + amount / 4 + 1) % 4);
    if (amount % 4 == 0)
      as.mov(reg(to, p).b16(), low.b16());
    else
      as.ext(reg(to, p).b16(), low.b16(), high.b16(), imm(4 * (amount % 4)));
  }
}

void NeonVectors::to_memory_twice(const Source& from) {
  const Operand source = operand(from, ta, address_a);
  const a64::Mem mem = host(as, work_field(work_double), 16, address_b, 2 * sizeof(Slot) - 16);
  for (unsigned p = 0; p < 4; ++p) {
    const Vec value = part(source, p, ta);
    as.str(value, mem.cloneAdjusted(16 * p));
    as.str(value, mem.cloneAdjusted(16 * p + sizeof(Slot)));
  }
}

void NeonVectors::rotate_by_lane(unsigned to, const Source& from, const Source& amount) {
  to_memory_twice(from);
  if (amount.kind == Source::Kind::vector)
    as.fmov(word_a, reg(amount.vector, 0).s());
  else
    as.ldr(word_a, host(as, amount.mem, 4, address_a));
  as.and_(word_a, word_a, imm(15));
  as.add(address_a, host(Reg::state), address_a, asmjit::arm::Shift{asmjit::arm::ShiftOp::kLSL, 2});
  as.mov(address_b, imm(work_field(work_double).offset));
  as.add(address_a, address_a, address_b);
  for (unsigned p = 0; p < 4; ++p)
    as.ldr(reg(to, p), ptr(address_a, static_cast<std::int32_t>(16 * p)));
}

void NeonVectors::shuffle(unsigned to, unsigned from, const Source& lanes) {
  const Operand numbers = operand(lanes, ta, address_a);
  const a64::Mem work = rows(work_field(work_double), address_b);
  for (unsigned p = 0; p < 4; ++p) {
    // Bytes 4 * (n & 15) to 4 * (n & 15) + 3.
    as.shl(v(tc).s4(), part(numbers, p, tb).s4(), imm(28));
    as.ushr(v(tc).s4(), v(tc).s4(), imm(26));
    as.movi(v(td).b16(), imm(1));
    as.mul(v(tc).s4(), v(tc).s4(), v(td).s4());
    as.ldr(v(td), constant(VC7_CONSTANT(byte_in_word)));
    as.add(v(tc).s4(), v(tc).s4(), v(td).s4());
    const Vec d = to == from ? Vec{v(tc)} : reg(to, p);
    as.tbl(d.b16(), reg(from, 0).b16(), reg(from, 1).b16(), reg(from, 2).b16(), reg(from, 3).b16(),
           v(tc).b16());
    if (to == from) as.str(d, work.cloneAdjusted(16 * p));
  }
  if (to == from) load(to, Source::memory(work_field(work_double)));
}

// ---- ALU

/// d = x op y. Writes to d last, which may be x or y.
void NeonVectors::part_of(Fast op, const Vec& d, const Vec& x, const Vec& y) {
  const Vec c = v(tc), e = v(td);
  switch (op) {
    case Fast::add: as.add(d.s4(), x.s4(), y.s4()); return;
    case Fast::sub: as.sub(d.s4(), x.s4(), y.s4()); return;
    case Fast::fadd:
    case Fast::faddnf: as.fadd(d.s4(), x.s4(), y.s4()); return;
    case Fast::fsub:
    case Fast::fcmp: as.fsub(d.s4(), x.s4(), y.s4()); return;
    case Fast::fmul: as.fmul(d.s4(), x.s4(), y.s4()); return;
    case Fast::fmin:
    case Fast::fmax: {
      const bool least = op == Fast::fmin;
      // By themselves first: only quiet NaNs are ignored where the other is a number.
      as.fminnm(c.s4(), x.s4(), x.s4());
      as.fminnm(e.s4(), y.s4(), y.s4());
      if (least)
        as.fminnm(d.s4(), c.s4(), e.s4());
      else
        as.fmaxnm(d.s4(), c.s4(), e.s4());
      return;
    }
    case Fast::min: as.smin(d.s4(), x.s4(), y.s4()); return;
    case Fast::max: as.smax(d.s4(), x.s4(), y.s4()); return;
    case Fast::umin: as.umin(d.s4(), x.s4(), y.s4()); return;
    case Fast::umax: as.umax(d.s4(), x.s4(), y.s4()); return;
    case Fast::band: as.and_(d.b16(), x.b16(), y.b16()); return;
    case Fast::bor: as.orr(d.b16(), x.b16(), y.b16()); return;
    case Fast::bxor: as.eor(d.b16(), x.b16(), y.b16()); return;
    case Fast::bnot: as.mvn(d.b16(), x.b16()); return;
    case Fast::neg: as.neg(d.s4(), x.s4()); return;
    case Fast::vadd: as.add(d.h8(), x.h8(), y.h8()); return;
    case Fast::vsub: as.sub(d.h8(), x.h8(), y.h8()); return;
    case Fast::vpack:
      as.mov(c.b16(), x.b16());
      as.sli(c.s4(), y.s4(), imm(16));
      as.mov(d.b16(), c.b16());
      return;
    case Fast::itof: as.scvtf(d.s4(), x.s4()); return;
    case Fast::utof: as.ucvtf(d.s4(), x.s4()); return;
    // Shifts take the lowest byte of a lane, with its sign: to the left, or by -n to the right.
    case Fast::shl:
    case Fast::shr:
    case Fast::asr:
    case Fast::ror:
      as.movi(c.s4(), imm(31));
      as.and_(c.b16(), c.b16(), y.b16());
      if (op == Fast::shl) return void(as.ushl(d.s4(), x.s4(), c.s4()));
      as.neg(e.s4(), c.s4());
      if (op == Fast::shr) return void(as.ushl(d.s4(), x.s4(), e.s4()));
      if (op == Fast::asr) return void(as.sshl(d.s4(), x.s4(), e.s4()));
      as.ushl(c.s4(), x.s4(), e.s4());
      // By 32 - n in two steps.
      as.movi(e.s4(), imm(31));
      as.bic(e.b16(), e.b16(), y.b16());
      as.ushl(e.s4(), x.s4(), e.s4());
      as.shl(e.s4(), e.s4(), imm(1));
      as.orr(d.b16(), c.b16(), e.b16());
      return;
    case Fast::rotq:
      as.fmov(word_a, y.s());
      as.and_(word_a, word_a, imm(3));
      as.add(address_a, host(Reg::constants), address_a,
             asmjit::arm::Shift{asmjit::arm::ShiftOp::kLSL, 4});
      as.ldr(c, ptr(address_a, VC7_CONSTANT(quad_rotations).offset));
      as.tbl(d.b16(), x.b16(), c.b16());
      return;
    case Fast::umul24:
      as.shl(c.s4(), x.s4(), imm(8));
      as.ushr(c.s4(), c.s4(), imm(8));
      as.shl(e.s4(), y.s4(), imm(8));
      as.ushr(e.s4(), e.s4(), imm(8));
      as.mul(d.s4(), c.s4(), e.s4());
      return;
    case Fast::smul24:
      as.shl(c.s4(), x.s4(), imm(8));
      as.sshr(c.s4(), c.s4(), imm(8));
      as.shl(e.s4(), y.s4(), imm(8));
      as.sshr(e.s4(), e.s4(), imm(8));
      as.mul(d.s4(), c.s4(), e.s4());
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
  const asmjit::Label done = as.newLabel();
  as.ldrb(word_a, host(as, pending, 1, address_a));
  as.cbz(word_a, done);
  const a64::Mem rtop = rows(state_field(offsetof(State, rtop)), address_a);
  for (unsigned p = 0; p < 4; ++p) {
    as.ldr(v(ta), rtop.cloneAdjusted(16 * p));
    as.add(reg(to, p).s4(), reg(to, p).s4(), v(ta).s4());
  }
  as.strb(a64::wzr, host(as, pending, 1, address_a));
  as.bind(done);
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
      case Fast::shl: as.shl(d.s4(), x.s4(), imm(amount)); break;
      case Fast::shr: as.ushr(d.s4(), x.s4(), imm(amount)); break;
      case Fast::asr: as.sshr(d.s4(), x.s4(), imm(amount)); break;
      default:  // a rotation
        as.shl(v(tc).s4(), x.s4(), imm(32 - amount));
        as.sri(v(tc).s4(), x.s4(), imm(amount));
        as.mov(d.b16(), v(tc).b16());
    }
  }
}

// ---- NaNs

void NeonVectors::canonical(unsigned vector) {
  as.ldr(v(td), constant(VC7_CONSTANT(nan)));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec x = reg(vector, p);
    as.fcmeq(v(tc).s4(), x.s4(), x.s4());
    as.bif(x.b16(), v(td).b16(), v(tc).b16());
  }
}

void NeonVectors::canonical_in_memory(const Memory& memory) {
  const a64::Mem mem = rows(memory, address_a);
  as.ldr(v(td), constant(VC7_CONSTANT(nan)));
  for (unsigned p = 0; p < 4; ++p) {
    as.ldr(v(ta), mem.cloneAdjusted(16 * p));
    as.fcmeq(v(tc).s4(), v(ta).s4(), v(ta).s4());
    as.bif(v(ta).b16(), v(td).b16(), v(tc).b16());
    as.str(v(ta), mem.cloneAdjusted(16 * p));
  }
}

void NeonVectors::jump_unless_all(const Vec& lanes, const asmjit::Label& no) {
  as.uminv(lanes.s(), lanes.s4());
  as.fmov(word_a, lanes.s());
  as.cmp(word_a, imm(0));
  as.b_eq(no);
}

void NeonVectors::check_canonical(unsigned vector, const asmjit::Label& bad) {
  as.ldr(v(td), constant(VC7_CONSTANT(nan)));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec x = reg(vector, p), good = v(p == 0 ? ta : tb);
    as.fcmeq(good.s4(), x.s4(), x.s4());
    as.cmeq(v(tc).s4(), x.s4(), v(td).s4());
    as.orr(good.b16(), good.b16(), v(tc).b16());
    if (p != 0) as.and_(v(ta).b16(), v(ta).b16(), good.b16());
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
      as.fcmeq(d.s4(), x.s4(), y.s4());
    else if (tested == 2)
      as.fcmgt(d.s4(), y.s4(), x.s4());
    else
      as.fcmge(d.s4(), y.s4(), x.s4());
  } else if (tested == 1) {
    if (rule == FlagRule::fp) as.shl(d.s4(), r.s4(), imm(1));
    as.cmeq(d.s4(), rule == FlagRule::fp ? d.s4() : r.s4(), imm(0));
  } else if (tested == 2) {
    if (rule == FlagRule::fp)
      as.fcmlt(d.s4(), r.s4(), imm(0));
    else
      as.cmlt(d.s4(), r.s4(), imm(0));
  } else if (rule == FlagRule::add) {
    as.cmhi(d.s4(), x.s4(), r.s4());
  } else if (rule == FlagRule::sub) {
    as.cmhi(d.s4(), y.s4(), x.s4());
  } else if (rule == FlagRule::greater_u) {
    as.cmhi(d.s4(), x.s4(), y.s4());
  } else {
    as.cmgt(d.s4(), x.s4(), y.s4());
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
    as.mov(host(Reg::t0).w(), imm(0));
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
      as.neg(v(td).s4(), v(tc).s4());
    } else {
      as.shl(v(td).s4(), v(td).s4(), imm(4));
      as.sub(v(td).s4(), v(td).s4(), v(tc).s4());
    }
  }
  as.ldr(v(tc), constant(VC7_CONSTANT(lane)));
  as.ushl(v(td).s4(), v(td).s4(), v(tc).s4());
  as.addv(v(td).s(), v(td).s4());
  as.fmov(host(Reg::t0).w(), v(td).s());
}

void NeonVectors::flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) {
  const unsigned code = op.flag_op;
  const a64::GpW bits = host(Reg::t0).w();
  tested(op, code < 4 ? code : code >> 2, a, b, result);
  if (code < 4) {
    as.mov(flag_b_reg, flag_a_reg);
    as.mov(flag_a_reg, bits);
    return;
  }
  switch (code & 3) {
    case 0: as.and_(flag_a_reg, flag_a_reg, bits); return;
    case 1: as.bic(flag_a_reg, flag_a_reg, bits); return;
    case 2: as.bic(flag_a_reg, bits, flag_a_reg); return;  // neither A nor the complement
    default:
      as.orr(flag_a_reg, flag_a_reg, bits);
      as.eor(flag_a_reg, flag_a_reg, imm(0xffff));
      return;
  }
}

void NeonVectors::flag_mask(Reg to, unsigned condition) {
  const a64::GpW mask = host(to).w();
  switch (static_cast<isa::Condition>(condition)) {
    case isa::Condition::always: as.mov(mask, imm(0xffff)); return;
    case isa::Condition::ifa: as.mov(mask, flag_a_reg); return;
    case isa::Condition::ifb: as.mov(mask, flag_b_reg); return;
    case isa::Condition::ifna: as.eor(mask, flag_a_reg, imm(0xffff)); return;
    case isa::Condition::ifnb: as.eor(mask, flag_b_reg, imm(0xffff)); return;
  }
}

void NeonVectors::load_flags() {
  as.ldr(flag_a_reg, host(as, state_field(offsetof(State, flag_a)), 4, address_a));
  as.ldr(flag_b_reg, host(as, state_field(offsetof(State, flag_b)), 4, address_a));
}
void NeonVectors::store_flags() {
  as.str(flag_a_reg, host(as, state_field(offsetof(State, flag_a)), 4, address_a));
  as.str(flag_b_reg, host(as, state_field(offsetof(State, flag_b)), 4, address_a));
}

/// Lanes of one part whose bits are set in all lanes of tc, to td.
void NeonVectors::mask(unsigned p) {
  as.ldr(v(td), constant(VC7_CONSTANT(lane_bit), p));
  as.cmtst(v(td).s4(), v(tc).s4(), v(td).s4());
}

void NeonVectors::blend(unsigned to, const Source& from, unsigned condition, bool any) {
  const a64::GpW bits = host(Reg::t0).w();
  const Operand source = operand(from, ta, address_a);
  flag_mask(Reg::t0, condition);
  if (any) {
    as.cmp(bits, imm(0));
    as.csetm(bits, imm(asmjit::arm::CondCode::kNE));
  }
  as.dup(v(tc).s4(), bits);
  for (unsigned p = 0; p < 4; ++p) {
    mask(p);
    as.bit(reg(to, p).b16(), part(source, p, tb).b16(), v(td).b16());
  }
}

void NeonVectors::keep(unsigned to, unsigned condition) {
  flag_mask(Reg::t0, condition);
  as.dup(v(tc).s4(), host(Reg::t0).w());
  for (unsigned p = 0; p < 4; ++p) {
    mask(p);
    as.and_(reg(to, p).b16(), reg(to, p).b16(), v(td).b16());
  }
}

// ---- TMU accesses: the parts of scratch are the addresses first, then words k of the lanes

void NeonVectors::check_addresses(const asmjit::Label& bad) {
  load(scratch(), Source::memory(state_field(offsetof(State, memory_addresses))));
  as.movi(v(tb).s4(), imm(3));
  as.ldr(v(td), constant(VC7_CONSTANT(last_vector)));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec addresses = reg(scratch(), p), wrong = v(p == 0 ? ta : tc);
    as.cmtst(wrong.s4(), addresses.s4(), v(tb).s4());
    if (p != 0) as.orr(v(ta).b16(), v(ta).b16(), wrong.b16());
    as.cmhi(v(tc).s4(), addresses.s4(), v(td).s4());
    as.orr(v(ta).b16(), v(ta).b16(), v(tc).b16());
  }
  as.mvn(v(ta).b16(), v(ta).b16());
  jump_unless_all(v(ta), bad);
}

void NeonVectors::check_consecutive(const asmjit::Label& no) {
  as.dup(v(tb).s4(), reg(scratch(), 0).s(0));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec right = v(p == 0 ? ta : tc);
    as.ldr(v(td), constant(VC7_CONSTANT(lane_bytes), p));
    as.add(v(td).s4(), v(td).s4(), v(tb).s4());
    as.cmeq(right.s4(), reg(scratch(), p).s4(), v(td).s4());
    if (p != 0) as.and_(v(ta).b16(), v(ta).b16(), right.b16());
  }
  jump_unless_all(v(ta), no);
}

void NeonVectors::check_quads(const asmjit::Label& no) {
  as.ldr(v(tb), constant(VC7_CONSTANT(vec4_in_quad)));
  for (unsigned p = 0; p < 4; ++p) {
    const Vec addresses = reg(scratch(), p), right = v(p == 0 ? ta : tc);
    as.dup(v(td).s4(), addresses.s(0));
    as.add(v(td).s4(), v(td).s4(), v(tb).s4());
    as.cmeq(right.s4(), addresses.s4(), v(td).s4());
    if (p != 0) as.and_(v(ta).b16(), v(ta).b16(), right.b16());
  }
  jump_unless_all(v(ta), no);
}

/// address_a becomes where a lane's vec4 is.
void NeonVectors::lane_address(unsigned lane) {
  as.ldr(word_a, host(as, state_field(offsetof(State, memory_addresses) + 4 * lane), 4, address_a));
  as.add(address_a, host(Reg::memory), address_a);
}

void NeonVectors::load_vec4(const Memory* results, bool quads) {
  a64::Mem to[4];
  for (unsigned k = 0; k < 4; ++k) to[k] = rows(results[k], x(result_reg + k));
  const Vec k0 = reg(scratch(), 0), k1 = reg(scratch(), 1), k2 = reg(scratch(), 2),
            k3 = reg(scratch(), 3);
  for (unsigned quad = 0; quad < 4; ++quad) {
    if (quads) {
      as.add(address_a, host(Reg::memory), host(quad_regs[quad]));
      as.ld4(k0.s4(), k1.s4(), k2.s4(), k3.s4(), ptr(address_a));
    }
    for (unsigned lane = 0; lane < 4 && !quads; ++lane) {
      lane_address(4 * quad + lane);
      as.ld4(k0.s(lane), k1.s(lane), k2.s(lane), k3.s(lane), ptr(address_a));
    }
    for (unsigned k = 0; k < 4; ++k) as.str(reg(scratch(), k), to[k].cloneAdjusted(16 * quad));
  }
}

void NeonVectors::store_vec4(bool quads) {
  const Memory data = state_field(offsetof(State, tmu_data));
  const Vec k0 = reg(scratch(), 0), k1 = reg(scratch(), 1), k2 = reg(scratch(), 2),
            k3 = reg(scratch(), 3);
  for (unsigned quad = 0; quad < 4; ++quad) {
    for (unsigned k = 0; k < 4; ++k)
      as.ldr(reg(scratch(), k), host(as, data.plus(k * sizeof(Slot) + 16 * quad), 16, address_a));
    if (quads) {
      as.add(address_a, host(Reg::memory), host(quad_regs[quad]));
      as.st4(k0.s4(), k1.s4(), k2.s4(), k3.s4(), ptr(address_a));
    }
    // In the order of the lanes: of several that store to one address, the highest wins.
    for (unsigned lane = 0; lane < 4 && !quads; ++lane) {
      lane_address(4 * quad + lane);
      as.st4(k0.s(lane), k1.s(lane), k2.s(lane), k3.s(lane), ptr(address_a));
    }
  }
}

}  // namespace vc7::sim::jit
