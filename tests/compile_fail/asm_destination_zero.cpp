// SPDX-License-Identifier: MIT
// expect: Destination
//
// Zero is no destination either: it is not taken for a null pointer.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(0, rf1);
#else
  a.mov(rf1, 0);
#endif
}
