// SPDX-License-Identifier: MIT
//
// What the compiler asks of a host beside vectors: a small assembler for words of State, jumps and
// calls. x86_code.hpp and a64_code.hpp have one each; everything that decides what compiled code
// does is written once, in these terms.
#pragma once

#include <asmjit/core.h>

#include <cstddef>
#include <cstdint>

#include "actions.hpp"

namespace vc7::sim::jit {

/// General registers of compiled code.
enum class Reg : std::uint8_t {
  state,       ///< address of State
  memory,      ///< host address of the GPU's address 0
  constants,   ///< address of Constants
  fifo_head,   ///< of the TMU's output FIFO, in bytes
  fifo_count,  ///< the same
  t0,          ///< the others are lost in calls; functions return in this one
  t1,
  t2,
  t3,
  t4,
  site,  ///< for AccessCode, as are the next
  quad1,
  quad2,
  quad3,
  none,
};
/// For TMU accesses: addresses of the lanes 0, 4, 8 and 12.
inline constexpr Reg quad_regs[4] = {Reg::t0, Reg::quad1, Reg::quad2, Reg::quad3};

/// An operand in memory: base + (index << shift) + offset, all 64 bits of both registers.
struct Memory {
  Reg base = Reg::none;
  std::int32_t offset = 0;
  Reg index = Reg::none;
  std::uint8_t shift = 0;

  Memory plus(std::size_t bytes) const {
    return {base, offset + static_cast<std::int32_t>(bytes), index, shift};
  }
};

inline Memory state_field(std::size_t offset) {
  return {Reg::state, static_cast<std::int32_t>(offset)};
}
inline Memory slot_field(unsigned slot) {
  return state_field(offsetof(State, slot) + slot * sizeof(Slot));
}

inline constexpr std::uint32_t fifo_mask = 16 * sizeof(Slot) - 1;

/// Comparisons of unsigned numbers.
enum class Test : std::uint8_t { equal, unequal, below, above };

/// Operations are on words of 32 bits where the name does not say otherwise, and a word in a
/// register has zeros above it.
class HostCode {
 public:
  explicit HostCode(asmjit::BaseAssembler& assembler) : base_{assembler} {}
  virtual ~HostCode() = default;
  HostCode(const HostCode&) = delete;
  HostCode& operator=(const HostCode&) = delete;

  asmjit::Label label() { return base_.newLabel(); }
  void bind(const asmjit::Label& label) { base_.bind(label); }
  /// Puts a label of a loop or block where the host likes jumps to go.
  void bind_aligned(const asmjit::Label& label) {
    base_.align(asmjit::AlignMode::kCode, 16);
    base_.bind(label);
  }

  // ---- functions
  /// The start of a handler: saves what has to be saved, and sets state, memory and constants.
  virtual void enter() = 0;
  /// The end of a handler, which returns t0.
  virtual void leave() = 0;
  /// The end of a handler by way of another one for an operation.
  virtual void leave_to(const MicroOp& op) = 0;
  /// Calls a handler.
  virtual void call(Handler handler, const MicroOp* op) = 0;
  /// Calls a function of State and a part of it.
  virtual void call(bool (*function)(State*, interp::Stream*), std::size_t part) = 0;
  /// After those calls: jumps if the result is null; false; another operation.
  virtual void jump_if_null(const asmjit::Label& to) = 0;
  virtual void jump_if_false(const asmjit::Label& to) = 0;
  virtual void jump_unless(const MicroOp* op, const asmjit::Label& to) = 0;
  /// Calls a subroutine of compiled code, and jumps if it returned with `no`.
  virtual void call_local(const asmjit::Label& subroutine, const asmjit::Label& no) = 0;
  virtual void return_yes() = 0;
  virtual void return_no() = 0;
  /// Keeps a register and brings it back, in pairs. No calls in between.
  virtual void push(Reg reg) = 0;
  virtual void pop(Reg reg) = 0;

  // ---- words
  virtual void load(Reg to, const Memory& from) = 0;
  virtual void store(const Memory& to, Reg from) = 0;
  virtual void load_pointer(Reg to, const Memory& from) = 0;
  virtual void store_pointer(const Memory& to, Reg from) = 0;
  virtual void clear(const Memory& to, unsigned bytes) = 0;  ///< 1, 2 or 4
  virtual void set(Reg to, std::uint32_t value) = 0;
  virtual void set_pointer(Reg to, const void* value) = 0;
  virtual void move(Reg to, Reg from) = 0;
  virtual void low_byte(Reg to, Reg from) = 0;
  virtual void add(Reg to, std::int32_t value) = 0;
  virtual void sub(Reg to, const Memory& from) = 0;
  virtual void sum(Reg to, Reg a, Reg b, std::int32_t value) = 0;  ///< b may be none
  virtual void pointer_sum(Reg to, Reg a, Reg b) = 0;
  virtual void and_with(Reg to, std::uint32_t value) = 0;
  virtual void and_with(Reg to, Reg value) = 0;
  virtual void and_with(Reg to, const Memory& value) = 0;
  virtual void or_with(Reg to, std::uint32_t value) = 0;
  virtual void or_with(Reg to, Reg value) = 0;
  virtual void invert(Reg to) = 0;
  virtual void shift_left(Reg to, unsigned bits) = 0;
  virtual void shift_right(Reg to, unsigned bits) = 0;
  virtual void multiply(Reg to, std::uint32_t value) = 0;
  /// All 64 bits of `to` become 0 if the word `test` is (not) zero. Clobbers t2.
  virtual void clear_if_zero(Reg to, Reg test) = 0;
  virtual void clear_unless_zero(Reg to, Reg test) = 0;
  virtual void increment(const Memory& word) = 0;
  virtual void prefetch(const Memory& at, bool for_store) = 0;

  // ---- 64-bit counts in State. Clobbers t0.
  virtual void add_to_count(const Memory& count, std::uint32_t value) = 0;
  /// The same, but jumps instead if the sum would be above `limit`.
  virtual void add_to_count(const Memory& count, std::uint32_t value, const Memory& limit,
                            const asmjit::Label& over) = 0;

  // ---- jumps
  virtual void jump(const asmjit::Label& to) = 0;
  virtual void jump_if(Reg a, Test test, std::uint32_t b, const asmjit::Label& to) = 0;
  virtual void jump_if(Reg a, Test test, Reg b, const asmjit::Label& to) = 0;
  virtual void jump_if(Reg a, Test test, const Memory& b, const asmjit::Label& to) = 0;
  virtual void jump_if(const Memory& a, Test test, std::uint32_t b, const asmjit::Label& to) = 0;
  virtual void jump_if_any(Reg a, std::uint32_t bits, const asmjit::Label& to) = 0;
  virtual void jump_if_any(const Memory& a, std::uint32_t bits, const asmjit::Label& to) = 0;
  virtual void jump_if_null(const Memory& pointer, const asmjit::Label& to) = 0;

 protected:
  asmjit::BaseAssembler& base_;
};

}  // namespace vc7::sim::jit
