// SPDX-License-Identifier: MIT
#include "x86_avx2.hpp"

namespace vc7::sim::jit {

using x86::eax, x86::xmm, x86::ymm;

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
