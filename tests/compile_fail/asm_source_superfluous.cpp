// SPDX-License-Identifier: MIT
// expect: no matching (member )?function
//
// bnot has one source.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.bnot(rf1, rf2, rf3);
#else
  a.bnot(rf1, rf2);
#endif
}
