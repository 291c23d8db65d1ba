// SPDX-License-Identifier: MIT
#include "x86_code.hpp"

#include "vectors.hpp"

namespace vc7::sim::jit {

using namespace x86;  // names of host registers

namespace {

asmjit::Imm imm(auto value) { return asmjit::Imm{static_cast<std::int64_t>(value)}; }
/// As instructions for 32 bits take it.
asmjit::Imm word(std::uint32_t value) { return imm(static_cast<std::int32_t>(value)); }
asmjit::Imm address_of(const void* p) { return asmjit::Imm{reinterpret_cast<std::uintptr_t>(p)}; }
asmjit::Imm address_of(auto* function) {
  return address_of(reinterpret_cast<const void*>(function));
}
Gp host32(Reg reg) { return host(reg).r32(); }

constexpr unsigned saved_count = 6;
const Gp saved[saved_count] = {rbx, rbp, r12, r13, r14, r15};

}  // namespace

Gp host(Reg reg) {
  static const Gp table[] = {rbx, r12, r13, r14, r15, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11};
  static_assert(std::size(table) == static_cast<std::size_t>(Reg::none));
  return table[static_cast<std::size_t>(reg)];
}

Mem host(const Memory& memory, std::uint32_t bytes) {
  const Gp base = host(memory.base);
  if (memory.index == Reg::none) return Mem{base, memory.offset, bytes};
  return Mem{base, host(memory.index), memory.shift, memory.offset, bytes};
}

// ---- functions

void X86Code::enter() {
  for (const Gp& reg : saved) as_.push(reg);
  as_.sub(rsp, imm(8));  // functions want it at a multiple of 16
  as_.mov(rbx, rdi);
  load_pointer(Reg::memory, state_field(offsetof(State, memory)));
  set_pointer(Reg::constants, &constants());
}
void X86Code::restore() {
  as_.add(rsp, imm(8));
  for (unsigned n = saved_count; n-- > 0;) as_.pop(saved[n]);
}
void X86Code::leave() {
  restore();
  as_.ret();
}
void X86Code::leave_to(const MicroOp& op) {
  as_.mov(rdi, rbx);
  as_.mov(rsi, address_of(&op));
  as_.mov(rax, address_of(op.run));
  restore();
  as_.jmp(rax);
}
void X86Code::call(Handler handler, const MicroOp* op) {
  as_.mov(rdi, rbx);
  as_.mov(rsi, address_of(op));
  as_.call(address_of(handler));
}
void X86Code::call(bool (*function)(State*, interp::Stream*), std::size_t part) {
  as_.mov(rdi, rbx);
  as_.lea(rsi, host(state_field(part)));
  as_.call(address_of(function));
}
void X86Code::jump_if_null(const asmjit::Label& to) {
  as_.test(rax, rax);
  as_.jz(to);
}
void X86Code::jump_if_false(const asmjit::Label& to) {
  as_.test(al, al);
  as_.jz(to);
}
void X86Code::jump_unless(const MicroOp* op, const asmjit::Label& to) {
  as_.mov(rcx, address_of(op));
  as_.cmp(rax, rcx);
  as_.jne(to);
}
void X86Code::call_local(const asmjit::Label& subroutine, const asmjit::Label& no) {
  as_.call(subroutine);
  as_.jc(no);
}
void X86Code::return_yes() {
  as_.clc();
  as_.ret();
}
void X86Code::return_no() {
  as_.stc();
  as_.ret();
}
void X86Code::push(Reg reg) { as_.push(host(reg)); }
void X86Code::pop(Reg reg) { as_.pop(host(reg)); }

// ---- words

void X86Code::load(Reg to, const Memory& from) { as_.mov(host32(to), host(from)); }
void X86Code::store(const Memory& to, Reg from) { as_.mov(host(to), host32(from)); }
void X86Code::load_pointer(Reg to, const Memory& from) { as_.mov(host(to), host(from)); }
void X86Code::store_pointer(const Memory& to, Reg from) { as_.mov(host(to), host(from)); }
void X86Code::clear(const Memory& to, unsigned bytes) { as_.mov(host(to, bytes), imm(0)); }
void X86Code::set(Reg to, std::uint32_t value) { as_.mov(host32(to), imm(value)); }
void X86Code::set_pointer(Reg to, const void* value) { as_.mov(host(to), address_of(value)); }
void X86Code::move(Reg to, Reg from) { as_.mov(host32(to), host32(from)); }
void X86Code::low_byte(Reg to, Reg from) { as_.movzx(host32(to), host(from).r8()); }
void X86Code::add(Reg to, std::int32_t value) { as_.add(host32(to), imm(value)); }
void X86Code::sub(Reg to, const Memory& from) { as_.sub(host32(to), host(from)); }
void X86Code::sum(Reg to, Reg a, Reg b, std::int32_t value) {
  as_.lea(host32(to), host({a, value, b, 0}));
}
void X86Code::pointer_sum(Reg to, Reg a, Reg b) { as_.lea(host(to), host({a, 0, b, 0})); }
void X86Code::and_with(Reg to, std::uint32_t value) { as_.and_(host32(to), word(value)); }
void X86Code::and_with(Reg to, Reg value) { as_.and_(host32(to), host32(value)); }
void X86Code::and_with(Reg to, const Memory& value) { as_.and_(host32(to), host(value)); }
void X86Code::or_with(Reg to, std::uint32_t value) { as_.or_(host32(to), word(value)); }
void X86Code::or_with(Reg to, Reg value) { as_.or_(host32(to), host32(value)); }
void X86Code::invert(Reg to) { as_.not_(host32(to)); }
void X86Code::shift_left(Reg to, unsigned bits) { as_.shl(host32(to), imm(bits)); }
void X86Code::shift_right(Reg to, unsigned bits) { as_.shr(host32(to), imm(bits)); }
void X86Code::multiply(Reg to, std::uint32_t value) {
  as_.imul(host32(to), host32(to), word(value));
}
void X86Code::clear_if_zero(Reg to, Reg test) {
  as_.xor_(edx, edx);
  as_.test(host32(test), host32(test));
  as_.cmovz(host(to), rdx);
}
void X86Code::clear_unless_zero(Reg to, Reg test) {
  as_.xor_(edx, edx);
  as_.test(host32(test), host32(test));
  as_.cmovnz(host(to), rdx);
}
void X86Code::increment(const Memory& word) { as_.inc(host(word, 4)); }
void X86Code::prefetch(const Memory& at, bool for_store) {
  if (for_store)
    as_.prefetchw(host(at));
  else
    as_.prefetcht0(host(at));
}

void X86Code::add_to_count(const Memory& count, std::uint32_t value) {
  as_.add(host(count, 8), imm(value));
}
void X86Code::add_to_count(const Memory& count, std::uint32_t value, const Memory& limit,
                           const asmjit::Label& over) {
  as_.mov(rax, host(count));
  as_.add(rax, imm(value));
  as_.cmp(rax, host(limit));
  as_.ja(over);
  as_.mov(host(count), rax);
}

// ---- jumps

void X86Code::jump(const asmjit::Label& to) { as_.jmp(to); }
void X86Code::jump_on(Test test, const asmjit::Label& to) {
  switch (test) {
    case Test::equal: as_.je(to); return;
    case Test::unequal: as_.jne(to); return;
    case Test::below: as_.jb(to); return;
    case Test::above: as_.ja(to); return;
  }
}
void X86Code::jump_if(Reg a, Test test, std::uint32_t b, const asmjit::Label& to) {
  as_.cmp(host32(a), word(b));
  jump_on(test, to);
}
void X86Code::jump_if(Reg a, Test test, Reg b, const asmjit::Label& to) {
  as_.cmp(host32(a), host32(b));
  jump_on(test, to);
}
void X86Code::jump_if(Reg a, Test test, const Memory& b, const asmjit::Label& to) {
  as_.cmp(host32(a), host(b));
  jump_on(test, to);
}
void X86Code::jump_if(const Memory& a, Test test, std::uint32_t b, const asmjit::Label& to) {
  as_.cmp(host(a, 4), word(b));
  jump_on(test, to);
}
void X86Code::jump_if_any(Reg a, std::uint32_t bits, const asmjit::Label& to) {
  as_.test(host32(a), word(bits));
  as_.jnz(to);
}
void X86Code::jump_if_any(const Memory& a, std::uint32_t bits, const asmjit::Label& to) {
  as_.test(host(a, 4), word(bits));
  as_.jnz(to);
}
void X86Code::jump_if_null(const Memory& pointer, const asmjit::Label& to) {
  as_.cmp(host(pointer, 8), imm(0));
  as_.je(to);
}

}  // namespace vc7::sim::jit
