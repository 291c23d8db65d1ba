// SPDX-License-Identifier: MIT
// expect: SourceOperand
//
// add has no modifiers.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.add(rf1, rf2.unpack(l), rf3);
#else
  a.fadd(rf1, rf2.unpack(l), rf3);
#endif
}
