// SPDX-License-Identifier: MIT
//
// What the compiler asks of a host's vectors. A "vector" is a number that stands for the host
// registers of 16 lanes: one zmm, two ymm, four q registers. Numbers below homes() are free for QPU
// registers; the rest is scratch.
#pragma once

#include <vc7/isa/condition.hpp>

#include "host_code.hpp"

namespace vc7::sim::jit {

/// What State::work is used for: the first for SlotMap, two for AccessCode, one for Translator, two
/// for the vectors.
inline constexpr unsigned work_sites = interp::work_count - 5, work_starts = work_sites + 1,
                          work_keep = work_starts + 1, work_double = work_keep + 1;
inline Memory work_field(unsigned number) {
  return state_field(offsetof(State, work) + number * sizeof(Slot));
}

/// Constants of 16 lanes that compiled code reads, relative to Reg::constants.
struct Constants {
  Slot vec4_load, vec4_store, word_load, word_store;  ///< memory_active to memory_store of State
  Slot nan, magnitude, three, last_vector, low_five, low_half, low_24, lane, lane_group, lane_bytes,
      vec4_in_quad, lane_bit, bit_to_sign, transposed, byte_in_word, quad_rotations;
};
const Constants& constants();
#define VC7_CONSTANT(name)                                                    \
  ::vc7::sim::jit::Memory {                                                   \
    ::vc7::sim::jit::Reg::constants,                                          \
        static_cast<std::int32_t>(offsetof(::vc7::sim::jit::Constants, name)) \
  }

/// An operand of 16 lanes.
struct Source {
  enum class Kind : std::uint8_t { vector, memory, broadcast };
  Kind kind;
  unsigned vector = 0;
  Memory mem;

  static Source of(unsigned v) { return {Kind::vector, v, {}}; }
  static Source memory(const Memory& m) { return {Kind::memory, 0, m}; }
  static Source broadcast(const Memory& m) { return {Kind::broadcast, 0, m}; }  ///< one word
  bool is(unsigned v) const { return kind == Kind::vector && vector == v; }
};

/// Clobbered are no registers of Reg but t0, in flags() also t1.
class Vectors {
 public:
  Vectors() = default;
  virtual ~Vectors() = default;
  Vectors(const Vectors&) = delete;
  Vectors& operator=(const Vectors&) = delete;

  virtual unsigned homes() const = 0;
  /// Scratch that compute(), flags() and blend() leave alone.
  virtual unsigned scratch() const = 0;

  virtual void load(unsigned to, const Source& from) = 0;
  virtual void store(const Memory& to, unsigned from) = 0;
  /// Copies 16 bytes by way of scratch.
  virtual void copy_16(const Memory& to, const Memory& from) = 0;
  /// Lane 0.
  virtual void first_lane(Reg to, unsigned from) = 0;
  virtual void broadcast_lane0(unsigned to, unsigned from) = 0;
  virtual void broadcast_quads(unsigned to, const Source& from) = 0;
  virtual void rotate(unsigned to, const Source& from, unsigned amount) = 0;

  /// to = a op b; `to` may be a source. False: no code for this operation.
  virtual bool compute(Fast op, unsigned to, const Source& a, const Source& b) = 0;
  /// to = a op (b in all lanes), shifts by a constant.
  virtual void shift(Fast op, unsigned to, const Source& a, unsigned amount) = 0;
  /// NaNs become the canonical one.
  virtual void canonical(unsigned v) = 0;
  virtual void canonical_in_memory(const Memory& mem) = 0;
  /// Jumps if the vector holds a NaN that is not the canonical one.
  virtual void check_canonical(unsigned v, const asmjit::Label& bad) = 0;
  /// MicroOp::flag_op of a result that is not in a home.
  virtual void flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) = 0;

  /// Lanes of `to` that pass an isa::Condition become those of `from`. `any`: all lanes if one
  /// passes.
  virtual void blend(unsigned to, const Source& from, unsigned condition, bool any = false) = 0;
  virtual void keep(unsigned to, unsigned condition) = 0;  ///< lanes that do not pass become 0

  /// Whether flag A can live in a home. keep_flags_in() says which in the code that follows, -1:
  /// none.
  virtual bool can_keep_flags() const { return false; }
  virtual void keep_flags_in(int /*home*/) {}
  /// Flags between State and host registers, where they live in compiled code. load_flags() leaves
  /// t0 alone.
  virtual void load_flags() = 0;
  virtual void store_flags() = 0;
  virtual void flag_mask(Reg to, unsigned condition) = 0;  ///< lanes that pass
  /// Zero if flag A is set in no lane, else not.
  virtual void any_flag(Reg to) { flag_mask(to, static_cast<unsigned>(isa::Condition::ifa)); }

  /// Jumps if addresses in State::memory_addresses are no multiples of 4 or too near to the end of
  /// the address space.
  virtual void check_addresses(const asmjit::Label& bad) = 0;
  /// After check_addresses: jumps if the words of the lanes are not consecutive.
  virtual void check_consecutive(const asmjit::Label& no) = 0;
  /// The same for the vec4 of the lanes in each quad.
  virtual void check_quads(const asmjit::Label& no) = 0;
  /// Sixteen vec4, transposed to and from four slots. `quads`: quad_regs are the addresses of the
  /// first lanes, and the other lanes of each quad follow; else all addresses are in
  /// State::memory_addresses.
  virtual void load_vec4(const Memory* results, bool quads) = 0;
  /// From State::tmu_data. `past_caches`, only if can_pass_caches(): quads, at multiples of 64,
  /// are wanted in memory and not in a cache.
  virtual void store_vec4(bool quads, bool past_caches) = 0;
  virtual bool can_pass_caches() const { return false; }
  virtual void leave() = 0;  ///< before C++ code
};

}  // namespace vc7::sim::jit
