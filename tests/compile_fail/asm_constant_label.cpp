// SPDX-License-Identifier: MIT
// expect: label_not_defined
//
// A missing label stops a compile-time assembly.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.b(a.R("there"), always); }>();
#else
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.b(a.L("here"), always); }>();
#endif
