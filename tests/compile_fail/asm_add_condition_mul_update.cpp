// SPDX-License-Identifier: MIT
// expect: halves cannot be combined
//
// A condition of the add half goes with a push of the mul half, not with an update.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.mov(rf1, rf2, ifa).mov(rf3, rf2, andz);
#else
  a.mov(rf1, rf2, ifa).mov(rf3, rf2, pushz);
#endif
}
