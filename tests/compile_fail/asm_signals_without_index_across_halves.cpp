// SPDX-License-Identifier: MIT
// expect: these signals cannot be combined
//
// Not every set of signals has an index, whichever half names them.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.nop(ldunif).nop(ldunifa);
#else
  a.nop(ldunif).nop(thrsw);
#endif
}
