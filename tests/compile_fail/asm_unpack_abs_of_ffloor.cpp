// SPDX-License-Identifier: MIT
// expect: SourceOperand
//
// abs is not encoded for the rounding operations (v3d71 §2.3).
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.ffloor(rf1, rf2.unpack(abs));
#else
  a.fmov(rf1, rf2.unpack(abs));
#endif
}
