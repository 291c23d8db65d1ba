// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// The uniform address comes from a uniform, a register or the link register.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.b(16, always).unif_addr(64);
#else
  a.b(16, always).unif_addr(rf1);
#endif
}
