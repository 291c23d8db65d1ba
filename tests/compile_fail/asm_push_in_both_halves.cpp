// SPDX-License-Identifier: MIT
// expect: halves cannot be combined
//
// One half at most changes the flags.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf1, rf2, pushz).mov(rf3, rf2, pushn);
#else
  a.mov(rf1, rf2, pushz).mov(rf3, rf2, ifa);
#endif
}
