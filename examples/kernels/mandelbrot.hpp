// SPDX-License-Identifier: MIT
//
// The Mandelbrot set in fixed point (12 fraction bits), to show integer arithmetic, flags that are
// kept over a loop and a branch that depends on all lanes.
//
// Dispatch: local size 16, width/16 x height workgroups; each lane is a pixel. Uniforms, in this
// order: MandelbrotView members, then the largest number of iterations, the address of width *
// height counts, and 4 * width.
#pragma once

#include <cstdint>

#include <vc7/asm.hpp>

namespace vc7::examples {

/// The part of the plane, with 12 fraction bits: lower left corner and distance of pixels.
struct MandelbrotView {
  std::int32_t left, top, step;
};

/// The same on the CPU.
constexpr std::uint32_t mandelbrot_count(const MandelbrotView& view, std::int32_t px,
                                         std::int32_t py, std::uint32_t most) {
  const std::int32_t cx = view.left + px * view.step, cy = view.top + py * view.step;
  std::int32_t x = 0, y = 0;
  std::uint32_t count = 0;
  while (count < most) {
    const std::int32_t xx = x * x, yy = y * y, xy = x * y;
    if (xx + yy >= 4 << 24) break;
    x = ((xx - yy) >> 12) + cx;
    y = (xy >> 11) + cy;
    ++count;
  }
  return count;
}

constexpr void mandelbrot_kernel(Assembler& a) {
  using namespace vc7::qpu;
  constexpr auto cx = rf4, cy = rf5, x = rf6, y = rf7, xx = rf8, yy = rf9, count = rf10,
                 most = rf11, limit = rf12, address = rf13, column = rf14, row = rf15;
  a.eidx(column, ldunifrf(cx));
  a.mov(x, rf3.unpack(ul), ldunifrf(cy));
  a.shl(x, x, 4).mov(row, rf3.unpack(uh));
  a.add(column, column, x, ldunifrf(y));  // y = distance of pixels
  a.nop().smul24(x, column, y, ldunifrf(most));
  a.add(cx, cx, x).smul24(x, row, y, ldunifrf(address));
  a.add(cy, cy, x, ldunifrf(x));  // x = bytes of a row
  a.umul24(x, x, row);
  a.add(address, address, x);
  a.shl(column, column, 2);
  a.add(address, address, column);

  a.mov(limit, 1);
  a.ror(limit, limit, 6);  // 4.0 with 24 fraction bits
  a.mov(x, 0);
  a.mov(y, 0);
  a.mov(count, 0);
  a.mov(null, -1, pushn);  // flag A in all lanes: still inside

  const Label loop = a.L("iterate");
  a.nop().smul24(xx, x, x);
  a.nop().smul24(yy, y, y);
  a.add(rf1, xx, yy).smul24(y, x, y);
  a.sub(null, rf1, limit, andn);
  a.sub(null, count, most, andn);
  a.sub(xx, xx, yy);
  a.asr(xx, xx, 12);
  a.add(x, xx, cx, ifa);
  a.asr(y, y, 11);
  a.b(loop, anya);
  a.add(y, y, cy);
  a.add(count, count, 1, ifa);
  a.nop();

  a.mov(tmud, count);
  a.mov(tmua, address);
  a.tmuwt();
  a.end_program();
}

}  // namespace vc7::examples
