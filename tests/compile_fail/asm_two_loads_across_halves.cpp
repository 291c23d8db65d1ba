// SPDX-License-Identifier: MIT
// expect: two load signals
//
// An instruction has one signal destination, whichever half names it.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.nop(ldtmu(rf1)).nop(ldunifrf(rf2));
#else
  a.nop(ldtmu(rf1)).nop(thrsw);
#endif
}
