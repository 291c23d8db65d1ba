// SPDX-License-Identifier: MIT
// expect: SourceOperand
//
// Only the first source of the half-float operations has a modifier.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.vfadd(rf1, rf2, rf3.unpack(swp));
#else
  a.vfadd(rf1, rf2.unpack(swp), rf3);
#endif
}
