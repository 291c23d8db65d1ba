// SPDX-License-Identifier: MIT
//
// Words, jumps and calls on x86-64.
#pragma once

#include <asmjit/x86.h>

#include "host_code.hpp"

namespace vc7::sim::jit {

namespace x86 = asmjit::x86;

/// The host's register for 64 bits.
x86::Gp host(Reg reg);
/// The host's operand; instructions that do not know its size by themselves need `bytes`.
x86::Mem host(const Memory& memory, std::uint32_t bytes = 0);

class X86Code final : public HostCode {
 public:
  static constexpr bool has_far_jumps = false;  ///< all jumps reach everywhere
  X86Code(x86::Assembler& assembler, bool /*far*/) : HostCode{assembler}, as_{assembler} {}

  void enter() override;
  void leave() override;
  void leave_to(const MicroOp& op) override;
  void call(Handler handler, const MicroOp* op) override;
  void call(bool (*function)(State*, interp::Stream*), std::size_t part) override;
  void jump_if_null(const asmjit::Label& to) override;
  void jump_if_false(const asmjit::Label& to) override;
  void jump_unless(const MicroOp* op, const asmjit::Label& to) override;
  void call_local(const asmjit::Label& subroutine, const asmjit::Label& no) override;
  void return_yes() override;
  void return_no() override;
  void push(Reg reg) override;
  void pop(Reg reg) override;
  void load(Reg to, const Memory& from) override;
  void store(const Memory& to, Reg from) override;
  void load_pointer(Reg to, const Memory& from) override;
  void store_pointer(const Memory& to, Reg from) override;
  void clear(const Memory& to, unsigned bytes) override;
  void set(Reg to, std::uint32_t value) override;
  void set_pointer(Reg to, const void* value) override;
  void move(Reg to, Reg from) override;
  void low_byte(Reg to, Reg from) override;
  void add(Reg to, std::int32_t value) override;
  void sub(Reg to, const Memory& from) override;
  void sum(Reg to, Reg a, Reg b, std::int32_t value) override;
  void pointer_sum(Reg to, Reg a, Reg b) override;
  void and_with(Reg to, std::uint32_t value) override;
  void and_with(Reg to, Reg value) override;
  void and_with(Reg to, const Memory& value) override;
  void or_with(Reg to, std::uint32_t value) override;
  void or_with(Reg to, Reg value) override;
  void invert(Reg to) override;
  void shift_left(Reg to, unsigned bits) override;
  void shift_right(Reg to, unsigned bits) override;
  void multiply(Reg to, std::uint32_t value) override;
  void clear_if_zero(Reg to, Reg test) override;
  void clear_unless_zero(Reg to, Reg test) override;
  void increment(const Memory& word) override;
  void prefetch(const Memory& at, bool for_store) override;
  void add_to_count(const Memory& count, std::uint32_t value) override;
  void add_to_count(const Memory& count, std::uint32_t value, const Memory& limit,
                    const asmjit::Label& over) override;
  void jump(const asmjit::Label& to) override;
  void jump_if(Reg a, Test test, std::uint32_t b, const asmjit::Label& to) override;
  void jump_if(Reg a, Test test, Reg b, const asmjit::Label& to) override;
  void jump_if(Reg a, Test test, const Memory& b, const asmjit::Label& to) override;
  void jump_if(const Memory& a, Test test, std::uint32_t b, const asmjit::Label& to) override;
  void jump_if_any(Reg a, std::uint32_t bits, const asmjit::Label& to) override;
  void jump_if_any(const Memory& a, std::uint32_t bits, const asmjit::Label& to) override;
  void jump_if_null(const Memory& pointer, const asmjit::Label& to) override;

 private:
  void restore();
  void jump_on(Test test, const asmjit::Label& to);

  x86::Assembler& as_;
};

}  // namespace vc7::sim::jit
