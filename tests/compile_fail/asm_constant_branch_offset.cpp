// SPDX-License-Identifier: MIT
// expect: branch_offset_not_encodable
//
// Instructions start at multiples of 8.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto words = vc7::assemble_constant<[](vc7::Assembler& a) { a.b(12, always); }>();
#else
inline constexpr auto words = vc7::assemble_constant<[](vc7::Assembler& a) { a.b(16, always); }>();
#endif
