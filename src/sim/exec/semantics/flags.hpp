// SPDX-License-Identifier: MIT
//
// The A and B flags, v3d71 §4. The first half says per lane what a result means for Z, N and C
// (§4.2); which operation uses which rule is the business of the operation table. The second half
// works on all 16 lanes at once.
#pragma once

#include <cstdint>

#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

// --- Z, N and C of one lane ---------------------------------------------------------------------

constexpr bool zero_integer(std::uint32_t result) { return result == 0; }
constexpr bool negative_integer(std::uint32_t result) { return (result & sign_bit) != 0; }

// C of add is the carry out of bit 31; C of sub is the borrow (py-videocore7's test_cond_push_a).
constexpr bool carry_add(std::uint32_t a, std::uint32_t b) { return a + b < a; }
constexpr bool borrow_sub(std::uint32_t a, std::uint32_t b) { return a < b; }
// C of min, max and of umin, umax. Mesa's compiler relies on it for min; the rest is [choose].
constexpr bool greater_signed(std::uint32_t a, std::uint32_t b) {
  return as_signed(a) > as_signed(b);
}
constexpr bool greater_unsigned(std::uint32_t a, std::uint32_t b) { return a > b; }

// fcmp tests its operands, not their difference; all three are false if one is NaN.
constexpr bool fcmp_zero(std::uint32_t a, std::uint32_t b) { return as_float(a) == as_float(b); }
constexpr bool fcmp_negative(std::uint32_t a, std::uint32_t b) { return as_float(a) < as_float(b); }
constexpr bool fcmp_carry(std::uint32_t a, std::uint32_t b) { return as_float(a) <= as_float(b); }

// Other float results ([choose]): Mesa's sign() tests Z and N of fmov, and would make sign(-0) = -1
// if N were the sign bit.
constexpr bool zero_float(std::uint32_t result) { return (result & ~sign_bit) == 0; }
constexpr bool negative_float(std::uint32_t result) {
  return result > sign_bit && result <= (sign_bit | infinity);
}

// --- the flags of 16 lanes ----------------------------------------------------------------------

using LaneMask = std::uint16_t;  // bit i = lane i

struct Flags {
  LaneMask a = 0;
  LaneMask b = 0;
  friend constexpr bool operator==(Flags, Flags) = default;
};

// `tested` is the Z, N or C bit of every lane. Lanes are never masked (§4.2).
constexpr Flags push(Flags old, LaneMask tested) { return {.a = tested, .b = old.a}; }

// Update codes 4-15 (§4.3): the upper two bits say what is tested, with the numbers of the pushes
// (1 z, 2 n, 3 c), the lower two how it is combined with A.
constexpr unsigned tested_by_update(unsigned code) { return code >> 2; }
constexpr LaneMask update_a(unsigned code, LaneMask a, LaneMask tested) {
  switch (code & 3) {
    case 0: return static_cast<LaneMask>(a & tested);      // andz
    case 1: return static_cast<LaneMask>(a & ~tested);     // andnz
    case 2: return static_cast<LaneMask>(~(a | ~tested));  // nornz
    default: return static_cast<LaneMask>(~(a | tested));  // norz
  }
}
constexpr Flags update(unsigned code, Flags old, LaneMask tested) {
  return {.a = update_a(code, old.a, tested), .b = old.b};
}

// Lanes in which condition code 0 ifa, 1 ifb, 2 ifna, 3 ifnb holds (§4.1, §4.4).
constexpr LaneMask condition(unsigned code, Flags flags) {
  const LaneMask flag = (code & 1) != 0 ? flags.b : flags.a;
  return static_cast<LaneMask>((code & 2) != 0 ? ~flag : flag);
}

// --- operations that read the flags of their lane (§4.5) ----------------------------------------

constexpr std::uint32_t vfla(bool a_flag) { return a_flag ? 0x0001'0001 : 0; }
constexpr std::uint32_t vflna(bool a_flag) { return vfla(!a_flag); }
constexpr std::uint32_t vflb(bool b_flag) { return vfla(b_flag); }
constexpr std::uint32_t vflnb(bool b_flag) { return vfla(!b_flag); }

constexpr std::uint32_t flapush(std::uint32_t x, bool a_flag) { return x << 2 | (a_flag ? 3 : 0); }
constexpr std::uint32_t flbpush(std::uint32_t x, bool b_flag) { return flapush(x, b_flag); }
constexpr std::uint32_t flpop(std::uint32_t x) { return x >> 2; }
// What flpop makes of A: the result is hardware-proven, this is [choose] (§18 row 12).
constexpr bool flpop_flag(std::uint32_t x) { return (x & 1) != 0; }

}  // namespace vc7::sim::semantics
