// SPDX-License-Identifier: MIT
// expect: no_such_immediate
//
// 16 is not a small immediate.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.add(rf1, rf1, 16);
#else
  a.add(rf1, rf1, 15);
#endif
}
