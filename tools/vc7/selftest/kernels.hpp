// SPDX-License-Identifier: MIT
//
// Pieces that most test programs share.
#pragma once

#include <vc7/asm.hpp>

namespace vc7::selftest {

/// tmuwt and the end of the program.
inline void finish(Assembler& a) {
  a.tmuwt();
  a.end_program();
}

/// `reg` := 4 * lane; rf1 is used.
inline void lane_offset(Assembler& a, qpu::Register reg) {
  a.eidx(reg);
  a.shl(reg, reg, 2);
}

/// `reg` := `address` of this lane in the 64 bytes of this batch, counted by the workgroup id x.
/// rf1 is used.
inline void batch_address(Assembler& a, qpu::Register reg) {
  using namespace qpu;
  a.eidx(rf1);
  a.shl(rf1, rf1, 2);
  a.add(reg, reg, rf1);
  a.mov(rf1, rf3.unpack(ul));
  a.shl(rf1, rf1, 6);
  a.add(reg, reg, rf1);
}

/// Loads 16 words at the addresses in `address`.
inline void load(Assembler& a, qpu::Register to, qpu::Register address) {
  using namespace qpu;
  a.mov(tmua, address, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(to));
}

/// Stores `from` at the addresses in `address`.
inline void store(Assembler& a, qpu::Register from, qpu::Register address) {
  using namespace qpu;
  a.mov(tmud, from);
  a.mov(tmua, address);
}

/// `reg` := 64, the bytes of 16 words.
inline void constant_64(Assembler& a, qpu::Register reg) {
  a.mov(reg, 1);
  a.shl(reg, reg, 6);
}

/// Three nops, for delay slots.
inline void slots(Assembler& a) {
  for (int i = 0; i < 3; ++i) a.nop();
}

}  // namespace vc7::selftest
