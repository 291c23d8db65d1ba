// SPDX-License-Identifier: MIT
#include "a64_code.hpp"

#include <asmjit/arm/a64utils.h>

#include "vectors.hpp"

namespace vc7::sim::jit {

using namespace asmjit::a64;  // names of host registers
using asmjit::arm::CondCode;

namespace {

// For what needs one register more for a moment; the linkage of calls has them, too.
constexpr GpX temp_x{16}, address_x{17};
constexpr GpW temp_w{16};

asmjit::Imm imm(auto value) { return asmjit::Imm{static_cast<std::int64_t>(value)}; }
asmjit::Imm address_of(const void* p) { return asmjit::Imm{reinterpret_cast<std::uintptr_t>(p)}; }
asmjit::Imm address_of(auto* function) {
  return address_of(reinterpret_cast<const void*>(function));
}
GpW host32(Reg reg) { return host(reg).w(); }

/// Numbers that instructions can add, subtract and compare: 12 bits, also shifted by 12.
bool is_short(std::uint32_t value) {
  return value < 0x1000 || (value < 0x1000000 && (value & 0xfff) == 0);
}

// The frame: x29, x30, x19 to x25, and of v8 to v15 the half that belongs to the caller.
constexpr int frame_bytes = 144;
constexpr struct {
  unsigned first;
  int offset;
} saved_x[] = {{19, 16}, {21, 32}, {23, 48}}, saved_d[] = {{8, 80}, {10, 96}, {12, 112}, {14, 128}};
constexpr int flag_b_offset = 64;

}  // namespace

GpX host(Reg reg) {
  static constexpr unsigned table[] = {19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7, 8};
  static_assert(std::size(table) == static_cast<std::size_t>(Reg::none));
  return x(table[static_cast<std::size_t>(reg)]);
}

Mem host(Assembler& as, const Memory& memory, unsigned size, const GpX& temp, unsigned more) {
  GpX base = host(memory.base);
  auto offset = static_cast<std::uint32_t>(memory.offset);
  if (memory.index != Reg::none) {
    as.add(temp, base, host(memory.index),
           asmjit::arm::Shift{asmjit::arm::ShiftOp::kLSL, memory.shift});
    base = temp;
  }
  if (offset % size == 0 && (offset + more) / size < 0x1000)
    return ptr(base, static_cast<std::int32_t>(offset));
  if (offset >= 0x1000) {
    as.add(temp, base, imm(offset & ~0xfffu));
    base = temp;
    offset &= 0xfff;
  }
  as.add(temp, base, imm(offset));
  return ptr(temp);
}

// ---- functions

void A64Code::enter() {
  as_.stp(x29, x30, ptr_pre(sp, -frame_bytes));
  for (const auto& [first, offset] : saved_x) as_.stp(x(first), x(first + 1), ptr(sp, offset));
  as_.str(x25, ptr(sp, flag_b_offset));
  for (const auto& [first, offset] : saved_d) as_.stp(d(first), d(first + 1), ptr(sp, offset));
  as_.mov(x19, x0);
  load_pointer(Reg::memory, state_field(offsetof(State, memory)));
  set_pointer(Reg::constants, &constants());
}
void A64Code::restore() {
  for (const auto& [first, offset] : saved_d) as_.ldp(d(first), d(first + 1), ptr(sp, offset));
  as_.ldr(x25, ptr(sp, flag_b_offset));
  for (const auto& [first, offset] : saved_x) as_.ldp(x(first), x(first + 1), ptr(sp, offset));
  as_.ldp(x29, x30, ptr_post(sp, frame_bytes));
}
void A64Code::leave() {
  restore();
  as_.ret(x30);
}
void A64Code::leave_to(const MicroOp& op) {
  as_.mov(x0, x19);
  as_.mov(x1, address_of(&op));
  as_.mov(temp_x, address_of(op.run));
  restore();
  as_.br(temp_x);
}
void A64Code::call(Handler handler, const MicroOp* op) {
  as_.mov(x0, x19);
  as_.mov(x1, address_of(op));
  as_.mov(temp_x, address_of(handler));
  as_.blr(temp_x);
}
void A64Code::call(bool (*function)(State*, interp::Stream*), std::size_t part) {
  as_.mov(x0, x19);
  as_.mov(x1, x19);
  add(x1, static_cast<std::uint32_t>(part));
  as_.mov(temp_x, address_of(function));
  as_.blr(temp_x);
}
void A64Code::jump_if_null(const asmjit::Label& to) {
  as_.cmp(x0, imm(0));
  jump_on(CondCode::kEQ, to);
}
void A64Code::jump_if_false(const asmjit::Label& to) {
  as_.tst(w0, imm(0xff));
  jump_on(CondCode::kEQ, to);
}
void A64Code::jump_unless(const MicroOp* op, const asmjit::Label& to) {
  as_.mov(temp_x, address_of(op));
  as_.cmp(x0, temp_x);
  jump_on(CondCode::kNE, to);
}
void A64Code::call_local(const asmjit::Label& subroutine, const asmjit::Label& no) {
  as_.bl(subroutine);
  as_.cmp(w0, imm(0));
  jump_on(CondCode::kEQ, no);
}
void A64Code::return_yes() {
  as_.mov(w0, imm(1));
  as_.ret(x30);
}
void A64Code::return_no() {
  as_.mov(w0, imm(0));
  as_.ret(x30);
}
void A64Code::push(Reg reg) { as_.str(host(reg), ptr_pre(sp, -16)); }
void A64Code::pop(Reg reg) { as_.ldr(host(reg), ptr_post(sp, 16)); }

// ---- words

void A64Code::load(Reg to, const Memory& from) {
  as_.ldr(host32(to), host(as_, from, 4, address_x));
}
void A64Code::store(const Memory& to, Reg from) {
  as_.str(host32(from), host(as_, to, 4, address_x));
}
void A64Code::load_pointer(Reg to, const Memory& from) {
  as_.ldr(host(to), host(as_, from, 8, address_x));
}
void A64Code::store_pointer(const Memory& to, Reg from) {
  as_.str(host(from), host(as_, to, 8, address_x));
}
void A64Code::clear(const Memory& to, unsigned bytes) {
  const Mem mem = host(as_, to, bytes, address_x);
  if (bytes == 1)
    as_.strb(wzr, mem);
  else if (bytes == 2)
    as_.strh(wzr, mem);
  else
    as_.str(wzr, mem);
}
void A64Code::set(Reg to, std::uint32_t value) { as_.mov(host32(to), imm(value)); }
void A64Code::set_pointer(Reg to, const void* value) { as_.mov(host(to), address_of(value)); }
void A64Code::move(Reg to, Reg from) { as_.mov(host32(to), host32(from)); }
void A64Code::low_byte(Reg to, Reg from) { as_.and_(host32(to), host32(from), imm(0xff)); }
void A64Code::add(const Gp& to, std::uint32_t value) {
  if (is_short(value)) {
    as_.add(to, to, imm(value));
  } else if (to.isGpW() && is_short(0 - value)) {
    as_.sub(to, to, imm(0 - value));
  } else {
    as_.mov(temp_w, imm(value));  // and zeros above
    as_.add(to, to, to.isGpX() ? Gp{temp_x} : Gp{temp_w});
  }
}
void A64Code::add(Reg to, std::int32_t value) {
  add(host32(to), static_cast<std::uint32_t>(value));
}
void A64Code::sub(Reg to, const Memory& from) {
  as_.ldr(temp_w, host(as_, from, 4, address_x));
  as_.sub(host32(to), host32(to), temp_w);
}
void A64Code::sum(Reg to, Reg a, Reg b, std::int32_t value) {
  if (b != Reg::none)
    as_.add(host32(to), host32(a), host32(b));
  else if (to != a)
    move(to, a);
  if (value != 0) add(to, value);
}
void A64Code::pointer_sum(Reg to, Reg a, Reg b) { as_.add(host(to), host(a), host(b)); }
void A64Code::and_with(Reg to, std::uint32_t value) {
  if (Utils::isLogicalImm(value, 32)) {
    as_.and_(host32(to), host32(to), imm(value));
  } else {
    as_.mov(temp_w, imm(value));
    as_.and_(host32(to), host32(to), temp_w);
  }
}
void A64Code::and_with(Reg to, Reg value) { as_.and_(host32(to), host32(to), host32(value)); }
void A64Code::and_with(Reg to, const Memory& value) {
  as_.ldr(temp_w, host(as_, value, 4, address_x));
  as_.and_(host32(to), host32(to), temp_w);
}
void A64Code::or_with(Reg to, std::uint32_t value) {
  as_.mov(temp_w, imm(value));
  as_.orr(host32(to), host32(to), temp_w);
}
void A64Code::or_with(Reg to, Reg value) { as_.orr(host32(to), host32(to), host32(value)); }
void A64Code::invert(Reg to) { as_.mvn(host32(to), host32(to)); }
void A64Code::shift_left(Reg to, unsigned bits) { as_.lsl(host32(to), host32(to), imm(bits)); }
void A64Code::shift_right(Reg to, unsigned bits) { as_.lsr(host32(to), host32(to), imm(bits)); }
void A64Code::multiply(Reg to, std::uint32_t value) {
  as_.mov(temp_w, imm(value));
  as_.mul(host32(to), host32(to), temp_w);
}
void A64Code::clear_if_zero(Reg to, Reg test) {
  as_.cmp(host32(test), imm(0));
  as_.csel(host(to), xzr, host(to), imm(CondCode::kEQ));
}
void A64Code::clear_unless_zero(Reg to, Reg test) {
  as_.cmp(host32(test), imm(0));
  as_.csel(host(to), xzr, host(to), imm(CondCode::kNE));
}
void A64Code::increment(const Memory& word) {
  const Mem mem = host(as_, word, 4, address_x);
  as_.ldr(temp_w, mem);
  as_.add(temp_w, temp_w, imm(1));
  as_.str(temp_w, mem);
}
/// asmjit has no prfm: PLDL1KEEP or PSTL1KEEP at [address_x].
void A64Code::prefetch(const Memory& at, bool for_store) {
  constexpr std::uint32_t prfm = 0xf9800000, store_hint = 16;
  as_.add(address_x, host(at.base), host(at.index));
  as_.embedUInt32(prfm | address_x.id() << 5 | (for_store ? store_hint : 0));
}

void A64Code::add_to_count(const Memory& count, std::uint32_t value) {
  load_pointer(Reg::t0, count);
  add(x0, value);
  store_pointer(count, Reg::t0);
}
void A64Code::add_to_count(const Memory& count, std::uint32_t value, const Memory& limit,
                           const asmjit::Label& over) {
  load_pointer(Reg::t0, count);
  add(x0, value);
  as_.ldr(temp_x, host(as_, limit, 8, address_x));
  as_.cmp(x0, temp_x);
  jump_on(CondCode::kHI, over);
  store_pointer(count, Reg::t0);
}

// ---- jumps

void A64Code::jump(const asmjit::Label& to) { as_.b(to); }
void A64Code::jump_on(CondCode condition, const asmjit::Label& to) {
  if (!far_) {
    as_.b(condition, to);
    return;
  }
  const asmjit::Label on = label();
  as_.b(asmjit::arm::negateCond(condition), on);
  as_.b(to);
  bind(on);
}
void A64Code::jump_on(Test test, const asmjit::Label& to) {
  switch (test) {
    case Test::equal: return jump_on(CondCode::kEQ, to);
    case Test::unequal: return jump_on(CondCode::kNE, to);
    case Test::below: return jump_on(CondCode::kLO, to);
    case Test::above: return jump_on(CondCode::kHI, to);
  }
}
void A64Code::compare(const Gp& a, std::uint32_t b) {
  if (is_short(b)) {
    as_.cmp(a, imm(b));
  } else {
    as_.mov(temp_w, imm(b));
    as_.cmp(a, temp_w);
  }
}
void A64Code::test(const GpW& a, std::uint32_t bits) {
  if (Utils::isLogicalImm(bits, 32)) {
    as_.tst(a, imm(bits));
  } else {
    as_.mov(temp_w, imm(bits));
    as_.tst(a, temp_w);
  }
}
void A64Code::jump_if(Reg a, Test test, std::uint32_t b, const asmjit::Label& to) {
  compare(host32(a), b);
  jump_on(test, to);
}
void A64Code::jump_if(Reg a, Test test, Reg b, const asmjit::Label& to) {
  as_.cmp(host32(a), host32(b));
  jump_on(test, to);
}
void A64Code::jump_if(Reg a, Test test, const Memory& b, const asmjit::Label& to) {
  as_.ldr(temp_w, host(as_, b, 4, address_x));
  as_.cmp(host32(a), temp_w);
  jump_on(test, to);
}
void A64Code::jump_if(const Memory& a, Test test, std::uint32_t b, const asmjit::Label& to) {
  const GpW word = address_x.w();  // free again, and compare() may need the other
  as_.ldr(word, host(as_, a, 4, address_x));
  compare(word, b);
  jump_on(test, to);
}
void A64Code::jump_if_any(Reg a, std::uint32_t bits, const asmjit::Label& to) {
  test(host32(a), bits);
  jump_on(CondCode::kNE, to);
}
void A64Code::jump_if_any(const Memory& a, std::uint32_t bits, const asmjit::Label& to) {
  const GpW word = address_x.w();
  as_.ldr(word, host(as_, a, 4, address_x));
  test(word, bits);
  jump_on(CondCode::kNE, to);
}
void A64Code::jump_if_null(const Memory& pointer, const asmjit::Label& to) {
  as_.ldr(temp_x, host(as_, pointer, 8, address_x));
  as_.cmp(temp_x, imm(0));
  jump_on(CondCode::kEQ, to);
}

}  // namespace vc7::sim::jit
