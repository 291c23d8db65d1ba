// SPDX-License-Identifier: MIT
// expect: two_immediates_in_one_instruction
//
// An instruction has one small immediate.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.mov(rf1, 1).mov(rf2, 1); }>();
#else
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.mov(rf1, 1).mov(rf2, rf3); }>();
#endif
