// SPDX-License-Identifier: MIT
#include "x86_avx512.hpp"

#include <vc7/isa/condition.hpp>
#include <vc7/isa/op.hpp>

namespace vc7::sim::jit {
namespace {

using x86::k1, x86::k2, x86::k3, x86::k4;
using x86::zmm, x86::xmm;

const x86::KReg flag_a = k2, flag_b = k3;
constexpr unsigned scratch_first = 26, t1 = 27, t2 = 28, t3 = 29, t4 = 30, t5 = 31;

x86::Mem in_all_lanes(const Memory& mem) { return host(mem)._1to16(); }
x86::Mem field(std::size_t offset) { return host(state_field(offset)); }

}  // namespace

x86::Vec Avx512Vectors::in_register(const Source& source, unsigned scratch) {
  if (source.kind == Source::Kind::vector) return zmm(source.vector);
  load(scratch, source);
  return zmm(scratch);
}

/// Calls function(operand) with a register or a memory operand.
template <class Function>
void Avx512Vectors::with(const Source& source, Function function) {
  switch (source.kind) {
    case Source::Kind::vector: return function(x86::Vec{zmm(source.vector)});
    case Source::Kind::memory: return function(host(source.mem));
    case Source::Kind::broadcast: return function(in_all_lanes(source.mem));
  }
}

/// Calls function(register, operand) with the sources in either order.
template <class Function>
void Avx512Vectors::commutative(const Source& a, const Source& b, Function function) {
  const bool swap = a.kind != Source::Kind::vector && b.kind == Source::Kind::vector;
  const Source& first = swap ? b : a;
  const Source& second = swap ? a : b;
  const x86::Vec x = in_register(first, t1);
  with(second, [&](const auto& y) { function(x, y); });
}

void Avx512Vectors::load(unsigned to, const Source& from) {
  switch (from.kind) {
    case Source::Kind::vector:
      if (from.vector != to) as.vmovdqa64(zmm(to), zmm(from.vector));
      return;
    case Source::Kind::memory: as.vmovdqu64(zmm(to), host(from.mem)); return;
    case Source::Kind::broadcast: as.vpbroadcastd(zmm(to), host(from.mem)); return;
  }
}

void Avx512Vectors::store(const Memory& to, unsigned from) { as.vmovdqu64(host(to), zmm(from)); }
void Avx512Vectors::copy_16(const Memory& to, const Memory& from) {
  as.vmovups(xmm(scratch_first), host(from));
  as.vmovups(host(to), xmm(scratch_first));
}
void Avx512Vectors::first_lane(Reg to, unsigned from) { as.vmovd(host(to).r32(), xmm(from)); }
void Avx512Vectors::broadcast_lane0(unsigned to, unsigned from) {
  as.vpbroadcastd(zmm(to), xmm(from));
}
void Avx512Vectors::broadcast_quads(unsigned to, const Source& from) {
  with(from, [&](const auto& x) { as.vpshufd(zmm(to), x, imm(0)); });
}
void Avx512Vectors::rotate(unsigned to, const Source& from, unsigned amount) {
  const x86::Vec x = in_register(from, t1);
  as.valignd(zmm(to), x, x, imm(amount & 15));
}

void Avx512Vectors::minimum(bool greatest, unsigned to, const Source& a, const Source& b) {
  using x86::VCmpImm;
  const x86::Vec x = in_register(a, t1), y = in_register(b, t2);
  // Equal values differ at most in the sign of zero.
  if (greatest)
    as.vpandd(zmm(t3), x, y);
  else
    as.vpord(zmm(t3), x, y);
  as.vcmpps(k1, x, y, imm(greatest ? VCmpImm::kGT_OQ : VCmpImm::kLT_OQ));
  as.k(k1).vmovdqa32(zmm(t3), x);
  as.vcmpps(k1, x, y, imm(greatest ? VCmpImm::kLT_OQ : VCmpImm::kGT_OQ));
  as.k(k1).vmovdqa32(zmm(t3), y);
  as.vcmpps(k1, y, y, imm(VCmpImm::kUNORD_Q));
  as.k(k1).vmovdqa32(zmm(t3), x);
  as.vcmpps(k1, x, x, imm(VCmpImm::kUNORD_Q));
  as.k(k1).vmovdqa32(zmm(t3), y);
  as.vmovdqa64(zmm(to), zmm(t3));
  canonical(to);
}

bool Avx512Vectors::compute(Fast op, unsigned to, const Source& a, const Source& b) {
  const auto d = zmm(to);
#define VC7_COMMUTATIVE(instruction) \
  commutative(a, b, [&](const x86::Vec& x, const auto& y) { as.instruction(d, x, y); })
#define VC7_ORDERED(instruction) \
  with(b, [&](const auto& y) { as.instruction(d, in_register(a, t1), y); })
  switch (op) {
    case Fast::mov:
    case Fast::fmov: load(to, a); return true;
    case Fast::add: VC7_COMMUTATIVE(vpaddd); return true;
    case Fast::sub: VC7_ORDERED(vpsubd); return true;
    case Fast::fadd:
    case Fast::faddnf: VC7_COMMUTATIVE(vaddps); return true;
    case Fast::fsub:
    case Fast::fcmp: VC7_ORDERED(vsubps); return true;
    case Fast::fmul: VC7_COMMUTATIVE(vmulps); return true;
    case Fast::fmin: minimum(false, to, a, b); return true;
    case Fast::fmax: minimum(true, to, a, b); return true;
    case Fast::min: VC7_COMMUTATIVE(vpminsd); return true;
    case Fast::max: VC7_COMMUTATIVE(vpmaxsd); return true;
    case Fast::umin: VC7_COMMUTATIVE(vpminud); return true;
    case Fast::umax: VC7_COMMUTATIVE(vpmaxud); return true;
    case Fast::band: VC7_COMMUTATIVE(vpandd); return true;
    case Fast::bor: VC7_COMMUTATIVE(vpord); return true;
    case Fast::bxor: VC7_COMMUTATIVE(vpxord); return true;
    case Fast::shl:
    case Fast::shr:
    case Fast::asr: {
      const x86::Vec x = in_register(a, t1);
      as.vpandd(zmm(t2), in_register(b, t2), host(VC7_CONSTANT(low_five)));
      if (op == Fast::shl)
        as.vpsllvd(d, x, zmm(t2));
      else if (op == Fast::shr)
        as.vpsrlvd(d, x, zmm(t2));
      else
        as.vpsravd(d, x, zmm(t2));
      return true;
    }
    case Fast::ror: VC7_ORDERED(vprorvd); return true;
    case Fast::bnot: {
      const x86::Vec x = in_register(a, t1);
      if (x.id() != to) as.vmovdqa64(d, x);
      as.vpternlogd(d, d, d, imm(0x55));
      return true;
    }
    case Fast::neg:
      as.vpxord(zmm(t2), zmm(t2), zmm(t2));
      with(a, [&](const auto& x) { as.vpsubd(d, zmm(t2), x); });
      return true;
    case Fast::vadd: as.vpaddw(d, in_register(a, t1), in_register(b, t2)); return true;
    case Fast::vsub: as.vpsubw(d, in_register(a, t1), in_register(b, t2)); return true;
    case Fast::vpack:
      as.vpandd(zmm(t1), in_register(a, t1), host(VC7_CONSTANT(low_half)));
      as.vpslld(zmm(t2), in_register(b, t2), imm(16));
      as.vpord(d, zmm(t1), zmm(t2));
      return true;
    case Fast::itof: as.vcvtdq2ps(d, in_register(a, t1)); return true;
    case Fast::utof: as.vcvtudq2ps(d, in_register(a, t1)); return true;
    case Fast::rot: {
      const x86::Vec x = in_register(a, t1), y = in_register(b, t2);
      as.vpbroadcastd(zmm(t2), y.xmm());
      as.vpaddd(zmm(t2), zmm(t2), host(VC7_CONSTANT(lane)));
      as.vpermd(d, zmm(t2), x);
      return true;
    }
    case Fast::shuffle: {
      const x86::Vec x = in_register(a, t1);
      as.vpermd(d, in_register(b, t2), x);
      return true;
    }
    case Fast::rotq: {
      const x86::Vec x = in_register(a, t1);
      as.vpshufd(zmm(t2), in_register(b, t2), imm(0));
      as.vpaddd(zmm(t2), zmm(t2), host(VC7_CONSTANT(lane)));
      as.vpandd(zmm(t2), zmm(t2), host(VC7_CONSTANT(three)));
      as.vpord(zmm(t2), zmm(t2), host(VC7_CONSTANT(lane_group)));
      as.vpermd(d, zmm(t2), x);
      return true;
    }
    case Fast::umul24: {
      as.vpandd(zmm(t1), in_register(a, t1), host(VC7_CONSTANT(low_24)));
      as.vpandd(zmm(t2), in_register(b, t2), host(VC7_CONSTANT(low_24)));
      as.vpmulld(d, zmm(t1), zmm(t2));
      const asmjit::Label done = as.newLabel();
      const x86::Mem pending = host(state_field(offsetof(State, rtop_pending)), 1);
      as.cmp(pending, imm(0));
      as.je(done);
      as.vpaddd(d, d, field(offsetof(State, rtop)));
      as.mov(pending, imm(0));
      as.bind(done);
      return true;
    }
    case Fast::smul24: {
      const bool same = a.kind == Source::Kind::vector && b.is(a.vector);
      as.vpslld(zmm(t1), in_register(a, t1), imm(8));
      as.vpsrad(zmm(t1), zmm(t1), imm(8));
      if (!same) {
        as.vpslld(zmm(t2), in_register(b, t2), imm(8));
        as.vpsrad(zmm(t2), zmm(t2), imm(8));
      }
      as.vpmulld(d, zmm(t1), zmm(same ? t1 : t2));
      return true;
    }
    case Fast::none: return false;
  }
#undef VC7_COMMUTATIVE
#undef VC7_ORDERED
  return false;
}

void Avx512Vectors::shift(Fast op, unsigned to, const Source& a, unsigned amount) {
  with(a, [&](const auto& x) {
    switch (op) {
      case Fast::shl: as.vpslld(zmm(to), x, imm(amount & 31)); return;
      case Fast::shr: as.vpsrld(zmm(to), x, imm(amount & 31)); return;
      case Fast::asr: as.vpsrad(zmm(to), x, imm(amount & 31)); return;
      default: as.vprord(zmm(to), x, imm(amount & 31)); return;
    }
  });
}

void Avx512Vectors::canonical(unsigned v) {
  as.vcmpps(k1, zmm(v), zmm(v), imm(x86::VCmpImm::kUNORD_Q));
  as.k(k1).vmovdqa32(zmm(v), host(VC7_CONSTANT(nan)));
}

void Avx512Vectors::canonical_in_memory(const Memory& mem) {
  load(t1, Source::memory(mem));
  canonical(t1);
  store(mem, t1);
}

void Avx512Vectors::check_canonical(unsigned v, const asmjit::Label& bad) {
  as.vcmpps(k1, zmm(v), zmm(v), imm(x86::VCmpImm::kUNORD_Q));
  as.k(k1).vpcmpd(k1, zmm(v), host(VC7_CONSTANT(nan)), imm(x86::VPCmpImm::kNE));
  as.kortestw(k1, k1);
  as.jne(bad);
}

void Avx512Vectors::compare(const x86::KReg& to, const MicroOp& op, unsigned tested,
                            const Source& a, const Source& b, unsigned result) {
  using isa::FlagRule;
  using x86::VCmpImm, x86::VPCmpImm;
  const auto rule = static_cast<FlagRule>(op.flag_rule);
  const auto r = zmm(result);
  if (rule == FlagRule::fcmp) {
    const VCmpImm how = tested == 1   ? VCmpImm::kEQ_OQ
                        : tested == 2 ? VCmpImm::kLT_OQ
                                      : VCmpImm::kLE_OQ;
    as.vcmpps(to, in_register(a, t1), in_register(b, t2), imm(how));
  } else if (rule == FlagRule::fp) {
    if (tested == 1) {
      as.vptestnmd(to, r, host(VC7_CONSTANT(magnitude)));
    } else if (tested == 2) {
      as.vpxord(zmm(t1), zmm(t1), zmm(t1));
      as.vcmpps(to, r, zmm(t1), imm(VCmpImm::kLT_OQ));
    } else {
      as.kxorw(to, to, to);
    }
  } else if (tested == 1) {
    as.vptestnmd(to, r, r);
  } else if (tested == 2) {
    as.vpmovd2m(to, r);
  } else {
    switch (rule) {
      case FlagRule::add: as.vpcmpud(to, r, in_register(a, t1), imm(VPCmpImm::kLT)); return;
      case FlagRule::sub:
        as.vpcmpud(to, in_register(a, t1), in_register(b, t2), imm(VPCmpImm::kLT));
        return;
      case FlagRule::greater_s:
        as.vpcmpd(to, in_register(a, t1), in_register(b, t2), imm(VPCmpImm::kGT));
        return;
      case FlagRule::greater_u:
        as.vpcmpud(to, in_register(a, t1), in_register(b, t2), imm(VPCmpImm::kGT));
        return;
      default: as.kxorw(to, to, to); return;
    }
  }
}

void Avx512Vectors::flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) {
  const unsigned code = op.flag_op;
  if (code < 4) {
    as.kmovw(flag_b, flag_a);
    compare(flag_a, op, code, a, b, result);
    return;
  }
  compare(k1, op, code >> 2, a, b, result);
  switch (code & 3) {
    case 0: as.kandw(flag_a, flag_a, k1); return;
    case 1: as.kandnw(flag_a, k1, flag_a); return;
    case 2:  // neither A nor the complement of the bits
      as.kandnw(flag_a, flag_a, k1);
      return;
    default:
      as.korw(flag_a, flag_a, k1);
      as.knotw(flag_a, flag_a);
      return;
  }
}

x86::KReg Avx512Vectors::condition_mask(unsigned condition) {
  switch (static_cast<isa::Condition>(condition)) {
    case isa::Condition::ifa: return flag_a;
    case isa::Condition::ifb: return flag_b;
    case isa::Condition::ifna: as.knotw(k1, flag_a); return k1;
    case isa::Condition::ifnb: as.knotw(k1, flag_b); return k1;
    case isa::Condition::always: break;
  }
  as.kxnorw(k1, k1, k1);
  return k1;
}

void Avx512Vectors::blend(unsigned to, const Source& from, unsigned condition, bool any) {
  x86::KReg mask = condition_mask(condition);
  if (any) {
    as.kmovw(x86::eax, mask);
    as.neg(x86::eax);
    as.sbb(x86::eax, x86::eax);
    as.kmovw(k1, x86::eax);
    mask = k1;
  }
  switch (from.kind) {
    case Source::Kind::vector: as.k(mask).vmovdqa32(zmm(to), zmm(from.vector)); return;
    case Source::Kind::memory: as.k(mask).vmovdqu32(zmm(to), host(from.mem)); return;
    case Source::Kind::broadcast: as.k(mask).vpbroadcastd(zmm(to), host(from.mem)); return;
  }
}

void Avx512Vectors::keep(unsigned to, unsigned condition) {
  as.k(condition_mask(condition)).z().vmovdqa32(zmm(to), zmm(to));
}

void Avx512Vectors::load_flags() {
  as.kmovw(flag_a, host(state_field(offsetof(State, flag_a)), 2));
  as.kmovw(flag_b, host(state_field(offsetof(State, flag_b)), 2));
}
void Avx512Vectors::store_flags() {
  as.kmovw(host(state_field(offsetof(State, flag_a)), 2), flag_a);
  as.kmovw(host(state_field(offsetof(State, flag_b)), 2), flag_b);
}
void Avx512Vectors::flag_mask(Reg to, unsigned condition) {
  as.kmovw(host(to).r32(), condition_mask(condition));
}

void Avx512Vectors::check_addresses(const asmjit::Label& bad) {
  as.vmovdqa64(zmm(t1), field(offsetof(State, memory_addresses)));
  as.vptestmd(k1, zmm(t1), host(VC7_CONSTANT(three)));
  as.vpcmpud(k4, zmm(t1), host(VC7_CONSTANT(last_vector)), imm(x86::VPCmpImm::kGT));
  as.kortestw(k1, k4);
  as.jne(bad);
}

void Avx512Vectors::check_consecutive(const asmjit::Label& no) {
  as.vpbroadcastd(zmm(t2), xmm(t1));
  as.vpaddd(zmm(t2), zmm(t2), host(VC7_CONSTANT(lane_bytes)));
  as.vpcmpd(k1, zmm(t1), zmm(t2), imm(x86::VPCmpImm::kNE));
  as.kortestw(k1, k1);
  as.jne(no);
}

void Avx512Vectors::check_quads(const asmjit::Label& no) {
  as.vpshufd(zmm(t2), zmm(t1), imm(0));
  as.vpaddd(zmm(t2), zmm(t2), host(VC7_CONSTANT(vec4_in_quad)));
  as.vpcmpd(k1, zmm(t1), zmm(t2), imm(x86::VPCmpImm::kNE));
  as.kortestw(k1, k1);
  as.jne(no);
}

/// Rows of four lanes each (one 128-bit part per group of four) to columns, or back.
template <class Register>
static void transpose(x86::Assembler& as, Register reg, const unsigned (&row)[4], unsigned s,
                      unsigned t) {
  const auto [r0, r1, r2, r3] = row;
  as.vunpcklps(reg(s), reg(r0), reg(r1));
  as.vunpckhps(reg(t), reg(r0), reg(r1));
  as.vunpcklps(reg(r0), reg(r2), reg(r3));
  as.vunpckhps(reg(r1), reg(r2), reg(r3));
  as.vunpckhpd(reg(r3), reg(t), reg(r1));
  as.vunpcklpd(reg(r2), reg(t), reg(r1));
  as.vunpckhpd(reg(r1), reg(s), reg(r0));
  as.vunpcklpd(reg(r0), reg(s), reg(r0));
}

/// Four vectors of four 128-bit parts each, to and from their columns. The last four of the six
/// registers are the columns then.
static void transpose_parts(x86::Assembler& as, const unsigned (&v)[6]) {
  const auto [r0, r1, r2, r3, s, t] = v;
  as.vshufi32x4(zmm(s), zmm(r0), zmm(r1), imm(0x44));
  as.vshufi32x4(zmm(t), zmm(r0), zmm(r1), imm(0xee));
  as.vshufi32x4(zmm(r0), zmm(r2), zmm(r3), imm(0x44));
  as.vshufi32x4(zmm(r1), zmm(r2), zmm(r3), imm(0xee));
  as.vshufi32x4(zmm(r2), zmm(s), zmm(r0), imm(0x88));
  as.vshufi32x4(zmm(r3), zmm(s), zmm(r0), imm(0xdd));
  as.vshufi32x4(zmm(s), zmm(t), zmm(r1), imm(0x88));
  as.vshufi32x4(zmm(t), zmm(t), zmm(r1), imm(0xdd));
}

static constexpr unsigned quad_rows[6] = {scratch_first, t1, t2, t3, t4, t5};

void Avx512Vectors::load_quads(const Memory* results) {
  as.vmovdqa64(zmm(t4), host(VC7_CONSTANT(transposed)));
  for (unsigned q = 0; q < 4; ++q)
    as.vpermd(zmm(quad_rows[q]), zmm(t4), host(vec4_address(4 * q, true)));
  transpose_parts(as, quad_rows);
  for (unsigned k = 0; k < 4; ++k) store(results[k], quad_rows[2 + k]);
}

void Avx512Vectors::store_quads(bool past_caches) {
  for (unsigned k = 0; k < 4; ++k)
    load(quad_rows[k], Source::memory(state_field(offsetof(State, tmu_data) + k * sizeof(Slot))));
  transpose_parts(as, quad_rows);
  as.vmovdqa64(zmm(quad_rows[0]), host(VC7_CONSTANT(transposed)));
  for (unsigned q = 0; q < 4; ++q) {
    const auto lanes = zmm(quad_rows[2 + q]);
    as.vpermd(lanes, zmm(quad_rows[0]), lanes);
    const Memory to = vec4_address(4 * q, true);
    if (past_caches)
      as.vmovntps(host(to), lanes);
    else
      store(to, quad_rows[2 + q]);
  }
}

void Avx512Vectors::load_vec4(const Memory* results, bool quads) {
  if (quads) return load_quads(results);
  using x86::ymm;
  constexpr unsigned row[4] = {scratch_first, t1, t2, t3};
  const auto address = [&](unsigned lane) { return host(vec4_address(lane, false)); };
  for (unsigned half = 0; half < 2; ++half) {
    for (unsigned j = 0; j < 4; ++j) as.vmovups(xmm(row[j]), address(8 * half + j));
    for (unsigned j = 0; j < 4; ++j)
      as.vinserti32x4(ymm(row[j]), ymm(row[j]), address(8 * half + 4 + j), imm(1));
    transpose(
        as, [](unsigned v) { return ymm(v); }, row, t4, t5);
    for (unsigned k = 0; k < 4; ++k) as.vmovdqu32(host(results[k].plus(32 * half)), ymm(row[k]));
  }
}

void Avx512Vectors::store_vec4(bool quads, bool past_caches) {
  if (quads) return store_quads(past_caches);
  constexpr unsigned row[4] = {scratch_first, t1, t2, t3};
  for (unsigned k = 0; k < 4; ++k)
    load(row[k], Source::memory(state_field(offsetof(State, tmu_data) + k * sizeof(Slot))));
  transpose(
      as, [](unsigned v) { return zmm(v); }, row, t4, t5);
  // In the order of the lanes: of several that store to one address, the highest wins.
  for (unsigned part = 0; part < 4; ++part)
    for (unsigned j = 0; j < 4; ++j) {
      const x86::Mem to = host(vec4_address(4 * part + j, false));
      if (part == 0)
        as.vmovups(to, xmm(row[j]));
      else
        as.vextracti32x4(to, zmm(row[j]), imm(part));
    }
}

}  // namespace vc7::sim::jit
