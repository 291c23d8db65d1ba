// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// nop has no destination.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.nop(rf1);
#else
  a.nop();
#endif
}
