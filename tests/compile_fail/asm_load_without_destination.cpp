// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// ldtmu needs a destination.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.nop(ldtmu);
#else
  a.nop(ldtmu(rf1));
#endif
}
