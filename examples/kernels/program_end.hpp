// SPDX-License-Identifier: MIT
#pragma once

#include <vc7/asm.hpp>

namespace vc7::examples {

/// The end that every kernel needs: two consecutive thrsw announce the last thread switch, the
/// third ends the thread after two more instructions.
constexpr void end_program(Assembler& a) {
  using namespace vc7::qpu;
  a.nop(thrsw);
  a.nop(thrsw);
  a.nop();
  a.nop();
  a.nop(thrsw);
  a.nop();
  a.nop();
}

}  // namespace vc7::examples
