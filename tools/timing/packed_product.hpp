// SPDX-License-Identifier: MIT
//
// Product of matrices of 16-bit integers, two to a word, in the way of examples/kernels/sgemm.hpp:
// lane i holds row i of a tile of 16 x 16, and the elements of B are rotated past all lanes. A step
// takes 8 of the inner dimension, with one load of 16 bytes per lane from A and one from B.
//
// Uniforms: addresses of A, B (16 bits, row-major) and C (32 bits), each followed by its bytes per
// row; steps; configuration words of the loads and of the stores.
#pragma once

#include <vc7/asm.hpp>

namespace vc7::timing_runs {

namespace packed {

using namespace vc7::qpu;

inline constexpr auto a_address = rf4, b_address = rf5, c_address = rf6, b_step = rf7, steps = rf8,
                      load_config = rf9, store_config = rf10, product = rf11, row = rf12,
                      eight = rf13;
constexpr Register acc(int column) { return rf[16 + column]; }
constexpr Register a_column(int k) { return rf[32 + k]; }
constexpr Register b_block(int j) { return rf[40 + j]; }
constexpr Register a_words(int n) { return rf[48 + n]; }
constexpr Register b_words(int n) { return rf[52 + n]; }

constexpr void addresses(Assembler& a) {
  a.eidx(row, ldunifrf(a_address));
  a.mov(product, rf3.unpack(uh), ldunifrf(rf1));  // row of tiles; rf1 = stride of A
  a.shl(product, product, 4);
  a.add(product, product, row);
  a.umul24(rf1, product, rf1, ldunifrf(b_address));
  a.add(a_address, a_address, rf1).mov(rf2, rf3.unpack(ul), ldunifrf(b_step));
  a.shl(rf2, rf2, 5);  // 16 halves
  a.add(b_address, b_address, rf2);
  a.shr(rf1, row, 1);
  a.umul24(rf1, rf1, b_step);  // lane / 2 rows down
  a.add(b_address, b_address, rf1).add(rf2, rf2, rf2);
  a.band(rf1, row, 1);
  a.shl(rf1, rf1, 4);  // 8 * (lane % 2) elements to the right
  a.add(b_address, b_address, rf1, ldunifrf(c_address));
  a.add(c_address, c_address, rf2, ldunifrf(rf1));
  a.umul24(rf1, product, rf1);
  a.add(c_address, c_address, rf1, ldunifrf(steps));
  a.nop(ldunifrf(load_config));
  a.nop(ldunifrf(store_config));
  a.shl(b_step, b_step, 3);
  a.mov(eight, 8);
  a.mov(product, 0);
}

constexpr void load(Assembler& a) {
  a.mov(tmuc, load_config);
  a.mov(tmua, a_address).add(a_address, a_address, eight);
  a.mov(tmua, b_address, thrsw).add(b_address, b_address, b_step);
  a.add(a_address, a_address, eight);
  a.nop();
}

constexpr void take(Assembler& a) {
  for (int n = 0; n < 4; ++n) a.nop(ldtmu(a_words(n)));
  for (int n = 0; n < 4; ++n) a.nop(ldtmu(b_words(n)));
  for (int n = 0; n < 4; ++n) {
    a.mov(a_column(2 * n), a_words(n).unpack(ul));
    a.shr(a_column(2 * n + 1), a_words(n), -16);
    a.mov(b_block(2 * n), b_words(n).unpack(ul));
    a.shr(b_block(2 * n + 1), b_words(n), -16);
  }
}

constexpr void multiply(Assembler& a) {
  int previous = 15;
  for (int t = 0; t < 16; ++t)
    for (int j = 0; j < 8; ++j) {
      const int column = 8 * (t % 2) + j, k = t / 2;
      a.rot(b_block(j), b_block(j), 1).mov(rep, b_block(j));
      a.add(acc(previous), acc(previous), product).umul24(product, rf0, a_column(k));
      previous = column;
    }
}

constexpr void store(Assembler& a) {
  a.add(acc(15), acc(15), product);
  a.mov(tmuc, store_config);
  for (int q = 0; q < 4; ++q) {
    for (int i = 0; i < 4; ++i) a.mov(tmud, acc(4 * q + i));
    a.mov(tmua, c_address).add(c_address, c_address, eight);
    a.add(c_address, c_address, eight);
  }
  a.tmuwt();
}

}  // namespace packed

constexpr void packed_product_kernel(Assembler& a) {
  using namespace packed;
  addresses(a);
  for (int column = 0; column < 16; ++column) a.mov(acc(column), 0);
  load(a);
  const Label loop = a.L("step");
  take(a);
  a.sub(steps, steps, 1, pushz);
  a.b(a.R("last"), a0);
  a.nop();
  a.nop();
  a.nop();
  load(a);  // for the next step
  a.L("last");
  multiply(a);
  a.bor(null, steps, steps, pushz);
  a.b(loop, na0);
  a.nop();
  a.nop();
  a.nop();
  store(a);
  a.end_program();
}

}  // namespace vc7::timing_runs
