// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// A branch names its condition.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.b(16);
#else
  a.b(16, always);
#endif
}
