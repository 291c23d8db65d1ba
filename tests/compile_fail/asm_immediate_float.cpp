// SPDX-License-Identifier: MIT
// expect: no_such_immediate
//
// 0.3 is not a small immediate.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.fmul(rf1, rf1, 0.3);
#else
  a.fmul(rf1, rf1, 0.25);
#endif
}
