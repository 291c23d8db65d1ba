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

/// `again`: a word in all lanes is in `temp` already.
x86::Vec Avx2Vectors::in_register(const Source& source, unsigned h, unsigned temp, bool again) {
  switch (source.kind) {
    case Source::Kind::vector: return half(source.vector, h);
    case Source::Kind::memory: as.vmovdqu(ymm(temp), at(source.mem, h)); break;
    case Source::Kind::broadcast:
      if (!again) as.vbroadcastss(ymm(temp), host(source.mem));
      break;
  }
  return ymm(temp);
}

/// Calls function(operand) with a register or a memory operand for one half of the lanes.
template <class Function>
void Avx2Vectors::with(const Source& source, unsigned h, Function function, bool again) {
  if (source.kind == Source::Kind::memory) return function(at(source.mem, h));
  function(in_register(source, h, t2, again));
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
// One word in all lanes stays where the first half of the lanes had it.
#define VC7_ORDERED(instruction)                                       \
  {                                                                    \
    const bool again = h != 0;                                         \
    const x86::Vec x = in_register(a, h, t1, again);                   \
    return with(                                                       \
        b, h, [&](const auto& y) { as.instruction(d, x, y); }, again); \
  }
// An operand in memory can only be the second one.
#define VC7_COMMUTATIVE(instruction)                                                      \
  {                                                                                       \
    if (a.kind != Source::Kind::vector && b.kind == Source::Kind::vector)                 \
      return with(                                                                        \
          a, h, [&](const auto& x) { as.instruction(d, half(b.vector, h), x); }, h != 0); \
    VC7_ORDERED(instruction)                                                              \
  }
  switch (op) {
    case Fast::add: VC7_COMMUTATIVE(vpaddd)
    case Fast::sub: VC7_ORDERED(vpsubd)
    case Fast::fadd:
    case Fast::faddnf: VC7_COMMUTATIVE(vaddps)
    case Fast::fsub:
    case Fast::fcmp: VC7_ORDERED(vsubps)
    case Fast::fmul: VC7_COMMUTATIVE(vmulps)
    case Fast::min: VC7_COMMUTATIVE(vpminsd)
    case Fast::max: VC7_COMMUTATIVE(vpmaxsd)
    case Fast::umin: VC7_COMMUTATIVE(vpminud)
    case Fast::umax: VC7_COMMUTATIVE(vpmaxud)
    case Fast::band: VC7_COMMUTATIVE(vpand)
    case Fast::bor: VC7_COMMUTATIVE(vpor)
    case Fast::bxor: VC7_COMMUTATIVE(vpxor)
    case Fast::vadd: VC7_COMMUTATIVE(vpaddw)
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
#undef VC7_COMMUTATIVE
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

/// What a push or an update tests, as the signs of one half of the lanes.
Avx2Vectors::Tested Avx2Vectors::tested(const MicroOp& op, unsigned tested, const Source& a,
                                        const Source& b, unsigned result, unsigned h) {
  using isa::FlagRule;
  using x86::VCmpImm;
  const auto rule = static_cast<FlagRule>(op.flag_rule);
  const x86::Vec r = half(result, h), signs = ymm(t1);
  // x <= y where the smaller of the two is x
  const auto not_above = [&](const x86::Vec& x, const x86::Vec& y) {
    as.vpminud(ymm(t2), x, y);
    as.vpcmpeqd(signs, ymm(t2), x);
    return Tested{signs, true};
  };
  if (rule == FlagRule::fcmp) {
    const VCmpImm how = tested == 1   ? VCmpImm::kEQ_OQ
                        : tested == 2 ? VCmpImm::kLT_OQ
                                      : VCmpImm::kLE_OQ;
    as.vcmpps(signs, in_register(a, h, t1), in_register(b, h, t2), imm(how));
    return {signs, false};
  }
  if (tested == 2) {
    if (rule != FlagRule::fp) return {r, false};
    as.vxorps(signs, signs, signs);
    as.vcmpps(signs, r, signs, imm(VCmpImm::kLT_OQ));
    return {signs, false};
  }
  if (tested == 1) {
    as.vpxor(ymm(t2), ymm(t2), ymm(t2));
    if (rule == FlagRule::fp) {
      as.vpand(signs, r, at(VC7_CONSTANT(magnitude), h));
      as.vpcmpeqd(signs, signs, ymm(t2));
    } else {
      as.vpcmpeqd(signs, r, ymm(t2));
    }
    return {signs, false};
  }
  switch (rule) {
    case FlagRule::add: return not_above(in_register(a, h, t1), r);
    case FlagRule::sub: return not_above(in_register(b, h, t1), in_register(a, h, t2));
    case FlagRule::greater_u: return not_above(in_register(a, h, t1), in_register(b, h, t2));
    case FlagRule::greater_s:
      as.vpcmpgtd(signs, in_register(a, h, t1), in_register(b, h, t2));
      return {signs, false};
    default: as.vpxor(signs, signs, signs); return {signs, false};
  }
}

/// The same as bits of eax.
void Avx2Vectors::tested_bits(const MicroOp& op, unsigned tested, const Source& a, const Source& b,
                              unsigned result) {
  bool inverted = false;
  for (unsigned h = 0; h < 2; ++h) {
    const Tested test = this->tested(op, tested, a, b, result, h);
    as.vmovmskps(h == 0 ? eax : ecx, test.signs);
    inverted = test.inverted;
  }
  as.shl(ecx, imm(8));
  as.or_(eax, ecx);
  if (inverted) as.xor_(eax, imm(0xffff));
}

void Avx2Vectors::update_bits(unsigned code) {
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

void Avx2Vectors::flags_in_home(const MicroOp& op, unsigned tested, const Source& a,
                                const Source& b, unsigned result) {
  const unsigned code = op.flag_op;
  if (code < 4) {
    flag_mask(Reg::t0, static_cast<unsigned>(isa::Condition::ifa));
    as.mov(host(state_field(offsetof(State, flag_b))), eax);
  }
  for (unsigned h = 0; h < 2; ++h) {
    const x86::Vec flag = half(static_cast<unsigned>(flags_home_), h);
    Tested test = this->tested(op, tested, a, b, result, h);
    const auto invert = [&](const x86::Vec& to, const x86::Vec& from) {
      as.vpcmpeqd(ymm(t2), ymm(t2), ymm(t2));
      as.vpxor(to, from, ymm(t2));
    };
    if (test.inverted) invert(test.signs, test.signs);
    if (code < 4) {
      as.vmovdqa(flag, test.signs);
      continue;
    }
    switch (code & 3) {
      case 0: as.vpand(flag, flag, test.signs); break;
      case 1: as.vpandn(flag, test.signs, flag); break;
      case 2: as.vpandn(flag, flag, test.signs); break;
      default:
        as.vpor(flag, flag, test.signs);
        invert(flag, flag);
        break;
    }
  }
}

void Avx2Vectors::flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) {
  const unsigned code = op.flag_op, tested = code < 4 ? code : code >> 2;
  if (flags_home_ >= 0) return flags_in_home(op, tested, a, b, result);
  tested_bits(op, tested, a, b, result);
  if (code >= 4) return update_bits(code);
  as.mov(host(state_field(offsetof(State, flag_b))), flag_a);
  as.mov(flag_a, eax);
}

/// Flag A from its home, a bit per lane. The register of flag_a is free then.
void Avx2Vectors::bits_of_home(const x86::Gp& to) {
  const auto home = static_cast<unsigned>(flags_home_);
  // By way of 16 and 8 bits, which keep the signs; in parts of four lanes, as vectors of 256 bits
  // are packed.
  as.vpackssdw(ymm(t1), half(home, 0), half(home, 1));
  as.vextracti128(xmm(t2), ymm(t1), imm(1));
  as.vpacksswb(xmm(t1), xmm(t1), xmm(t2));
  as.vpshufd(xmm(t1), xmm(t1), imm(0xd8));
  as.vpmovmskb(to, xmm(t1));
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

bool Avx2Vectors::in_flags_home(unsigned condition) const {
  const auto c = static_cast<isa::Condition>(condition);
  return flags_home_ >= 0 && (c == isa::Condition::ifa || c == isa::Condition::ifna);
}

void Avx2Vectors::blend(unsigned to, const Source& from, unsigned condition, bool any) {
  if (in_flags_home(condition) && !any) {
    const bool inverted = static_cast<isa::Condition>(condition) == isa::Condition::ifna;
    for (unsigned h = 0; h < 2; ++h) {
      const x86::Vec d = half(to, h), flag = half(static_cast<unsigned>(flags_home_), h);
      if (inverted)
        as.vblendvps(d, in_register(from, h, t1), d, flag);
      else
        with(from, h, [&](const auto& x) { as.vblendvps(d, d, x, flag); });
    }
    return;
  }
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
  const bool in_home = in_flags_home(condition);
  const bool inverted = in_home && static_cast<isa::Condition>(condition) == isa::Condition::ifna;
  if (!in_home) flag_mask(Reg::t0, condition);
  for (unsigned h = 0; h < 2; ++h) {
    const x86::Vec d = half(to, h);
    if (!in_home) mask(h, h == 1);
    as.vpsrad(ymm(t2), in_home ? half(static_cast<unsigned>(flags_home_), h) : ymm(t2), imm(31));
    if (inverted)
      as.vpandn(d, ymm(t2), d);
    else
      as.vpand(d, d, ymm(t2));
  }
}

void Avx2Vectors::load_flags() {
  const x86::Mem bits = host(state_field(offsetof(State, flag_a)));
  if (flags_home_ < 0) {
    as.mov(flag_a, bits);
    return;
  }
  as.vpbroadcastd(ymm(t1), bits);
  for (unsigned h = 0; h < 2; ++h)
    as.vpsllvd(half(static_cast<unsigned>(flags_home_), h), ymm(t1),
               at(VC7_CONSTANT(bit_to_sign), h));
}

void Avx2Vectors::store_flags() {
  if (flags_home_ >= 0) bits_of_home(flag_a);
  as.mov(host(state_field(offsetof(State, flag_a))), flag_a);
}

void Avx2Vectors::flag_mask(Reg to, unsigned condition) {
  const auto c = static_cast<isa::Condition>(condition);
  const x86::Gp mask = host(to).r32();
  if (c == isa::Condition::always) {
    as.mov(mask, imm(0xffff));
    return;
  }
  if (c == isa::Condition::ifb || c == isa::Condition::ifnb)
    as.mov(mask, host(state_field(offsetof(State, flag_b))));
  else if (flags_home_ >= 0)
    bits_of_home(mask);
  else
    as.mov(mask, flag_a);
  if (c == isa::Condition::ifna || c == isa::Condition::ifnb) as.xor_(mask, imm(0xffff));
}

void Avx2Vectors::any_flag(Reg to) {
  if (flags_home_ < 0) {
    as.mov(host(to).r32(), flag_a);
    return;
  }
  const auto home = static_cast<unsigned>(flags_home_);
  as.vpor(ymm(t1), half(home, 0), half(home, 1));
  as.vmovmskps(host(to).r32(), ymm(t1));
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
