// SPDX-License-Identifier: MIT
// expect: rf64
//
// Register 64 does not exist.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf64, rf0);
#else
  a.mov(rf63, rf0);
#endif
}
