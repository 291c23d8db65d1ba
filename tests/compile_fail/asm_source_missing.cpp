// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// add has two sources.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.add(rf1, rf2);
#else
  a.add(rf1, rf2, rf3);
#endif
}
