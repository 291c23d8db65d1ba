// SPDX-License-Identifier: MIT
// expect: immediate_together_with_signal
//
// A small immediate takes the place of the signals.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.mov(rf1, 1, thrsw); }>();
#else
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.mov(rf1, rf0, thrsw); }>();
#endif
