// SPDX-License-Identifier: MIT
#include "hazards.hpp"

#include <array>

#include <fmt/format.h>

#include <vc7/isa/magic.hpp>
#include <vc7/isa/op.hpp>

namespace vc7::sim::oracle {

using isa::AluInstruction;
using isa::Magic;
using isa::MagicGroup;
using isa::Signal;
using isa::WriteAddress;

namespace {

[[noreturn]] void trap(std::string message) {
  throw Trap{FaultKind::restriction, std::move(message)};
}

/// What the halves and the signal write; null where nothing is written.
std::array<WriteAddress, 3> destinations(const AluInstruction& i) {
  const WriteAddress none = isa::write_address(Magic::null);
  return {info(i.add.op).has_destination() ? i.add.dst : none,
          info(i.mul.op).has_destination() ? i.mul.dst : none,
          i.signals.has_destination() ? i.signal_destination : none};
}

bool in_group(WriteAddress to, MagicGroup group) {
  return to.magic && isa::magic_table[to.address].group == group;
}
bool is_tmu(WriteAddress to) {
  return in_group(to, MagicGroup::tmu_data) || in_group(to, MagicGroup::tmu_address) ||
         in_group(to, MagicGroup::tmu_config);
}
bool writes(const AluInstruction& i, Magic to) {
  for (const WriteAddress address : destinations(i))
    if (address.is(to)) return true;
  return false;
}
bool writes_register(WriteAddress to) {
  return !to.magic || to.is(Magic::rep) || to.is(Magic::quad);
}
bool implicit_rf0(const AluInstruction& i) {
  return i.signals.has(Signal::ldunif) || i.signals.has(Signal::ldunifa);
}

bool takes_uniform(const AluInstruction& i) {
  for (const Signal s : {Signal::ldunif, Signal::ldunifrf, Signal::wrtmuc})
    if (i.signals.has(s)) return true;
  for (const WriteAddress to : destinations(i))
    if (to.magic && isa::magic_table[to.address].consumes_uniform) return true;
  return false;
}
bool reads_unifa(const AluInstruction& i) {
  return i.signals.has(Signal::ldunifa) || i.signals.has(Signal::ldunifarf);
}

bool reads(const AluInstruction& i, unsigned reg) {
  const auto half = [&](const auto& h) {
    for (unsigned n = 0; n < info(h.op).sources; ++n)
      if (!h.src[n].immediate && h.src[n].address == reg) return true;
    return false;
  };
  return half(i.add) || half(i.mul);
}
bool writes(const AluInstruction& i, unsigned reg) {
  for (const WriteAddress to : destinations(i)) {
    if (!to.magic && to.address == reg) return true;
    if (reg == 0 && (to.is(Magic::rep) || to.is(Magic::quad))) return true;
  }
  return reg == 0 && implicit_rf0(i);
}

/// R8 and R9: the one port to the peripherals.
void peripherals(const AluInstruction& i) {
  unsigned tmu = 0, sync = 0;
  for (const WriteAddress to : destinations(i)) {
    tmu += is_tmu(to) ? 1 : 0;
    sync += in_group(to, MagicGroup::sync) ? 1 : 0;
  }
  if (tmu + sync > 1) trap("R8: two writes to peripherals in one instruction");
  const bool config_signal = i.signals.has(Signal::wrtmuc);
  const bool allowed_pair = config_signal && tmu == 1 && !writes(i, Magic::tmuc);
  const unsigned used =
      tmu + sync + (config_signal && !allowed_pair ? 1u : 0u) + (info(i.add.op).is_sfu() ? 1u : 0u);
  if (used > 1)
    trap("R9: more than one of TMU write, wrtmuc, synchronisation and SFU in one instruction");
}

}  // namespace

void HazardWatch::instruction(const AluInstruction& i, std::uint64_t number, bool in_branch_slot,
                              const ThreadState& state) {
  peripherals(i);
  switch_slots(i, number);
  end_slots(i);
  uniforms(i, number, in_branch_slot);
  multiplication_top(i);
  rf0_after_switch(i, number);
  const std::size_t popped = i.signals.has(Signal::ldtmu) ? 1 : 0;
  if (writes(i, Magic::syncb) && state.tmu_results.size() > popped)
    trap("R35: barrier with TMU results not popped");
}

void HazardWatch::branch(std::uint64_t number) const {
  if (within(unifa_written_, number, 3))
    trap("R21: branch in the three instructions after a write of unifa");
}

void HazardWatch::uniforms(const AluInstruction& i, std::uint64_t number, bool in_branch_slot) {
  if (takes_uniform(i) && reads_unifa(i)) trap("R4: words of both uniform streams taken at once");
  if (in_branch_slot && takes_uniform(i)) trap("R20: uniform taken in a delay slot of a branch");
  if (in_branch_slot && writes(i, Magic::unifa))
    trap("R20: unifa written in a delay slot of a branch");
  if (reads_unifa(i) && !unifa_written_) trap("R22: unifa stream read before unifa was written");
  if (reads_unifa(i) && within(unifa_written_, number, 3))
    trap(
        fmt::format("R22: unifa stream read {} instructions after the write of unifa, 4 are needed",
                    number - *unifa_written_));
  if (!writes(i, Magic::unifa)) return;
  if (within(switch_at_, number, 2)) trap("R23: unifa written in a delay slot of a thread switch");
  unifa_written_ = number;
}

void HazardWatch::switch_slots(const AluInstruction& i, std::uint64_t number) const {
  if (switch_at_ && *switch_at_ != number && within(switch_at_, number, 2) &&
      info(i.add.op).is_sfu())
    trap("R24: SFU operation in a delay slot of a thread switch");
}

/// The two instructions after the one that ends the thread.
void HazardWatch::end_slots(const AluInstruction& i) const {
  if (!end_at_) return;
  for (const unsigned reg : {2u, 3u})
    if (reads(i, reg) || writes(i, reg))
      trap(fmt::format("R31: rf{} used in a delay slot of the thread end", reg));
  if (takes_uniform(i)) trap("R32: uniform taken in a delay slot of the thread end");
}

void HazardWatch::thread_switch(const AluInstruction& i, std::uint64_t number, SwitchKind kind) {
  if (kind == SwitchKind::last_marker) return;
  if (switch_at_ && number - *switch_at_ == 2) trap("R16: thrsw two instructions after another");
  if (unifa_written_ && *unifa_written_ == number)
    trap("R23: thrsw in the instruction that writes unifa");
  switch_at_ = number;
  if (kind != SwitchKind::end) return;
  end_at_ = number;
  for (const WriteAddress to : {destinations(i)[0], destinations(i)[1]})
    if (writes_register(to)) trap("R30: register written in the instruction that ends the thread");
  for (const unsigned reg : {2u, 3u})
    if (reads(i, reg) || writes(i, reg))
      trap(fmt::format("R31: rf{} used in the instruction that ends the thread", reg));
}

void HazardWatch::switched() {
  rtop_lost_ = rtop_lost_ || rtop_pending_;
  rtop_pending_ = false;
}

void HazardWatch::ended(const ThreadState& state) {
  if (state.barrier_requested) trap("R35: barrier without a thread switch after it");
}

void HazardWatch::multiplication_top(const AluInstruction& i) {
  if (i.mul.op == isa::MulOp::umul24) {
    if (rtop_lost_) trap("R26: thread switch between multop and umul24");
    rtop_pending_ = false;
  }
  if (i.mul.op == isa::MulOp::multop) {
    rtop_pending_ = true;
    rtop_lost_ = false;
  }
}

void HazardWatch::rf0_after_switch(const AluInstruction& i, std::uint64_t number) {
  if (rf0_undefined_ && reads(i, 0))
    trap("R28: rf0 read after a thread switch that left it undefined");
  const bool loads = i.signals.has_destination() || implicit_rf0(i);
  if (writes(i, 0u)) {
    rf0_doubtful_ = implicit_rf0(i) && i.signals.has_destination();
    rf0_undefined_ = false;
  }
  if (switch_at_ && number - *switch_at_ == 2 && loads && rf0_doubtful_) rf0_undefined_ = true;
}

}  // namespace vc7::sim::oracle
