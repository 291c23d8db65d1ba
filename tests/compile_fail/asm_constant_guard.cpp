// SPDX-License-Identifier: MIT
// expect: sfu_beside_tmu_write
//
// An SFU operation and a TMU write share a port.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.rot(rf1, rf1, 1).mov(tmud, rf1); }>();
#else
inline constexpr auto words =
    vc7::assemble_constant<[](vc7::Assembler& a) { a.rot(rf1, rf1, 1).mov(rep, rf1); }>();
#endif
