// SPDX-License-Identifier: MIT
//
// The texts of faults and warnings, shared by the engines so that they say the same. "R38" and the
// like are the rules of vc7/verify/rules.def.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vc7::sim::messages {

inline std::string memory(std::string_view access, std::uint32_t address) {
  return fmt::format("{} at unmapped GPU address 0x{:08x}", access, address);
}
inline std::string uniform(std::uint32_t address) {
  return fmt::format("uniform read at unmapped GPU address 0x{:08x}", address);
}
inline std::string unifa(std::uint32_t address) {
  return fmt::format("unifa read at unmapped GPU address 0x{:08x}", address);
}
inline std::string fetch(std::uint32_t address) {
  return fmt::format("R43: instruction fetch at unmapped GPU address 0x{:08x}", address);
}
inline std::string misaligned_target(std::uint32_t address) {
  return fmt::format("R43: branch to 0x{:08x}, which is not a multiple of 8", address);
}
inline std::string invalid(std::string_view reason) {
  return fmt::format("R41: no instruction: {}", reason);
}
inline std::string unsupported_op(std::string_view mnemonic) {
  return fmt::format("R48: {} works in graphics shaders only", mnemonic);
}
inline std::string unsupported_write(std::string_view name) {
  return fmt::format("R48: write to {}, which works in graphics shaders only", name);
}
inline std::string reserved_write(std::string_view name) {
  return fmt::format("R42: write to reserved address {}", name);
}
inline std::string unsupported_signal(std::string_view name) {
  return fmt::format("R48: signal {} works in graphics shaders only", name);
}
inline std::string branch_in_branch_slots() { return "R19: branch in a delay slot of a branch"; }
inline std::string branch_in_switch_slots() {
  return "R15: branch in a delay slot of a thread switch";
}
inline std::string switch_in_branch_slots() { return "R14: thrsw in a delay slot of a branch"; }
inline std::string third_switch() { return "R16: three consecutive instructions with thrsw"; }
inline std::string second_last_switch() { return "R17: last-thrsw marker after the last one"; }
inline std::string nothing_to_pop() { return "R38: ldtmu with no outstanding request"; }
inline std::string fifo_overflow(unsigned words, unsigned limit) {
  return fmt::format("R36: {} words outstanding in the TMU output FIFO, {} fit", words, limit);
}
inline std::string data_overflow() { return "R36: more than 16 data words for one TMU access"; }
inline std::string two_uniforms() { return "R3: more than one uniform taken by one instruction"; }
inline std::string high_register(unsigned reg) {
  return fmt::format("R40: rf{} used in a 4-way threaded program, which has rf0-rf31", reg);
}
inline std::string two_writes(std::string_view where) {
  return fmt::format("R12: two writes to {} in one instruction", where);
}
inline std::string sync_command() { return "R35: a synchronisation command other than barrierid"; }
inline std::string atomic_conventions() {
  return "R46: tmud and tmudref/tmuoff mixed as operands of one atomic";
}
inline std::string reserved_tmu_op(unsigned op) {
  return fmt::format("R41: reserved TMU operation {}", op);
}
inline std::string missing_atomic_data(unsigned op) {
  return fmt::format("R46: TMU operation {} without data", op);
}
inline std::string budget(std::uint64_t limit) {
  return fmt::format("more than {} instructions in one batch: an endless loop?", limit);
}
inline std::string stopped() { return "stopped from outside"; }
inline std::string barrier_incomplete(unsigned arrived, unsigned expected) {
  return fmt::format(
      "R35: barrier cannot complete: {} of {} batches of the supergroup arrived, the others have ended",
      arrived, expected);
}
inline std::string barrier_not_resident(unsigned batches, unsigned slots) {
  return fmt::format("R35: barrier in a supergroup of {} batches, only {} are resident at a time",
                     batches, slots);
}

// Warnings.
inline std::string early_end() { return "thread end with TMU results not popped"; }
inline std::string data_count(unsigned words, std::string_view type) {
  return fmt::format("store of {} with {} data words; the smaller number of components is stored",
                     type, words);
}

}  // namespace vc7::sim::messages
