// SPDX-License-Identifier: MIT
#include "static_checks.hpp"

#include <vector>

#include <vc7/isa/print.hpp>

#include "sim/exec/messages.hpp"

namespace vc7::sim::interp {
namespace {

using isa::MagicGroup;
using isa::Signal;

StaticFault restriction(std::string message) {
  return {FaultKind::restriction, std::move(message)};
}
StaticFault unsupported(std::string message) {
  return {FaultKind::unsupported, std::move(message)};
}

std::optional<StaticFault> write_fault(isa::WriteAddress to, bool four_way) {
  if (!to.magic) {
    if (four_way && to.address >= 32) return restriction(messages::high_register(to.address));
    return std::nullopt;
  }
  const isa::MagicInfo& info = isa::magic_table[to.address];
  switch (info.group) {
    case MagicGroup::reserved: return restriction(messages::reserved_write(info.name));
    case MagicGroup::tlb:
    case MagicGroup::vpm:
    case MagicGroup::tmu_texture: return unsupported(messages::unsupported_write(info.name));
    case MagicGroup::sync:
      if (!to.is(isa::Magic::syncb)) return unsupported(messages::unsupported_write(info.name));
      return std::nullopt;
    default: return std::nullopt;
  }
}

template <class Op>
std::optional<StaticFault> half_fault(const isa::AluHalf<Op>& half, bool four_way) {
  const isa::OpInfo& op = isa::info(half.op);
  // ftoc: nobody knows what it does (v3d71 §18 row 15).
  if (op.effect == isa::Effect::vpm || op.effect == isa::Effect::graphics || op.mnemonic == "ftoc")
    return unsupported(messages::unsupported_op(op.mnemonic));
  for (unsigned i = 0; i < op.sources; ++i)
    if (four_way && !half.src[i].immediate && half.src[i].address >= 32)
      return restriction(messages::high_register(half.src[i].address));
  if (op.has_destination()) return write_fault(half.dst, four_way);
  return std::nullopt;
}

/// Where the instruction writes, with implicit writes to rf0. null does not count.
std::vector<isa::WriteAddress> destinations(const isa::AluInstruction& instruction) {
  std::vector<isa::WriteAddress> list;
  const isa::WriteAddress rf0{0, false};
  const auto add = [&](isa::WriteAddress to) {
    if (to.is(isa::Magic::rep) || to.is(isa::Magic::quad))
      list.push_back(rf0);
    else if (!to.is(isa::Magic::null))
      list.push_back(to);
  };
  if (isa::info(instruction.add.op).has_destination()) add(instruction.add.dst);
  if (isa::info(instruction.mul.op).has_destination()) add(instruction.mul.dst);
  if (instruction.signals.has_destination()) add(instruction.signal_destination);
  if (instruction.signals.has(Signal::ldunif) || instruction.signals.has(Signal::ldunifa))
    list.push_back(rf0);
  return list;
}

unsigned uniforms_taken(const isa::AluInstruction& instruction) {
  unsigned count = 0;
  const auto write = [&](isa::WriteAddress to) {
    if (to.magic && isa::magic_table[to.address].consumes_uniform) ++count;
  };
  if (isa::info(instruction.add.op).has_destination()) write(instruction.add.dst);
  if (isa::info(instruction.mul.op).has_destination()) write(instruction.mul.dst);
  if (instruction.signals.has_destination()) write(instruction.signal_destination);
  for (const Signal s : {Signal::ldunif, Signal::ldunifrf, Signal::wrtmuc})
    count += instruction.signals.has(s);
  return count;
}

}  // namespace

std::optional<StaticFault> static_fault(const isa::AluInstruction& instruction, bool four_way) {
  for (const Signal s : {Signal::ldvary, Signal::ldtlb, Signal::ldtlbu})
    if (instruction.signals.has(s))
      return unsupported(
          messages::unsupported_signal(isa::signal_names[static_cast<std::size_t>(s)]));
  if (auto fault = half_fault(instruction.add, four_way)) return fault;
  if (auto fault = half_fault(instruction.mul, four_way)) return fault;
  if (instruction.signals.has_destination())
    if (auto fault = write_fault(instruction.signal_destination, four_way)) return fault;
  const auto list = destinations(instruction);
  for (std::size_t i = 0; i < list.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (list[i] == list[k]) return restriction(messages::two_writes(isa::print(list[i])));
  if (uniforms_taken(instruction) > 1) return restriction(messages::two_uniforms());
  return std::nullopt;
}

std::optional<StaticFault> static_fault(const isa::BranchInstruction& instruction, bool four_way) {
  if (four_way && instruction.uses_register() && instruction.reg >= 32)
    return restriction(messages::high_register(instruction.reg));
  return std::nullopt;
}

}  // namespace vc7::sim::interp
