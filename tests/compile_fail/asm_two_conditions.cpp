// SPDX-License-Identifier: MIT
// expect: two conditions or flag operations
//
// A half has a condition or a flag operation.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf1, rf2, ifa, pushz);
#else
  a.mov(rf1, rf2, ifa).mov(rf3, rf2, ifb);
#endif
}
