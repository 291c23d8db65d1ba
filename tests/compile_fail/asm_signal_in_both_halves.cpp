// SPDX-License-Identifier: MIT
// expect: the same signal in both halves
//
// A signal is given once, in either half.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.nop(thrsw).nop(thrsw);
#else
  a.nop(thrsw).nop(ldunif);
#endif
}
