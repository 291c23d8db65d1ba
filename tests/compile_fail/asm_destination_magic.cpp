// SPDX-License-Identifier: MIT
// expect: RegisterDestination
//
// VPM loads write registers only.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.ldvpmv_out(tmud, rf2);
#else
  a.ldvpmv_out(rf1, rf2);
#endif
}
