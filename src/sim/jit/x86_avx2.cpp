// SPDX-License-Identifier: MIT
#include "x86_avx2.hpp"

#include <vc7/isa/condition.hpp>
#include <vc7/isa/op.hpp>

namespace vc7::sim::jit {
namespace {

using x86::eax, x86::ecx, x86::xmm, x86::ymm;

constexpr unsigned t1 = 14, t2 = 15;  ///< ymm registers, not vectors

asmjit::Imm imm(auto value) { return asmjit::Imm{static_cast<std::int64_t>(value)}; }
x86::Mem at(const Memory& mem, unsigned h) { return host(mem.plus(32 * h)); }

/// Flag A, a bit per lane. In State, a loop would wait for its way through memory.
constexpr x86::Gp flag_a = x86::ebp;

}  // namespace

x86::Vec Avx2Vectors::half(unsigned v, unsigned h) const { return ymm(2 * v + h); }

x86::Vec Avx2Vectors::in_register(const Source& source, unsigned h, unsigned temp) {
  switch (source.kind) {
    case Source::Kind::vector: return half(source.vector, h);
    case Source::Kind::memory: as.vmovdqu(ymm(temp), at(source.mem, h)); break;
    case Source::Kind::broadcast: as.vbroadcastss(ymm(temp), host(source.mem)); break;
  }
  return ymm(temp);
}

/// Calls function(operand) with a register or a memory operand for one half of the lanes.
template <class Function>
void Avx2Vectors::with(const Source& source, unsigned h, Function function) {
  if (source.kind == Source::Kind::memory) return function(at(source.mem, h));
  function(in_register(source, h, t2));
}

void Avx2Vectors::load(unsigned to, const Source& from) {
  for (unsigned h = 0; h < 2; ++h) {
    switch (from.kind) {
      case Source::Kind::vector:
        if (from.vector != to) as.vmovdqa(half(to, h), half(from.vector, h));
        break;
      case Source::Kind::memory: as.vmovdqu(half(to, h), at(from.mem, h)); break;
      case Source::Kind::broadcast: as.vbroadcastss(half(to, h), host(from.mem)); break;
    }
  }
}

void Avx2Vectors::store(const Memory& to, unsigned from) {
  for (unsigned h = 0; h < 2; ++h) as.vmovdqu(at(to, h), half(from, h));
}
void Avx2Vectors::copy_16(const Memory& to, const Memory& from) {
  as.vmovups(xmm(2 * scratch()), host(from));
  as.vmovups(host(to), xmm(2 * scratch()));
}
void Avx2Vectors::first_lane(Reg to, unsigned from) { as.vmovd(host(to).r32(), xmm(2 * from)); }
void Avx2Vectors::broadcast_lane0(unsigned to, unsigned from) {
  as.vpbroadcastd(half(to, 0), xmm(2 * from));
  as.vmovdqa(half(to, 1), half(to, 0));
}
void Avx2Vectors::broadcast_quads(unsigned to, const Source& from) {
  for (unsigned h = 0; h < 2; ++h)
    with(from, h, [&](const auto& x) { as.vpshufd(half(to, h), x, imm(0)); });
}

void Avx2Vectors::twice_in_memory(const Source& from) {
  for (unsigned h = 0; h < 2; ++h) {
    const x86::Vec x = in_register(from, h, t1);
    as.vmovdqu(at(work_field(work_double), h), x);
    as.vmovdqu(at(work_field(work_double + 1), h), x);
  }
}
void Avx2Vectors::rotate(unsigned to, const Source& from, unsigned amount) {
  twice_in_memory(from);
  load(to, Source::memory(work_field(work_double).plus(4 * (amount & 15))));
}

void Avx2Vectors::half_of(Fast op, unsigned to, const Source& a, const Source& b, unsigned h) {
  const x86::Vec d = half(to, h);
  const auto constant = [&](std::size_t offset) {
    return host({Reg::constants, static_cast<int>(offset + 32 * h)});
  };
#define VC7_ORDERED(instruction)                                        \
  {                                                                     \
    const x86::Vec x = in_register(a, h, t1);                           \
    return with(b, h, [&](const auto& y) { as.instruction(d, x, y); }); \
  }
  switch (op) {
    case Fast::add: VC7_ORDERED(vpaddd)
    case Fast::sub: VC7_ORDERED(vpsubd)
    case Fast::fadd:
    case Fast::faddnf: VC7_ORDERED(vaddps)
    case Fast::fsub:
    case Fast::fcmp: VC7_ORDERED(vsubps)
    case Fast::fmul: VC7_ORDERED(vmulps)
    case Fast::min: VC7_ORDERED(vpminsd)
    case Fast::max: VC7_ORDERED(vpmaxsd)
    case Fast::umin: VC7_ORDERED(vpminud)
    case Fast::umax: VC7_ORDERED(vpmaxud)
    case Fast::band: VC7_ORDERED(vpand)
    case Fast::bor: VC7_ORDERED(vpor)
    case Fast::bxor: VC7_ORDERED(vpxor)
    case Fast::vadd: VC7_ORDERED(vpaddw)
    case Fast::vsub: VC7_ORDERED(vpsubw)
    case Fast::shl:
    case Fast::shr:
    case Fast::asr: {
      const x86::Vec x = in_register(a, h, t1);
      as.vpand(ymm(t2), in_register(b, h, t2), constant(offsetof(Constants, low_five)));
      if (op == Fast::shl)
        as.vpsllvd(d, x, ymm(t2));
      else if (op == Fast::shr)
        as.vpsrlvd(d, x, ymm(t2));
      else
        as.vpsravd(d, x, ymm(t2));
      return;
    }
    case Fast::bnot:
      as.vpcmpeqd(ymm(t1), ymm(t1), ymm(t1));
      return with(a, h, [&](const auto& x) { as.vpxor(d, ymm(t1), x); });
    case Fast::neg:
      as.vpxor(ymm(t1), ymm(t1), ymm(t1));
      return with(a, h, [&](const auto& x) { as.vpsubd(d, ymm(t1), x); });
    case Fast::vpack:
      as.vpand(ymm(t1), in_register(a, h, t1), constant(offsetof(Constants, low_half)));
      as.vpslld(ymm(t2), in_register(b, h, t2), imm(16));
      as.vpor(d, ymm(t1), ymm(t2));
      return;
    case Fast::itof: as.vcvtdq2ps(d, in_register(a, h, t1)); return;
    case Fast::umul24:
      as.vpand(ymm(t1), in_register(a, h, t1), constant(offsetof(Constants, low_24)));
      as.vpand(ymm(t2), in_register(b, h, t2), constant(offsetof(Constants, low_24)));
      as.vpmulld(d, ymm(t1), ymm(t2));
      return;
    case Fast::smul24:
      as.vpslld(ymm(t1), in_register(a, h, t1), imm(8));
      as.vpsrad(ymm(t1), ymm(t1), imm(8));
      if (a.kind == Source::Kind::vector && b.is(a.vector)) {
        as.vpmulld(d, ymm(t1), ymm(t1));
        return;
      }
      as.vpslld(ymm(t2), in_register(b, h, t2), imm(8));
      as.vpsrad(ymm(t2), ymm(t2), imm(8));
      as.vpmulld(d, ymm(t1), ymm(t2));
      return;
    default: return;
  }
#undef VC7_ORDERED
}

bool Avx2Vectors::compute(Fast op, unsigned to, const Source& a, const Source& b) {
  switch (op) {
    case Fast::mov:
    case Fast::fmov: load(to, a); return true;
    case Fast::fmin:
    case Fast::fmax:
    case Fast::ror:
    case Fast::utof:
    case Fast::shuffle:
    case Fast::rotq:
    case Fast::none: return false;
    case Fast::rot:
      twice_in_memory(a);
      if (b.kind == Source::Kind::vector)
        first_lane(Reg::t0, b.vector);
      else
        as.mov(eax, host(b.mem));
      as.and_(eax, imm(15));
      load(to, Source::memory({Reg::state, work_field(work_double).offset, Reg::t0, 2}));
      return true;
    default: break;
  }
  for (unsigned h = 0; h < 2; ++h) half_of(op, to, a, b, h);
  if (op == Fast::umul24) {
    const asmjit::Label done = as.newLabel();
    const x86::Mem pending = host(state_field(offsetof(State, rtop_pending)), 1);
    as.cmp(pending, imm(0));
    as.je(done);
    for (unsigned h = 0; h < 2; ++h)
      as.vpaddd(half(to, h), half(to, h), at(state_field(offsetof(State, rtop)), h));
    as.mov(pending, imm(0));
    as.bind(done);
  }
  return true;
}

void Avx2Vectors::shift(Fast op, unsigned to, const Source& a, unsigned amount) {
  amount &= 31;
  for (unsigned h = 0; h < 2; ++h) {
    const x86::Vec x = in_register(a, h, t1), d = half(to, h);
    switch (op) {
      case Fast::shl: as.vpslld(d, x, imm(amount)); break;
      case Fast::shr: as.vpsrld(d, x, imm(amount)); break;
      case Fast::asr: as.vpsrad(d, x, imm(amount)); break;
      default:  // a rotation; a shift by 32 makes 0
        as.vpslld(ymm(t2), x, imm(32 - amount));
        as.vpsrld(ymm(t1), x, imm(amount));
        as.vpor(d, ymm(t1), ymm(t2));
    }
  }
}

void Avx2Vectors::canonical(unsigned v) {
  for (unsigned h = 0; h < 2; ++h) {
    const x86::Vec x = half(v, h);
    as.vcmpps(ymm(t1), x, x, imm(x86::VCmpImm::kUNORD_Q));
    as.vblendvps(x, x, at(VC7_CONSTANT(nan), h), ymm(t1));
  }
}

void Avx2Vectors::canonical_in_memory(const Memory& mem) {
  for (unsigned h = 0; h < 2; ++h) {
    as.vmovdqu(ymm(t1), at(mem, h));
    as.vcmpps(ymm(t2), ymm(t1), ymm(t1), imm(x86::VCmpImm::kUNORD_Q));
    as.vblendvps(ymm(t1), ymm(t1), at(VC7_CONSTANT(nan), h), ymm(t2));
    as.vmovdqu(at(mem, h), ymm(t1));
  }
}

void Avx2Vectors::check_canonical(unsigned v, const asmjit::Label& bad) {
  for (unsigned h = 0; h < 2; ++h) {
    const x86::Vec x = half(v, h);
    as.vcmpps(ymm(t1), x, x, imm(x86::VCmpImm::kUNORD_Q));
    as.vpcmpeqd(ymm(t2), x, at(VC7_CONSTANT(nan), h));
    as.vpandn(ymm(t2), ymm(t2), ymm(t1));
    as.vptest(ymm(t2), ymm(t2));
    as.jnz(bad);
  }
}

/// The bits that a push or an update tests, to eax.
void Avx2Vectors::tested(const MicroOp& op, unsigned tested, const Source& a, const Source& b,
                         unsigned result) {
  using isa::FlagRule;
  using x86::VCmpImm;
  const auto rule = static_cast<FlagRule>(op.flag_rule);
  const bool known = rule == FlagRule::add || rule == FlagRule::sub ||
                     rule == FlagRule::greater_s || rule == FlagRule::greater_u;
  if (tested == 3 && rule != FlagRule::fcmp && !known) {
    as.xor_(eax, eax);
    return;
  }
  bool inverted = false;
  for (unsigned h = 0; h < 2; ++h) {
    const x86::Vec r = half(result, h);
    // x <= y where the smaller of the two is x
    const auto not_above = [&](const x86::Vec& x, const x86::Vec& y) {
      inverted = true;
      as.vpminud(ymm(t2), x, y);
      as.vpcmpeqd(ymm(t1), ymm(t2), x);
    };
    if (rule == FlagRule::fcmp) {
      const VCmpImm how = tested == 1   ? VCmpImm::kEQ_OQ
                          : tested == 2 ? VCmpImm::kLT_OQ
                                        : VCmpImm::kLE_OQ;
      as.vcmpps(ymm(t1), in_register(a, h, t1), in_register(b, h, t2), imm(how));
    } else if (rule == FlagRule::fp && tested == 2) {
      as.vxorps(ymm(t1), ymm(t1), ymm(t1));
      as.vcmpps(ymm(t1), r, ymm(t1), imm(VCmpImm::kLT_OQ));
    } else if (tested == 1) {
      as.vpxor(ymm(t2), ymm(t2), ymm(t2));
      if (rule == FlagRule::fp) {
        as.vpand(ymm(t1), r, at(VC7_CONSTANT(magnitude), h));
        as.vpcmpeqd(ymm(t1), ymm(t1), ymm(t2));
      } else {
        as.vpcmpeqd(ymm(t1), r, ymm(t2));
      }
    } else if (tested == 2) {
      as.vmovdqa(ymm(t1), r);
    } else if (rule == FlagRule::add) {
      not_above(in_register(a, h, t1), r);
    } else if (rule == FlagRule::sub) {
      not_above(in_register(b, h, t1), in_register(a, h, t2));
    } else if (rule == FlagRule::greater_u) {
      not_above(in_register(a, h, t1), in_register(b, h, t2));
    } else {
      as.vpcmpgtd(ymm(t1), in_register(a, h, t1), in_register(b, h, t2));
    }
    as.vmovmskps(h == 0 ? eax : ecx, ymm(t1));
  }
  as.shl(ecx, imm(8));
  as.or_(eax, ecx);
  if (inverted) as.xor_(eax, imm(0xffff));
}

void Avx2Vectors::flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) {
  const unsigned code = op.flag_op;
  tested(op, code < 4 ? code : code >> 2, a, b, result);
  if (code < 4) {
    as.mov(host(state_field(offsetof(State, flag_b))), flag_a);
    as.mov(flag_a, eax);
    return;
  }
  switch (code & 3) {
    case 0: as.and_(flag_a, eax); break;
    case 1:
      as.not_(eax);
      as.and_(flag_a, eax);
      break;
    case 2:
      as.not_(flag_a);
      as.and_(flag_a, eax);
      break;
    default:
      as.or_(flag_a, eax);
      as.xor_(flag_a, imm(0xffff));
      break;
  }
}

/// Lanes whose bits are set in eax, of one half, to the signs of t2. `spread`: t1 still holds eax
/// in all lanes.
void Avx2Vectors::mask(unsigned h, bool spread) {
  if (!spread) {
    as.vmovd(xmm(t1), eax);
    as.vpbroadcastd(ymm(t1), xmm(t1));
  }
  as.vpsllvd(ymm(t2), ymm(t1), at(VC7_CONSTANT(bit_to_sign), h));
}

void Avx2Vectors::blend(unsigned to, const Source& from, unsigned condition, bool any) {
  flag_mask(Reg::t0, condition);
  if (any) {
    as.neg(eax);
    as.sbb(eax, eax);
  }
  for (unsigned h = 0; h < 2; ++h) {
    mask(h, h == 1 && from.kind != Source::Kind::broadcast);
    const x86::Vec d = half(to, h);
    if (from.kind == Source::Kind::memory)
      as.vblendvps(d, d, at(from.mem, h), ymm(t2));
    else
      as.vblendvps(d, d, in_register(from, h, t1), ymm(t2));
  }
}

void Avx2Vectors::keep(unsigned to, unsigned condition) {
  flag_mask(Reg::t0, condition);
  for (unsigned h = 0; h < 2; ++h) {
    mask(h, h == 1);
    as.vpsrad(ymm(t2), ymm(t2), imm(31));
    as.vpand(half(to, h), half(to, h), ymm(t2));
  }
}

void Avx2Vectors::load_flags() { as.mov(flag_a, host(state_field(offsetof(State, flag_a)))); }
void Avx2Vectors::store_flags() { as.mov(host(state_field(offsetof(State, flag_a))), flag_a); }
void Avx2Vectors::flag_mask(Reg to, unsigned condition) {
  const auto c = static_cast<isa::Condition>(condition);
  const x86::Gp mask = host(to).r32();
  if (c == isa::Condition::always) {
    as.mov(mask, imm(0xffff));
    return;
  }
  if (c == isa::Condition::ifb || c == isa::Condition::ifnb)
    as.mov(mask, host(state_field(offsetof(State, flag_b))));
  else
    as.mov(mask, flag_a);
  if (c == isa::Condition::ifna || c == isa::Condition::ifnb) as.xor_(mask, imm(0xffff));
}

void Avx2Vectors::check_addresses(const asmjit::Label& bad) {
  for (unsigned h = 0; h < 2; ++h) {
    as.vmovdqu(ymm(t1), at(state_field(offsetof(State, memory_addresses)), h));
    as.vptest(ymm(t1), at(VC7_CONSTANT(three), h));
    as.jnz(bad);
    as.vmovdqu(ymm(t2), at(VC7_CONSTANT(last_vector), h));
    as.vpmaxud(ymm(t1), ymm(t1), ymm(t2));
    as.vpcmpeqd(ymm(t1), ymm(t1), ymm(t2));
    as.vmovmskps(eax, ymm(t1));
    as.cmp(eax, imm(0xff));
    as.jne(bad);
  }
}

void Avx2Vectors::check_consecutive(const asmjit::Label& no) {
  const Memory addresses = state_field(offsetof(State, memory_addresses));
  for (unsigned h = 0; h < 2; ++h) {
    as.vbroadcastss(ymm(t1), host(addresses));
    as.vpaddd(ymm(t1), ymm(t1), at(VC7_CONSTANT(lane_bytes), h));
    as.vpcmpeqd(ymm(t1), ymm(t1), at(addresses, h));
    as.vmovmskps(eax, ymm(t1));
    as.cmp(eax, imm(0xff));
    as.jne(no);
  }
}

void Avx2Vectors::check_quads(const asmjit::Label& no) {
  const Memory addresses = state_field(offsetof(State, memory_addresses));
  for (unsigned h = 0; h < 2; ++h) {
    as.vpshufd(ymm(t1), at(addresses, h), imm(0));
    as.vpaddd(ymm(t1), ymm(t1), at(VC7_CONSTANT(vec4_in_quad), h));
    as.vpcmpeqd(ymm(t1), ymm(t1), at(addresses, h));
    as.vmovmskps(eax, ymm(t1));
    as.cmp(eax, imm(0xff));
    as.jne(no);
  }
}

/// Rows of four lanes each (one 128-bit part per group of four) to columns, or back.
static void transpose(x86::Assembler& as, const unsigned (&row)[4], unsigned s, unsigned t) {
  const auto [r0, r1, r2, r3] = row;
  as.vunpcklps(ymm(s), ymm(r0), ymm(r1));
  as.vunpckhps(ymm(t), ymm(r0), ymm(r1));
  as.vunpcklps(ymm(r0), ymm(r2), ymm(r3));
  as.vunpckhps(ymm(r1), ymm(r2), ymm(r3));
  as.vunpckhpd(ymm(r3), ymm(t), ymm(r1));
  as.vunpcklpd(ymm(r2), ymm(t), ymm(r1));
  as.vunpckhpd(ymm(r1), ymm(s), ymm(r0));
  as.vunpcklpd(ymm(r0), ymm(s), ymm(r0));
}

// A transposition needs six registers: the last home gives up its two for that time.
static constexpr unsigned rows[4] = {10, 11, 12, 13}, last_home = 5;

void Avx2Vectors::load_vec4(const Memory* results, bool quads) {
  store(work_field(work_double), last_home);
  for (unsigned h = 0; h < 2; ++h) {
    for (unsigned j = 0; j < 4; ++j) as.vmovups(xmm(rows[j]), host(vec4_address(8 * h + j, quads)));
    for (unsigned j = 0; j < 4; ++j)
      as.vinsertf128(ymm(rows[j]), ymm(rows[j]), host(vec4_address(8 * h + 4 + j, quads)), imm(1));
    transpose(as, rows, t1, t2);
    for (unsigned k = 0; k < 4; ++k) as.vmovups(at(results[k], h), ymm(rows[k]));
  }
  load(last_home, Source::memory(work_field(work_double)));
}

void Avx2Vectors::store_vec4(bool quads, bool past_caches) {
  store(work_field(work_double), last_home);
  for (unsigned h = 0; h < 2; ++h) {
    for (unsigned k = 0; k < 4; ++k)
      as.vmovups(ymm(rows[k]), at(state_field(offsetof(State, tmu_data) + k * sizeof(Slot)), h));
    transpose(as, rows, t1, t2);
    // In the order of the lanes: of several that store to one address, the highest wins.
    for (unsigned j = 0; j < 8; ++j) {
      const x86::Mem to = host(vec4_address(8 * h + j, quads));
      const auto row = rows[j % 4];
      if (past_caches) {
        if (j >= 4) as.vextractf128(xmm(row), ymm(row), imm(1));
        as.vmovntps(to, xmm(row));
      } else if (j < 4) {
        as.vmovups(to, xmm(row));
      } else {
        as.vextractf128(to, ymm(row), imm(1));
      }
    }
  }
  load(last_home, Source::memory(work_field(work_double)));
}

}  // namespace vc7::sim::jit
