// SPDX-License-Identifier: MIT
// expect: Destination
//
// A number is no destination.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(5, rf1);
#else
  a.mov(rf1, 5);
#endif
}
