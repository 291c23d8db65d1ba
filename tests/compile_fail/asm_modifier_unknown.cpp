// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// A branch condition is not a condition of an operation.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.add(rf1, rf2, rf3, a0);
#else
  a.add(rf1, rf2, rf3, ifa);
#endif
}
