// SPDX-License-Identifier: MIT
//
// Code for 16 lanes on x86-64. A "vector" is a number that stands for the host registers of 16
// lanes: one zmm, or two ymm. Numbers below homes() are free for QPU registers; the rest is
// scratch.
#pragma once

#include <asmjit/x86.h>

#include <cstddef>

#include "actions.hpp"

namespace vc7::sim::jit {

namespace x86 = asmjit::x86;

/// Host registers with a fixed meaning in compiled code. Head and count of the TMU's output FIFO
/// are in bytes there.
inline const x86::Gp state_reg = x86::rbx, memory_reg = x86::r12, constant_reg = x86::r13,
                     fifo_head_reg = x86::r14d, fifo_count_reg = x86::r15d;
/// For TMU accesses: addresses of the lanes 0, 4, 8 and 12.
inline const x86::Gp quad_regs[4] = {x86::rax, x86::r9, x86::r10, x86::r11};
inline constexpr std::uint32_t fifo_mask = 16 * sizeof(Slot) - 1;

inline x86::Mem state_field(std::size_t offset, std::uint32_t bytes = 0) {
  return x86::Mem{state_reg, static_cast<std::int32_t>(offset), bytes};
}
inline x86::Mem slot_field(unsigned slot) {
  return state_field(offsetof(State, slot) + slot * sizeof(Slot));
}

/// What State::work is used for: the first for SlotMap, one for AccessCode, one for Translator, two
/// for the vectors.
inline constexpr unsigned work_sites = interp::work_count - 4, work_keep = work_sites + 1,
                          work_double = work_keep + 1;
inline x86::Mem work_field(unsigned number) {
  return state_field(offsetof(State, work) + number * sizeof(Slot));
}

/// Constants of 16 lanes that compiled code reads, relative to constant_reg.
struct Constants {
  Slot vec4_load, vec4_store, word_load, word_store;  ///< memory_active to memory_store of State
  Slot nan, magnitude, three, last_vector, low_five, low_half, low_24, lane, lane_group, lane_bytes,
      vec4_in_quad, lane_bit, transposed;
};
const Constants& constants();
#define VC7_CONSTANT(name) \
  x86::Mem { constant_reg, static_cast<std::int32_t>(offsetof(Constants, name)) }

/// An operand of 16 lanes.
struct Source {
  enum class Kind : std::uint8_t { vector, memory, broadcast };
  Kind kind;
  unsigned vector = 0;
  x86::Mem mem;

  static Source of(unsigned v) { return {Kind::vector, v, {}}; }
  static Source memory(const x86::Mem& m) { return {Kind::memory, 0, m}; }
  static Source broadcast(const x86::Mem& m) { return {Kind::broadcast, 0, m}; }  ///< one word
  bool is(unsigned v) const { return kind == Kind::vector && vector == v; }
};

class X86Vectors {
 public:
  explicit X86Vectors(x86::Assembler& assembler) : as{assembler} {}
  virtual ~X86Vectors() = default;

  virtual unsigned homes() const = 0;
  /// Scratch that compute(), flags() and blend() leave alone.
  virtual unsigned scratch() const = 0;
  virtual unsigned scratch_xmm() const = 0;  ///< a part of it

  virtual void load(unsigned to, const Source& from) = 0;
  virtual void store(const x86::Mem& to, unsigned from) = 0;
  /// Lane 0.
  virtual void first_lane(const x86::Gp& to, unsigned from) = 0;
  virtual void broadcast_lane0(unsigned to, unsigned from) = 0;
  virtual void broadcast_quads(unsigned to, const Source& from) = 0;
  virtual void rotate(unsigned to, const Source& from, unsigned amount) = 0;

  /// to = a op b; `to` may be a source. False: no code for this operation.
  virtual bool compute(Fast op, unsigned to, const Source& a, const Source& b) = 0;
  /// to = a op (b in all lanes), shifts by a constant.
  virtual void shift(Fast op, unsigned to, const Source& a, unsigned amount) = 0;
  /// NaNs become the canonical one.
  virtual void canonical(unsigned v) = 0;
  virtual void canonical_in_memory(const x86::Mem& mem) = 0;
  /// Jumps if the vector holds a NaN that is not the canonical one.
  virtual void check_canonical(unsigned v, const asmjit::Label& bad) = 0;
  /// MicroOp::flag_op of a result that is not in a home.
  virtual void flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) = 0;

  /// Lanes of `to` that pass an isa::Condition become those of `from`. `any`: all lanes if one
  /// passes. `zero`: the others become 0.
  virtual void blend(unsigned to, const Source& from, unsigned condition, bool any = false) = 0;
  virtual void keep(unsigned to, unsigned condition) = 0;  ///< lanes that do not pass become 0

  /// Flags between State and host registers, where they live in compiled code.
  virtual void load_flags() = 0;
  virtual void store_flags() = 0;
  virtual void flag_mask(const x86::Gp& to, unsigned condition) = 0;  ///< lanes that pass

  /// Carry flag set if the addresses in State::memory_addresses are no multiples of 4 or too near
  /// to the end of the address space. Clobbers rax.
  virtual void check_addresses(const asmjit::Label& bad) = 0;
  /// After check_addresses: jumps if the words of the lanes are not consecutive. Clobbers rax.
  virtual void check_consecutive(const asmjit::Label& no) = 0;
  /// The same for the vec4 of the lanes in each quad.
  virtual void check_quads(const asmjit::Label& no) = 0;
  /// Sixteen vec4, transposed to and from four slots. `quads`: quad_regs are the addresses of the
  /// first lanes, and the other lanes of each quad follow; else all addresses are in
  /// State::memory_addresses, and rax is clobbered.
  virtual void load_vec4(const x86::Mem* results, bool quads) = 0;
  virtual void store_vec4(bool quads) = 0;  ///< from State::tmu_data
  virtual void leave() = 0;                 ///< before C++ code: vzeroupper

 protected:
  /// Of a lane's vec4.
  x86::Mem vec4_address(unsigned lane, bool quads) {
    if (quads)
      return {memory_reg, quad_regs[lane / 4], 0, static_cast<std::int32_t>(16 * (lane % 4))};
    as.mov(x86::eax, state_field(offsetof(State, memory_addresses) + 4 * lane, 4));
    return {memory_reg, x86::rax, 0, 0};
  }

  x86::Assembler& as;
};

}  // namespace vc7::sim::jit
