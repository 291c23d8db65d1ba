// SPDX-License-Identifier: MIT
// expect: void|class type
//
// An instruction has one mul operation.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf1, rf2).mov(rf3, rf4).mov(rf5, rf6);
#else
  a.mov(rf1, rf2).mov(rf3, rf4);
#endif
}
