// SPDX-License-Identifier: MIT
// expect: these signals cannot be combined
//
// Not every set of signals has an index.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.nop(ldunif, ucb);
#else
  a.nop(ldunif, thrsw);
#endif
}
