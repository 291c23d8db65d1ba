// SPDX-License-Identifier: MIT
// expect: constant expression
//
// A computed number goes through imm(), which checks it when it runs.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  for (int n = 0; n < 2; ++n) a.mov(rf1, n);
#else
  for (int n = 0; n < 2; ++n) a.mov(rf1, imm(n));
#endif
}
