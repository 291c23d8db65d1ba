// SPDX-License-Identifier: MIT
// expect: cannot go with a load signal
//
// The destination of a load takes the place of the conditions of both halves.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf1, rf2, ifa).nop(ldtmu(rf3));
#else
  a.mov(rf1, rf2, ifa).nop(thrsw);
#endif
}
