// SPDX-License-Identifier: MIT
// expect: chain_is_stale
//
// The mul half belongs to the last instruction.
#include <vc7/asm.hpp>

using namespace vc7::qpu;

#ifdef VC7_FAIL
inline constexpr auto words = vc7::assemble_constant<[](vc7::Assembler& a) {
  auto chain = a.nop();
  a.nop();
  chain.mov(rf1, rf2);
}>();
#else
inline constexpr auto words = vc7::assemble_constant<[](vc7::Assembler& a) {
  auto chain = a.nop();
  chain.mov(rf1, rf2);
}>();
#endif
