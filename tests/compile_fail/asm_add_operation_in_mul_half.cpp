// SPDX-License-Identifier: MIT
// expect: shl
//
// The mul ALU does not shift.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.add(rf1, rf2, rf3).shl(rf4, rf5, rf6);
#else
  a.add(rf1, rf2, rf3).add(rf4, rf5, rf6);
#endif
}
