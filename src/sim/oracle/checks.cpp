// SPDX-License-Identifier: MIT
#include "checks.hpp"

#include <vector>

#include <vc7/isa/print.hpp>

#include "sim/exec/messages.hpp"
#include "thread_state.hpp"

namespace vc7::sim::oracle {

using isa::Magic;
using isa::Signal;

namespace {

void check_register(unsigned address, const JobContext& job) {
  if (address >= job.registers())
    throw Trap{FaultKind::restriction, messages::high_register(address)};
}

void check_write(isa::WriteAddress to, const JobContext& job) {
  if (!to.magic) return check_register(to.address, job);
  const isa::MagicInfo& info = isa::magic_table[to.address];
  switch (info.group) {
    case isa::MagicGroup::reserved:
      throw Trap{FaultKind::restriction, messages::reserved_write(info.name)};
    case isa::MagicGroup::tlb:
    case isa::MagicGroup::vpm:
    case isa::MagicGroup::tmu_texture:
      throw Trap{FaultKind::unsupported, messages::unsupported_write(info.name)};
    case isa::MagicGroup::sync:  // only the barrier of v3d71 §12.4
      if (!to.is(Magic::syncb))
        throw Trap{FaultKind::unsupported, messages::unsupported_write(info.name)};
      return;
    default: return;
  }
}

template <class Op>
void check_half(const isa::AluHalf<Op>& half, const JobContext& job) {
  const isa::OpInfo& op = info(half.op);
  // ftoc: nobody knows what it does (v3d71 §18 row 15).
  if (op.effect == isa::Effect::vpm || op.effect == isa::Effect::graphics || op.mnemonic == "ftoc")
    throw Trap{FaultKind::unsupported, messages::unsupported_op(op.mnemonic)};
  for (unsigned i = 0; i < op.sources; ++i)
    if (!half.src[i].immediate) check_register(half.src[i].address, job);
  if (op.has_destination()) check_write(half.dst, job);
}

}  // namespace

void check(const isa::AluInstruction& i, const JobContext& job) {
  for (const Signal s : {Signal::ldvary, Signal::ldtlb, Signal::ldtlbu})
    if (i.signals.has(s))
      throw Trap{FaultKind::unsupported,
                 messages::unsupported_signal(isa::signal_names[static_cast<std::size_t>(s)])};
  check_half(i.add, job);
  check_half(i.mul, job);
  if (i.signals.has_destination()) check_write(i.signal_destination, job);

  std::vector<isa::WriteAddress> writes;
  unsigned uniforms = 0;
  const auto note = [&](isa::WriteAddress to) {
    if (to.magic && isa::magic_table[to.address].consumes_uniform) ++uniforms;
    if (to.is(Magic::null)) return;
    // rep and quad are other names of rf0 (R13).
    if (to.is(Magic::rep) || to.is(Magic::quad)) to = {0, false};
    for (const isa::WriteAddress other : writes)
      if (other == to) throw Trap{FaultKind::restriction, messages::two_writes(isa::print(to))};
    writes.push_back(to);
  };
  if (info(i.add.op).has_destination()) note(i.add.dst);
  if (info(i.mul.op).has_destination()) note(i.mul.dst);
  if (i.signals.has_destination()) note(i.signal_destination);
  if (i.signals.has(Signal::ldunif) || i.signals.has(Signal::ldunifa)) note({0, false});
  for (const Signal s : {Signal::ldunif, Signal::ldunifrf, Signal::wrtmuc})
    if (i.signals.has(s)) ++uniforms;
  if (uniforms > 1) throw Trap{FaultKind::restriction, messages::two_uniforms()};
}

void check(const isa::BranchInstruction& branch, const JobContext& job) {
  if (branch.uses_register()) check_register(branch.reg, job);
}

}  // namespace vc7::sim::oracle
