// SPDX-License-Identifier: MIT
// expect: cannot go with a load signal
//
// The destination of a load takes the place of the flag operations of both halves.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.nop(ldunifrf(rf3)).mov(rf1, rf2, pushz);
#else
  a.nop(ldunif).mov(rf1, rf2, pushz);
#endif
}
