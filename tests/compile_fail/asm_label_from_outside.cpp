// SPDX-License-Identifier: MIT
// expect: private
//
// Labels come from their assembler.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
#ifdef VC7_FAIL
  a.b(vc7::Label{&a, 0}, always);
#else
  a.b(a.R("end"), always);
#endif
}
