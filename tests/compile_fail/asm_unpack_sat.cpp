// SPDX-License-Identifier: MIT
// expect: SourceOperand
//
// sat is a modifier of fmov, not of fadd.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.fadd(rf1, rf2.unpack(sat), rf3);
#else
  a.fmov(rf1, rf2.unpack(sat));
#endif
}
