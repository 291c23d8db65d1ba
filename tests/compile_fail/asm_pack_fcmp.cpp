// SPDX-License-Identifier: MIT
// expect: Destination
//
// fcmp writes its result whole.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.fcmp(rf1.pack(h), rf2, rf3);
#else
  a.fsub(rf1.pack(h), rf2, rf3);
#endif
}
