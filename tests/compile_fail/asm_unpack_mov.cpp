// SPDX-License-Identifier: MIT
// expect: SourceOperand
//
// mov takes the integer modifiers.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf1, rf2.unpack(h));
#else
  a.mov(rf1, rf2.unpack(uh));
#endif
}
