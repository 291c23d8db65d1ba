// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// Branches have their own conditions.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.b(16, ifa);
#else
  a.b(16, a0);
#endif
}
