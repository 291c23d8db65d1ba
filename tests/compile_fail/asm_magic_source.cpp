// SPDX-License-Identifier: MIT
// expect: SourceOperand
//
// Write addresses cannot be read.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf1, tmua);
#else
  a.mov(rf1, rf2);
#endif
}
