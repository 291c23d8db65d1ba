// SPDX-License-Identifier: MIT
// expect: no_such_immediate
//
// -17 is not a small immediate.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.add(rf1, rf1, -17);
#else
  a.add(rf1, rf1, -16);
#endif
}
