// SPDX-License-Identifier: MIT
// expect: no_such_immediate
//
// imm() of a constant is checked by the compiler.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto value = imm(4 * 5);
#else
inline constexpr auto value = imm(3 * 5);
#endif
