// SPDX-License-Identifier: MIT
//
// What depends on values of operands: instructions without an encoding, and instructions that are
// wrong whatever surrounds them (v3d71 §5, §6, §7 R9). Everything that depends on other
// instructions is the verifier's.
#pragma once

#include <vc7/asm/error.hpp>
#include <vc7/isa/instruction.hpp>

namespace vc7::qpu::detail {

constexpr bool is_tmu_write(isa::WriteAddress dst) {
  if (!dst.magic) return false;
  using enum isa::MagicGroup;
  const isa::MagicGroup group = isa::magic_table[dst.address].group;
  return group == tmu_texture || group == tmu_data || group == tmu_address || group == tmu_config;
}

/// One immediate at most, and no signal beside it (v3d71 §5).
constexpr void check_immediates(const isa::AluInstruction& i, const Origin& where) {
  const unsigned count = unsigned{i.add.src[0].immediate} + i.add.src[1].immediate +
                         i.mul.src[0].immediate + i.mul.src[1].immediate;
  if (count > 1) two_immediates_in_one_instruction(where);
  if (count == 1 && !i.signals.empty()) immediate_together_with_signal(i.signals, where);
}

/// Lane moves go through the special function unit: their broadcast has no effect, and the unit
/// shares its port with the TMU.
constexpr void guard(const isa::AluInstruction& i, const Origin& where) {
  const isa::OpInfo& add = isa::info(i.add.op);
  if (!add.is_sfu()) return;
  using isa::AddOp;
  if ((i.add.op == AddOp::rot || i.add.op == AddOp::rotq || i.add.op == AddOp::shuffle) &&
      (i.add.dst.is(isa::Magic::rep) || i.add.dst.is(isa::Magic::quad)))
    no_effect_on_broadcast(add.mnemonic, i.add.dst, where);
  for (const isa::WriteAddress dst : {i.add.dst, i.mul.dst, i.signal_destination})
    if (is_tmu_write(dst))
      sfu_beside_tmu_write(add.mnemonic, isa::magic_table[dst.address].name, where);
  if (i.signals.has(isa::Signal::wrtmuc))
    sfu_beside_tmu_write(add.mnemonic, "the signal wrtmuc", where);
}

/// Refuses what the types of operands and modifiers let through.
constexpr void check(const isa::AluInstruction& instruction, const Origin& where) {
  check_immediates(instruction, where);
  guard(instruction, where);
}

}  // namespace vc7::qpu::detail
