// SPDX-License-Identifier: MIT
//
// Operations without vector code, lane by lane from the semantics functions. Compiled for the
// baseline host.
#include "lane_functions.hpp"

#include <algorithm>

#include <vc7/isa/condition.hpp>

#include "fast_ops.hpp"
#include "sim/exec/semantics/semantics.hpp"

namespace vc7::sim::interp {
namespace {

namespace sem = vc7::sim::semantics;
using isa::AddOp;
using isa::MulOp;
using Words = const std::uint32_t*;

template <auto Function>
void unary(State&, const MicroOp&, Words a, Words, std::uint32_t* r) {
  for (unsigned i = 0; i < 16; ++i) r[i] = Function(a[i]);
}
template <auto Function>
void binary(State&, const MicroOp&, Words a, Words b, std::uint32_t* r) {
  for (unsigned i = 0; i < 16; ++i) r[i] = Function(a[i], b[i]);
}

sem::Lanes lanes_of(Words a) {
  sem::Lanes lanes;
  std::copy_n(a, 16, lanes.begin());
  return lanes;
}
void put(const sem::Lanes& lanes, std::uint32_t* r) { std::copy_n(lanes.begin(), 16, r); }

template <auto Function>
void across(State&, const MicroOp&, Words a, Words, std::uint32_t* r) {
  put(Function(lanes_of(a)), r);
}

/// Lanes in which the operation writes.
std::uint32_t written(const State& st, const MicroOp& op) {
  switch (static_cast<isa::Condition>(op.condition)) {
    case isa::Condition::always: break;
    case isa::Condition::ifa: return st.flag_a;
    case isa::Condition::ifb: return st.flag_b;
    case isa::Condition::ifna: return ~st.flag_a & 0xffff;
    case isa::Condition::ifnb: return ~st.flag_b & 0xffff;
  }
  return 0xffff;
}

/// Lanes that take part in a vote: those that pass the condition and are alive (v3d71 §9.5).
sem::LaneMask participating(const State& st, const MicroOp& op) {
  return static_cast<sem::LaneMask>(written(st, op) & st.live);
}
template <auto Function>
void vote(State& st, const MicroOp& op, Words a, Words, std::uint32_t* r) {
  put(Function(lanes_of(a), participating(st, op)), r);
}

template <auto Function, bool OfB>
void per_flag(State& st, const MicroOp&, Words, Words, std::uint32_t* r) {
  for (unsigned i = 0; i < 16; ++i) r[i] = Function(((OfB ? st.flag_b : st.flag_a) >> i & 1) != 0);
}
template <auto Function, bool OfB>
void flag_push(State& st, const MicroOp&, Words a, Words, std::uint32_t* r) {
  for (unsigned i = 0; i < 16; ++i)
    r[i] = Function(a[i], ((OfB ? st.flag_b : st.flag_a) >> i & 1) != 0);
}
template <auto Function>
void elect(State& st, const MicroOp&, Words, Words, std::uint32_t* r) {
  put(Function(static_cast<sem::LaneMask>(st.flag_a)), r);
}

void flpop(State& st, const MicroOp& op, Words a, Words, std::uint32_t* r) {
  std::uint32_t flags = 0;
  for (unsigned i = 0; i < 16; ++i) {
    r[i] = sem::flpop(a[i]);
    flags |= (sem::flpop_flag(a[i]) ? 1u : 0u) << i;
  }
  const std::uint32_t mask = written(st, op);
  st.flag_a = (st.flag_a & ~mask) | (flags & mask);
}

void setmsf(State& st, const MicroOp& op, Words a, Words, std::uint32_t* r) {
  const std::uint32_t mask = written(st, op);
  for (unsigned i = 0; i < 16; ++i) {
    r[i] = 0;
    if ((mask >> i & 1) != 0) st.msf.lane[i] = a[i] & 15;
  }
}
void msf(State& st, const MicroOp&, Words, Words, std::uint32_t* r) {
  std::copy_n(st.msf.lane, 16, r);
}
void lr(State& st, const MicroOp&, Words, Words, std::uint32_t* r) { std::fill_n(r, 16, st.link); }
void lane(State& st, const MicroOp&, Words, Words, std::uint32_t* r) {
  std::copy_n(st.slot[slot_lane].lane, 16, r);
}
void tidx(State& st, const MicroOp&, Words, Words, std::uint32_t* r) {
  std::copy_n(st.slot[slot_tidx].lane, 16, r);
}
void zero(State&, const MicroOp&, Words, Words, std::uint32_t* r) { std::fill_n(r, 16, 0); }

void multop(State& st, const MicroOp&, Words a, Words b, std::uint32_t* r) {
  for (unsigned i = 0; i < 16; ++i) {
    st.rtop.lane[i] = sem::multop(a[i], b[i]);
    r[i] = 0;
  }
  st.rtop_pending = true;
}

void v8dot(State& st, const MicroOp&, Words a, Words b, std::uint32_t* r) {
  const auto mode = static_cast<sem::DotMode>(st.nn_mode);
  for (unsigned i = 0; i < 16; ++i) r[i] = sem::v8dot(a[i], b[i], mode);
}

}  // namespace

LaneFunction lane_function(AddOp op) {
  switch (op) {
    case AddOp::vfpack: return binary<sem::vfpack>;
    case AddOp::vfadd: return binary<sem::vfadd>;
    case AddOp::vfsub: return binary<sem::vfsub>;
    case AddOp::vfmin: return binary<sem::vfmin>;
    case AddOp::vfcmp: return binary<sem::vfcmp>;
    case AddOp::vfmax: return binary<sem::vfmax>;
    case AddOp::flapush: return flag_push<sem::flapush, false>;
    case AddOp::flbpush: return flag_push<sem::flbpush, true>;
    case AddOp::flpop: return flpop;
    case AddOp::clz: return unary<sem::clz>;
    case AddOp::setmsf: return setmsf;
    case AddOp::nop: return zero;
    case AddOp::tidx: return tidx;
    case AddOp::eidx: return lane;
    case AddOp::lr: return lr;
    case AddOp::vfla: return per_flag<sem::vfla, false>;
    case AddOp::vflna: return per_flag<sem::vflna, false>;
    case AddOp::vflb: return per_flag<sem::vflb, true>;
    case AddOp::vflnb: return per_flag<sem::vflnb, true>;
    case AddOp::msf: return msf;
    case AddOp::barrierid: return zero;
    case AddOp::tmuwt: return zero;
    case AddOp::flafirst: return elect<sem::flafirst>;
    case AddOp::flnafirst: return elect<sem::flnafirst>;
    case AddOp::setnnmode_uu:
    case AddOp::setnnmode_su:
    case AddOp::setnnmode_us:
    case AddOp::setnnmode_ss: return zero;  // BlockMaker::late_effect
    case AddOp::recip: return unary<sem::recip>;
    case AddOp::rsqrt: return unary<sem::rsqrt>;
    case AddOp::exp: return unary<sem::exp>;
    case AddOp::log: return unary<sem::log>;
    case AddOp::sin: return unary<sem::sin>;
    case AddOp::rsqrt2: return unary<sem::rsqrt2>;
    case AddOp::ballot: return vote<sem::ballot>;
    case AddOp::bcastf: return vote<sem::bcastf>;
    case AddOp::alleq: return vote<sem::alleq>;
    case AddOp::allfeq: return vote<sem::allfeq>;
    case AddOp::vfmov: return unary<sem::vfmov>;
    case AddOp::vfabs: return unary<sem::vfabs>;
    case AddOp::vfneg: return unary<sem::vfneg>;
    case AddOp::vfnab: return unary<sem::vfnab>;
    case AddOp::fround: return unary<sem::fround>;
    case AddOp::ftoin: return unary<sem::ftoin>;
    case AddOp::ftrunc: return unary<sem::ftrunc>;
    case AddOp::ftoiz: return unary<sem::ftoiz>;
    case AddOp::ffloor: return unary<sem::ffloor>;
    case AddOp::ftouz: return unary<sem::ftouz>;
    case AddOp::fceil: return unary<sem::fceil>;
    case AddOp::fdx: return across<sem::fdx>;
    case AddOp::fdy: return across<sem::fdy>;
    case AddOp::v8pack: return binary<sem::v8pack>;
    case AddOp::v10pack: return binary<sem::v10pack>;
    case AddOp::v11fpack: return binary<sem::v11fpack>;
    // Refused by static_checks.cpp.
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
    case AddOp::stvpmp: return nullptr;
#define VC7_X(id, ...) case AddOp::id:
      VC7_FAST_ADD(VC7_X) return nullptr;
#undef VC7_X
  }
  return nullptr;
}

LaneFunction lane_function(MulOp op) {
  switch (op) {
    case MulOp::vfmul: return binary<sem::vfmul>;
    case MulOp::multop: return multop;
    case MulOp::v8dot: return v8dot;
    case MulOp::ftounorm16: return unary<sem::ftounorm16>;
    case MulOp::ftosnorm16: return unary<sem::ftosnorm16>;
    case MulOp::vftounorm8: return unary<sem::vftounorm8>;
    case MulOp::vftosnorm8: return unary<sem::vftosnorm8>;
    case MulOp::funpackunormlo: return unary<sem::funpackunormlo>;
    case MulOp::funpackunormhi: return unary<sem::funpackunormhi>;
    case MulOp::funpacksnormlo: return unary<sem::funpacksnormlo>;
    case MulOp::funpacksnormhi: return unary<sem::funpacksnormhi>;
    case MulOp::vftounorm10lo: return unary<sem::vftounorm10lo>;
    case MulOp::vftounorm10hi: return unary<sem::vftounorm10hi>;
    case MulOp::nop: return zero;
#define VC7_X(id, ...) case MulOp::id:
      VC7_FAST_MUL(VC7_X) return nullptr;
#undef VC7_X
  }
  return nullptr;
}

void unpack_lanes(unsigned code, const std::uint32_t* in, std::uint32_t* out) {
  const auto each = [&](auto function) {
    for (unsigned i = 0; i < 16; ++i) out[i] = function(in[i]);
  };
  switch (static_cast<isa::Unpack>(code)) {
    case isa::Unpack::none: return each([](std::uint32_t x) { return x; });
    case isa::Unpack::abs: return each(sem::unpack_abs);
    case isa::Unpack::l: return each(sem::unpack_l);
    case isa::Unpack::h: return each(sem::unpack_h);
    case isa::Unpack::sat: return each(sem::unpack_sat);
    case isa::Unpack::nsat: return each(sem::unpack_nsat);
    case isa::Unpack::max0: return each(sem::unpack_max0);
    case isa::Unpack::ff: return each(sem::unpack_ff);
    case isa::Unpack::ll: return each(sem::unpack_ll);
    case isa::Unpack::hh: return each(sem::unpack_hh);
    case isa::Unpack::swp: return each(sem::unpack_swp);
    case isa::Unpack::ul: return each(sem::unpack_ul);
    case isa::Unpack::uh: return each(sem::unpack_uh);
    case isa::Unpack::il: return each(sem::unpack_il);
    case isa::Unpack::ih: return each(sem::unpack_ih);
  }
}

void pack_lanes(unsigned code, const std::uint32_t* old, std::uint32_t* result) {
  for (unsigned i = 0; i < 16; ++i)
    result[i] = static_cast<isa::Pack>(code) == isa::Pack::l ? sem::pack_l(old[i], result[i])
                                                             : sem::pack_h(old[i], result[i]);
}

}  // namespace vc7::sim::interp
