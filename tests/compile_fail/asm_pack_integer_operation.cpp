// SPDX-License-Identifier: MIT
// expect: Destination
//
// Integer results are written whole.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.add(rf1.pack(l), rf2, rf3);
#else
  a.fadd(rf1.pack(l), rf2, rf3);
#endif
}
