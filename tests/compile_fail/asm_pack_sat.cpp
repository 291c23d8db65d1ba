// SPDX-License-Identifier: MIT
// expect: pack
//
// A destination is packed to l or h.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.fmov(rf1.pack(sat), rf2);
#else
  a.fmov(rf1.pack(h), rf2);
#endif
}
