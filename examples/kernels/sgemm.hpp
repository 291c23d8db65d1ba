// SPDX-License-Identifier: MIT
//
// C := alpha*A*B + beta*C in float, row-major: A is m x k, B is k x n, C is m x n; m and n are
// multiples of 16, k is one of 4. One batch makes a 16x16 tile of C: lane i holds row i,
// accumulator c column c.
//
// Four steps of k at a time. A vec4 load brings A[row i][k..k+3] to lane i: four registers, one
// column of A each. Another brings B[k + i/4][4*(i%4)..] to lane i: four registers that together
// hold a 4x16 block of B. `rot` and `rep` feed the elements of that block to all lanes one by one,
// while the other ALU work of the pair accumulates.
//
// Dispatch: local size 16, n/16 x m/16 workgroups. Uniforms, in this order: SgemmUniforms.
#pragma once

#include <array>
#include <cstdint>

#include <vc7/asm.hpp>

namespace vc7::examples {

/// The words of the uniform stream. Addresses are GPU addresses, strides are bytes from row to row.
struct SgemmUniforms {
  std::uint32_t a, a_stride;
  std::uint32_t b, b_stride;
  std::uint32_t c, c_stride;
  std::uint32_t k_quarter;    ///< k / 4, at least 1
  std::uint32_t load_config;  ///< sgemm_load_config
  std::uint32_t tile_config;  ///< sgemm_tile_config
  float alpha, beta;
};

/// Two vec4 accesses, then the default.
inline constexpr std::uint32_t sgemm_load_config =
    TmuConfig::word({TmuConfig{}.vec4(), TmuConfig{}.vec4()});
/// Four vec4 accesses: load and store of two columns of vectors of C.
inline constexpr std::uint32_t sgemm_tile_config = TmuConfig::word(
    {TmuConfig{}.vec4(), TmuConfig{}.vec4(), TmuConfig{}.vec4(), TmuConfig{}.vec4()});

namespace sgemm_detail {

using namespace vc7::qpu;

// Registers. rf0 takes broadcasts and uniforms, rf2 and rf3 hold the workgroup ids until they are
// read.
inline constexpr auto a_address = rf4, b_address = rf5, c_address = rf6, b_step = rf7, steps = rf8,
                      load_config = rf9, tile_config = rf10, alpha = rf11, beta = rf12,
                      product = rf13, row = rf14, eight = rf15;
constexpr Register acc(int column) { return rf[16 + column]; }
constexpr Register a_column(int k) { return rf[32 + k]; }
constexpr Register b_block(int j) { return rf[36 + j]; }

constexpr void addresses(Assembler& a) {
  a.eidx(row, ldunifrf(a_address));
  a.mov(product, rf3.unpack(uh), ldunifrf(rf1));  // row of tiles; rf1 = stride of A
  a.shl(product, product, 4);
  a.add(product, product, row);  // row of the matrix in this lane
  a.umul24(rf1, product, rf1, ldunifrf(b_address));
  a.add(a_address, a_address, rf1)
      .mov(rf2, rf3.unpack(ul), ldunifrf(b_step));  // rf2 = column of tiles
  a.shl(rf2, rf2, 6);                               // in bytes
  a.add(b_address, b_address, rf2).mov(c_address, rf2);
  a.shr(rf1, row, 2);
  a.umul24(rf1, rf1, b_step);  // lane / 4 rows down
  a.add(b_address, b_address, rf1);
  a.band(rf1, row, 3);
  a.shl(rf1, rf1, 4);                               // 4 * (lane % 4) elements to the right
  a.add(b_address, b_address, rf1, ldunifrf(rf1));  // rf1 = C
  a.add(c_address, c_address, rf1, ldunifrf(rf1));  // rf1 = stride of C
  a.umul24(rf1, product, rf1);
  a.add(c_address, c_address, rf1);
  a.shl(b_step, b_step, 2);  // four rows of B
  a.nop(ldunifrf(steps));
  a.nop(ldunifrf(load_config));
  a.nop(ldunifrf(tile_config));
  a.nop(ldunifrf(alpha));
  a.nop(ldunifrf(beta));
}

constexpr void first_load(Assembler& a) {
  a.mov(eight, 8);  // addresses go on by 16, which is no small immediate
  a.mov(tmuc, load_config);
  a.mov(tmua, a_address).add(a_address, a_address, eight);
  a.mov(tmua, b_address, thrsw).add(b_address, b_address, b_step);
  a.add(a_address, a_address, eight);
  a.mov(product, 0);
  for (int k = 0; k < 4; ++k) a.nop(ldtmu(a_column(k)));
  for (int j = 0; j < 4; ++j) a.nop(ldtmu(b_block(j)));
}

constexpr void multiply(Assembler& a) {
  for (int column = 0; column < 16; ++column) a.mov(acc(column), 0);

  const Label loop = a.L("step");
  a.sub(steps, steps, 1, pushz)
      .mov(tmuc, load_config);  // flag A: there is no further step to fetch
  // In the last step no lane is active: nothing is read past the matrices, and the results are
  // popped all the same.
  a.mov(tmua, a_address, ifna).add(a_address, a_address, eight);
  a.mov(tmua, b_address, ifna, thrsw).add(b_address, b_address, b_step);
  int previous = 15;
  for (int t = 0; t < 16; ++t) {
    for (int j = 0; j < 4; ++j) {
      const int column = 4 * (t % 4) + j, k = t / 4;
      a.rot(b_block(j), b_block(j), 1).mov(rep, b_block(j));
      // The columns of A are free one by one at the end, so that their successors can be popped.
      if (t == 15)
        a.fadd(acc(previous), acc(previous), product)
            .fmul(product, rf0, a_column(k), ldtmu(a_column(j)));
      else
        a.fadd(acc(previous), acc(previous), product).fmul(product, rf0, a_column(k));
      previous = column;
    }
  }
  a.add(a_address, a_address, eight, ldtmu(b_block(0)));
  a.bor(null, steps, steps, pushz);  // flags do not survive a thread switch for sure
  a.b(loop, na0);
  a.nop(ldtmu(b_block(1)));
  a.nop(ldtmu(b_block(2)));
  a.nop(ldtmu(b_block(3)));
}

constexpr void finish_tile(Assembler& a) {
  a.fadd(acc(15), acc(15), product);
  for (int half = 0; half < 2; ++half) {
    a.mov(tmuc, tile_config);
    for (int q = 2 * half; q < 2 * half + 2; ++q) {
      a.mov(tmua, c_address, thrsw);
      a.nop();
      a.nop();
      for (int i = 0; i < 4; ++i) {
        a.fmul(acc(4 * q + i), acc(4 * q + i), alpha, ldtmu(product));
        a.fmul(product, product, beta);
        a.fadd(tmud, acc(4 * q + i), product);
      }
      a.mov(tmua, c_address).add(c_address, c_address, eight);
      a.add(c_address, c_address, eight);
    }
  }
  a.tmuwt();
}

}  // namespace sgemm_detail

constexpr void sgemm_kernel(Assembler& a) {
  sgemm_detail::addresses(a);
  sgemm_detail::first_load(a);
  sgemm_detail::multiply(a);
  sgemm_detail::finish_tile(a);
  a.end_program();
}

}  // namespace vc7::examples
