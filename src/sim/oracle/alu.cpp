// SPDX-License-Identifier: MIT
#include "alu.hpp"

#include <vc7/isa/immediate.hpp>

#include "mutation.hpp"
#include "sim/exec/semantics/semantics.hpp"

namespace vc7::sim::oracle {

namespace sem = semantics;
using isa::AddOp;
using isa::MulOp;

namespace {

std::uint32_t unpack(isa::Unpack unpack, std::uint32_t word) {
  switch (unpack) {
    case isa::Unpack::none: return word;
    case isa::Unpack::abs: return sem::unpack_abs(word);
    case isa::Unpack::l: return sem::unpack_l(word);
    case isa::Unpack::h: return sem::unpack_h(word);
    case isa::Unpack::sat: return sem::unpack_sat(word);
    case isa::Unpack::nsat: return sem::unpack_nsat(word);
    case isa::Unpack::max0: return sem::unpack_max0(word);
    case isa::Unpack::ff: return sem::unpack_ff(word);
    case isa::Unpack::ll: return sem::unpack_ll(word);
    case isa::Unpack::hh: return sem::unpack_hh(word);
    case isa::Unpack::swp: return sem::unpack_swp(word);
    case isa::Unpack::ul: return sem::unpack_ul(word);
    case isa::Unpack::uh: return sem::unpack_uh(word);
    case isa::Unpack::il: return sem::unpack_il(word);
    case isa::Unpack::ih: return sem::unpack_ih(word);
  }
  return word;
}

Lanes read(const isa::Source& source, const ThreadState& state) {
  return sem::each_lane([&](std::size_t lane) {
    const std::uint32_t word = source.immediate
                                   ? broken_if(VC7_MUTATED(immediate, source.address),
                                               isa::small_immediate_value(source.address))
                                   : state.rf[source.address][lane];
    return broken_if(source.unpack != isa::Unpack::none && VC7_MUTATED(unpack, source.unpack),
                     unpack(source.unpack, word));
  });
}

bool in(LaneMask mask, std::size_t lane) { return sem::in_mask(mask, lane); }

/// Z, N and C (v3d71 §4.2) of every lane.
void test(isa::FlagRule rule, const Lanes& a, const Lanes& b, AluResult& result) {
  for (unsigned lane = 0; lane < lanes; ++lane) {
    const std::uint32_t value = result.value[lane], x = a[lane], y = b[lane];
    bool z = sem::zero_integer(value), n = sem::negative_integer(value), c = false;
    switch (rule) {
      case isa::FlagRule::integer: break;
      case isa::FlagRule::add: c = sem::carry_add(x, y); break;
      case isa::FlagRule::sub: c = sem::borrow_sub(x, y); break;
      case isa::FlagRule::greater_s: c = sem::greater_signed(x, y); break;
      case isa::FlagRule::greater_u: c = sem::greater_unsigned(x, y); break;
      case isa::FlagRule::fcmp:
        z = sem::fcmp_zero(x, y);
        n = sem::fcmp_negative(x, y);
        c = sem::fcmp_carry(x, y);
        break;
      case isa::FlagRule::fp:
        z = sem::zero_float(value);
        n = sem::negative_float(value);
        break;
    }
    z = z != VC7_MUTATED(test_z, rule);
    n = n != VC7_MUTATED(test_n, rule);
    c = c != VC7_MUTATED(test_c, rule);
    result.z = static_cast<LaneMask>(result.z | (z ? 1u : 0u) << lane);
    result.n = static_cast<LaneMask>(result.n | (n ? 1u : 0u) << lane);
    result.c = static_cast<LaneMask>(result.c | (c ? 1u : 0u) << lane);
  }
}

}  // namespace

LaneMask passing(isa::Condition condition, sem::Flags flags) {
  if (condition == isa::Condition::always) return all_lanes;
  const LaneMask mask = sem::condition(static_cast<unsigned>(condition) - 1, flags);
  return static_cast<LaneMask>(VC7_MUTATED(condition, condition) ? ~mask : mask);
}

// The operations, one case each. `unary(f)` and `binary(f)` apply a function of semantics/ lane by
// lane; operations across lanes get all of them.
AluResult evaluate(const isa::AddHalf& half, isa::Condition condition, const ThreadState& state,
                   const Identity& identity) {
  AluResult r{
      .rtop = state.rtop, .msf = state.msf, .a_flags = state.flags.a, .dot_mode = state.dot_mode};
  const isa::OpInfo& op = info(half.op);
  const Lanes a = op.sources > 0 ? read(half.src[0], state) : Lanes{};
  const Lanes b = op.sources > 1 ? read(half.src[1], state) : Lanes{};
  const LaneMask pass = passing(condition, state.flags);
  const auto participating = static_cast<LaneMask>(pass & state.live());
  const auto unary = [&](auto f) {
    r.value = sem::each_lane([&](std::size_t i) { return f(a[i]); });
  };
  const auto binary = [&](auto f) {
    r.value = sem::each_lane([&](std::size_t i) { return f(a[i], b[i]); });
  };
  const auto flag_a = [&](auto f) {
    r.value = sem::each_lane([&](std::size_t i) { return f(in(state.flags.a, i)); });
  };
  const auto flag_b = [&](auto f) {
    r.value = sem::each_lane([&](std::size_t i) { return f(in(state.flags.b, i)); });
  };

  switch (half.op) {
    case AddOp::fadd: binary(sem::fadd); break;
    case AddOp::faddnf: binary(sem::faddnf); break;
    case AddOp::fsub: binary(sem::fsub); break;
    case AddOp::fmin: binary(sem::fmin); break;
    case AddOp::fmax: binary(sem::fmax); break;
    case AddOp::fcmp: binary(sem::fcmp); break;
    case AddOp::vfpack: binary(sem::vfpack); break;
    case AddOp::vfadd: binary(sem::vfadd); break;
    case AddOp::vfsub: binary(sem::vfsub); break;
    case AddOp::vfmin: binary(sem::vfmin); break;
    case AddOp::vfcmp: binary(sem::vfcmp); break;
    case AddOp::vfmax: binary(sem::vfmax); break;
    case AddOp::add: binary(sem::add); break;
    case AddOp::sub: binary(sem::sub); break;
    case AddOp::min: binary(sem::min); break;
    case AddOp::max: binary(sem::max); break;
    case AddOp::umin: binary(sem::umin); break;
    case AddOp::umax: binary(sem::umax); break;
    case AddOp::shl: binary(sem::shl); break;
    case AddOp::shr: binary(sem::shr); break;
    case AddOp::asr: binary(sem::asr); break;
    case AddOp::ror: binary(sem::ror); break;
    case AddOp::band: binary(sem::band); break;
    case AddOp::bor: binary(sem::bor); break;
    case AddOp::bxor: binary(sem::bxor); break;
    case AddOp::vadd: binary(sem::vadd); break;
    case AddOp::vsub: binary(sem::vsub); break;
    case AddOp::bnot: unary(sem::bnot); break;
    case AddOp::neg: unary(sem::neg); break;
    case AddOp::clz: unary(sem::clz); break;
    case AddOp::mov: unary(sem::mov); break;

    case AddOp::flapush:
      r.value =
          sem::each_lane([&](std::size_t i) { return sem::flapush(a[i], in(state.flags.a, i)); });
      break;
    case AddOp::flbpush:
      r.value =
          sem::each_lane([&](std::size_t i) { return sem::flbpush(a[i], in(state.flags.b, i)); });
      break;
    case AddOp::flpop:
      unary(sem::flpop);
      for (unsigned i = 0; i < lanes; ++i) {
        if (!in(pass, i)) continue;
        const auto bit = static_cast<LaneMask>(1u << i);
        r.a_flags = static_cast<LaneMask>(
            (r.a_flags & ~bit) | (sem::flpop_flag(a[i]) != VC7_MUTATED(flpop_flag) ? bit : 0));
      }
      break;
    case AddOp::setmsf:  // Mesa discards lanes with a conditional setmsf: the others keep theirs
      for (unsigned i = 0; i < lanes; ++i)
        if (in(pass, i)) r.msf[i] = broken_if(VC7_MUTATED(setmsf), a[i] & 15);
      break;
    case AddOp::msf: r.value = state.msf; break;
    case AddOp::vfla: flag_a(sem::vfla); break;
    case AddOp::vflna: flag_a(sem::vflna); break;
    case AddOp::vflb: flag_b(sem::vflb); break;
    case AddOp::vflnb: flag_b(sem::vflnb); break;
    case AddOp::flafirst: r.value = sem::flafirst(state.flags.a); break;
    case AddOp::flnafirst: r.value = sem::flnafirst(state.flags.a); break;

    case AddOp::tidx: r.value = sem::splat(identity.qpu << 2 | identity.thread); break;
    case AddOp::eidx: r.value = sem::eidx(); break;
    case AddOp::lr: r.value = sem::splat(state.link); break;
    case AddOp::barrierid: break;  // 0, the word that syncb takes for the supergroup barrier
    case AddOp::tmuwt: break;      // stores are done when they are sent
    case AddOp::nop: break;
    case AddOp::setnnmode_uu: r.dot_mode = sem::DotMode::uu; break;
    case AddOp::setnnmode_su: r.dot_mode = sem::DotMode::su; break;
    case AddOp::setnnmode_us: r.dot_mode = sem::DotMode::us; break;
    case AddOp::setnnmode_ss: r.dot_mode = sem::DotMode::ss; break;

    case AddOp::recip: unary(sem::recip); break;
    case AddOp::rsqrt: unary(sem::rsqrt); break;
    case AddOp::exp: unary(sem::exp); break;
    case AddOp::log: unary(sem::log); break;
    case AddOp::sin: unary(sem::sin); break;
    case AddOp::rsqrt2: unary(sem::rsqrt2); break;
    case AddOp::ballot: r.value = sem::ballot(a, participating); break;
    case AddOp::bcastf: r.value = sem::bcastf(a, participating); break;
    case AddOp::alleq: r.value = sem::alleq(a, participating); break;
    case AddOp::allfeq: r.value = sem::allfeq(a, participating); break;
    case AddOp::rotq: r.value = sem::rotq(a, b); break;
    case AddOp::rot: r.value = sem::rot(a, b); break;
    case AddOp::shuffle: r.value = sem::shuffle(a, b); break;

    case AddOp::vfmov: unary(sem::vfmov); break;
    case AddOp::vfabs: unary(sem::vfabs); break;
    case AddOp::vfneg: unary(sem::vfneg); break;
    case AddOp::vfnab: unary(sem::vfnab); break;
    case AddOp::fround: unary(sem::fround); break;
    case AddOp::ftoin: unary(sem::ftoin); break;
    case AddOp::ftrunc: unary(sem::ftrunc); break;
    case AddOp::ftoiz: unary(sem::ftoiz); break;
    case AddOp::ffloor: unary(sem::ffloor); break;
    case AddOp::ftouz: unary(sem::ftouz); break;
    case AddOp::fceil: unary(sem::fceil); break;
    case AddOp::fdx: r.value = sem::fdx(a); break;
    case AddOp::fdy: r.value = sem::fdy(a); break;
    case AddOp::itof: unary(sem::itof); break;
    case AddOp::utof: unary(sem::utof); break;
    case AddOp::fmov: unary(sem::fmov); break;
    case AddOp::vpack: binary(sem::vpack); break;
    case AddOp::v8pack: binary(sem::v8pack); break;
    case AddOp::v10pack: binary(sem::v10pack); break;
    case AddOp::v11fpack: binary(sem::v11fpack); break;

    // Refused before: checks.cpp.
    case AddOp::ftoc:
    case AddOp::setrevf:
    case AddOp::xcd:
    case AddOp::ycd:
    case AddOp::revf:
    case AddOp::iid:
    case AddOp::sampid:
    case AddOp::fxcd:
    case AddOp::fycd:
    case AddOp::vpmwt:
    case AddOp::ldvpmv_in:
    case AddOp::ldvpmv_out:
    case AddOp::ldvpmd_in:
    case AddOp::ldvpmd_out:
    case AddOp::ldvpmp:
    case AddOp::ldvpmg_in:
    case AddOp::ldvpmg_out:
    case AddOp::stvpmv:
    case AddOp::stvpmd:
    case AddOp::stvpmp: break;
  }
  for (std::uint32_t& word : r.value) word ^= VC7_WRONG_BITS(half.op);
  test(op.flags, a, b, r);
  return r;
}

AluResult evaluate(const isa::MulHalf& half, const ThreadState& state) {
  AluResult r{
      .rtop = state.rtop, .msf = state.msf, .a_flags = state.flags.a, .dot_mode = state.dot_mode};
  const isa::OpInfo& op = info(half.op);
  const Lanes a = op.sources > 0 ? read(half.src[0], state) : Lanes{};
  const Lanes b = op.sources > 1 ? read(half.src[1], state) : Lanes{};
  const auto unary = [&](auto f) {
    r.value = sem::each_lane([&](std::size_t i) { return f(a[i]); });
  };
  const auto binary = [&](auto f) {
    r.value = sem::each_lane([&](std::size_t i) { return f(a[i], b[i]); });
  };

  switch (half.op) {
    case MulOp::add: binary(sem::add); break;
    case MulOp::sub: binary(sem::sub); break;
    case MulOp::umul24:
      r.value =
          sem::each_lane([&](std::size_t i) { return sem::umul24(a[i], b[i], state.rtop[i]); });
      if (!VC7_MUTATED(rtop_clear)) r.rtop = {};
      break;
    case MulOp::vfmul: binary(sem::vfmul); break;
    case MulOp::smul24: binary(sem::smul24); break;
    case MulOp::multop:  // its own result is 0 (v3d71 §18 row 16)
      r.rtop = sem::each_lane([&](std::size_t i) {
        return broken_if(VC7_MUTATED(rtop), sem::multop(a[i], b[i]), 1u << 24);
      });
      break;
    case MulOp::v8dot: {
      const auto mode = static_cast<sem::DotMode>(broken_if(
          VC7_MUTATED(dot_mode, state.dot_mode), static_cast<unsigned>(state.dot_mode), 3));
      r.value = sem::each_lane([&](std::size_t i) { return sem::v8dot(a[i], b[i], mode); });
      break;
    }
    case MulOp::fmov: unary(sem::fmov); break;
    case MulOp::mov: unary(sem::mov); break;
    case MulOp::ftounorm16: unary(sem::ftounorm16); break;
    case MulOp::ftosnorm16: unary(sem::ftosnorm16); break;
    case MulOp::vftounorm8: unary(sem::vftounorm8); break;
    case MulOp::vftosnorm8: unary(sem::vftosnorm8); break;
    case MulOp::funpackunormlo: unary(sem::funpackunormlo); break;
    case MulOp::funpackunormhi: unary(sem::funpackunormhi); break;
    case MulOp::funpacksnormlo: unary(sem::funpacksnormlo); break;
    case MulOp::funpacksnormhi: unary(sem::funpacksnormhi); break;
    case MulOp::vftounorm10lo: unary(sem::vftounorm10lo); break;
    case MulOp::vftounorm10hi: unary(sem::vftounorm10hi); break;
    case MulOp::nop: break;
    case MulOp::fmul: binary(sem::fmul); break;
  }
  for (std::uint32_t& word : r.value) word ^= VC7_WRONG_BITS(half.op);
  test(op.flags, a, b, r);
  return r;
}

}  // namespace vc7::sim::oracle
