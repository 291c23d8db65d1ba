// SPDX-License-Identifier: MIT
// expect: the same signal twice
//
// A signal is given once.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.nop(thrsw, thrsw);
#else
  a.nop(thrsw, ldunif);
#endif
}
