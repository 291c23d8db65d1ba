// SPDX-License-Identifier: MIT
// expect: unpack
//
// One modifier per source.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.fmov(rf1, rf2.unpack(l).unpack(h));
#else
  a.fmov(rf1, rf2.unpack(l));
#endif
}
