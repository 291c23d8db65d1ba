// SPDX-License-Identifier: MIT
#include "facts.hpp"

namespace vc7::verify {

using isa::Effect;
using isa::MagicGroup;
using isa::Signal;

namespace {

template <class Op>
RegisterSet sources(const isa::AluHalf<Op>& half) {
  RegisterSet set = 0;
  for (unsigned i = 0; i < isa::info(half.op).sources; ++i)
    if (!half.src[i].immediate) set |= register_bit(half.src[i].address);
  return set;
}

bool is_tmu(isa::WriteAddress to) {
  if (!to.magic) return false;
  switch (isa::magic_table[to.address].group) {
    case MagicGroup::tmu_address:
    case MagicGroup::tmu_config:
    case MagicGroup::tmu_data:
    case MagicGroup::tmu_texture: return true;
    default: return false;
  }
}

/// The cross-lane operations take a condition as their set of lanes, so theirs reads flags too.
bool uses_flags(const isa::FlagUse& use, Effect effect) {
  return use.condition != isa::Condition::always || isa::is_update(use.op) ||
         effect == Effect::reads_flags || effect == Effect::cross_flags;
}

}  // namespace

Facts::Facts(std::uint64_t word) : decoded{isa::decode(word)} {
  if (const auto* i = alu()) look_at(*i);
  if (const auto* i = branch()) look_at(*i);
}

void Facts::look_at(const isa::AluInstruction& i) {
  const isa::OpInfo& add = isa::info(i.add.op);
  const isa::OpInfo& mul = isa::info(i.mul.op);
  const auto has = [&](Signal s) { return i.signals.has(s); };
  if (add.has_destination()) to.add = i.add.dst;
  if (mul.has_destination()) to.mul = i.mul.dst;
  if (i.signals.has_destination()) to.signal = i.signal_destination;
  reads = sources(i.add) | sources(i.mul);

  hidden_rf0 = has(Signal::ldunif) || has(Signal::ldunifa);
  if (hidden_rf0) writes |= register_bit(0);
  for (const isa::WriteAddress address : to.all()) {
    if (!address.magic) writes |= register_bit(address.address);
    if (address.is(isa::Magic::rep) || address.is(isa::Magic::quad)) writes |= register_bit(0);
    if (address.magic && isa::magic_table[address.address].consumes_uniform) ++uniforms;
    if (is_tmu(address)) tmu_write = true;
    if (address.magic && isa::magic_table[address.address].group == MagicGroup::sync)
      barrier = true;
  }
  if (!to.add.magic) alu_writes |= register_bit(to.add.address);
  if (!to.mul.magic) alu_writes |= register_bit(to.mul.address);
  for (const Signal s : {Signal::ldunif, Signal::ldunifrf, Signal::ldtlbu, Signal::wrtmuc})
    if (has(s)) ++uniforms;

  thrsw = has(Signal::thrsw);
  ldtmu = has(Signal::ldtmu);
  ldvary = has(Signal::ldvary);
  wrtmuc = has(Signal::wrtmuc);
  ldunifa = has(Signal::ldunifa) || has(Signal::ldunifarf);
  unifa = writes_magic(isa::Magic::unifa);
  sfu = add.is_sfu();
  tmuwt = i.add.op == isa::AddOp::tmuwt;
  multop = i.mul.op == isa::MulOp::multop;
  umul24 = i.mul.op == isa::MulOp::umul24;
  pushes = isa::is_push(i.flags.add.op) || isa::is_push(i.flags.mul.op) ||
           add.effect == Effect::writes_flags;
  changes_flags = pushes || isa::is_update(i.flags.add.op) || isa::is_update(i.flags.mul.op);
  reads_flags = uses_flags(i.flags.add, add.effect) || uses_flags(i.flags.mul, mul.effect);
}

void Facts::look_at(const isa::BranchInstruction& i) {
  if (i.uses_register()) reads |= register_bit(i.reg);
  uniforms =
      i.uniforms == isa::UniformTarget::absolute || i.uniforms == isa::UniformTarget::relative;
  reads_flags = i.condition != isa::BranchCondition::always;
}

}  // namespace vc7::verify
