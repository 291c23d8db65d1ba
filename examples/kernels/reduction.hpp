// SPDX-License-Identifier: MIT
//
// Sum of floats by one supergroup: every batch sums its share, the partial sums meet at a barrier,
// and the first batch adds them up.
//
// Dispatch: a single supergroup of n <= 16 workgroups of 16 lanes. Uniforms, in this order: address
// of the data, address of n * 16 words of scratch, address of the result, number of elements (a
// multiple of 16), n * 64, n.
#pragma once

#include <vc7/asm.hpp>

namespace vc7::examples {

constexpr void reduction_kernel(Assembler& a) {
  using namespace vc7::qpu;
  constexpr auto data = rf4, scratch = rf5, result = rf6, end = rf7, step = rf8, count = rf9,
                 sum = rf10, lane = rf11, batch = rf12, value = rf13;

  a.eidx(lane, ldunifrf(data));
  a.shl(lane, lane, 2).mov(batch, rf3.unpack(ul));
  a.shl(rf1, batch, 6);
  a.add(lane, lane, rf1, ldunifrf(scratch));  // byte offset of this lane of this batch
  a.add(scratch, scratch, lane, ldunifrf(result));
  a.nop(ldunifrf(end));
  a.shl(end, end, 2);
  a.add(end, end, data).mov(sum, 0);
  a.add(data, data, lane, ldunifrf(step));
  a.nop(ldunifrf(count));

  // Each batch takes every n-th group of 16 elements. The loop may have nothing to do.
  a.sub(null, data, end, pushc);
  a.b(a.R("summed"), na0);
  a.nop();
  a.nop();
  a.nop();
  const Label loop = a.L("more");
  a.mov(tmua, data, thrsw).add(data, data, step);
  a.nop();
  a.nop();
  a.nop(ldtmu(value));
  a.fadd(sum, sum, value);
  a.sub(null, data, end, pushc);
  a.b(loop, a0);
  a.nop();
  a.nop();
  a.nop();

  a.L("summed");
  a.mov(tmud, sum);
  a.mov(tmua, scratch);
  a.tmuwt();                  // stores are visible to others before the barrier, not by it
  a.barrierid(syncb, thrsw);  // waits at this thread switch until all batches are here
  a.nop();
  a.nop();

  // Only the first batch goes on.
  a.mov(null, batch, pushz);
  a.b(a.R("end"), na0);
  a.mov(sum, 0);
  a.nop();
  a.nop();
  const Label partial = a.L("partial");
  a.mov(tmua, scratch, thrsw);
  a.sub(count, count, 1);
  a.nop();
  a.nop(ldtmu(value));
  a.fadd(sum, sum, value);
  a.mov(null, count, pushz).mov(rf1, 1);
  a.b(partial, na0);
  a.shl(rf1, rf1, 6);
  a.add(scratch, scratch, rf1);
  a.nop();

  for (int distance : {8, 4, 2, 1}) {  // sum over the 16 lanes
    a.rot(value, sum, imm(distance));
    a.fadd(sum, sum, value);
  }
  a.eidx(null, pushz);
  a.mov(tmud, sum);
  a.mov(tmua, result, ifa);  // lane 0 stores
  a.tmuwt();
  a.L("end");
  a.end_program();
}

}  // namespace vc7::examples
