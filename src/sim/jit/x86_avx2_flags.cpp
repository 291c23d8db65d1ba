// SPDX-License-Identifier: MIT
//
// Flags, and what depends on them.
#include <vc7/isa/condition.hpp>
#include <vc7/isa/op.hpp>

#include "x86_avx2.hpp"

namespace vc7::sim::jit {

using x86::eax, x86::ecx, x86::xmm, x86::ymm;

/// Flag A, a bit per lane. In State, a loop would wait for its way through memory.
static constexpr x86::Gp flag_a = x86::ebp;

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
    const x86::Vec flag = flag_signs(h);
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
  // By way of 16 and 8 bits, which keep the signs; in parts of four lanes, as vectors of 256 bits
  // are packed.
  as.vpackssdw(ymm(t1), flag_signs(0), flag_signs(1));
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
      const x86::Vec d = half(to, h), flag = flag_signs(h);
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
    as.vpsrad(ymm(t2), in_home ? flag_signs(h) : ymm(t2), imm(31));
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
    as.vpsllvd(flag_signs(h), ymm(t1), at(VC7_CONSTANT(bit_to_sign), h));
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
  as.vpor(ymm(t1), flag_signs(0), flag_signs(1));
  as.vmovmskps(host(to).r32(), ymm(t1));
}

}  // namespace vc7::sim::jit
