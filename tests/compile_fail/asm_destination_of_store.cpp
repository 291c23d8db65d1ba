// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// stvpmv has two sources and no destination.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.stvpmv(rf3, rf1, rf2);
#else
  a.stvpmv(rf1, rf2);
#endif
}
