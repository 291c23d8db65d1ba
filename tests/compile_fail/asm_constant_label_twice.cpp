// SPDX-License-Identifier: MIT
// expect: label_defined_twice
//
// A label defined twice stops a compile-time assembly.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.L("x"), a.L("x"), a.nop(); }>();
#else
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.L("x"), a.L("y"), a.nop(); }>();
#endif
