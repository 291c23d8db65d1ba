// SPDX-License-Identifier: MIT
// expect: SourceOperand
//
// A truth value is not a number.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf1, true);
#else
  a.mov(rf1, 1);
#endif
}
