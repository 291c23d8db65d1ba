// SPDX-License-Identifier: MIT
//
// Two buffers: y[i] = 2 * x[i]. A load is a write of addresses to tmua without data before it; the
// results wait in a FIFO until ldtmu pops them.
//
// `thrsw` lets the other thread of the QPU run while memory is read. It takes effect after two more
// instructions.
#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>

namespace {

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
  constexpr auto offset = rf4, x = rf5, y = rf6, value = rf7;
  a.mov(offset, rf3.unpack(ul), ldunifrf(x));
  a.shl(offset, offset, 4).mov(value, offset);
  a.eidx(value, ldunifrf(y));
  a.add(offset, offset, value);
  a.shl(offset, offset, 2);

  a.add(tmua, x, offset, thrsw);  // the load begins; the thread switches after the two nops
  a.nop();
  a.nop();
  a.nop(ldtmu(value));  // waits for the result if it has to
  a.fadd(tmud, value, value);
  a.add(tmua, y, offset);
  a.tmuwt();
  a.end_program();
}

}  // namespace

int main() try {
  vc7::Device device = vc7::Device::open();
  std::printf("%s\n", device.description().c_str());

  constexpr std::uint32_t batches = 64;
  auto x = device.alloc<float>(16 * batches), y = device.alloc<float>(16 * batches);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.25f * static_cast<float>(i);
  const vc7::Code code = device.load(vc7::assemble(kernel));
  device.run(code, vc7::Dispatch::batches(batches), vc7::Uniforms{x, y});

  for (std::size_t i = 0; i < x.size(); ++i)
    if (y[i] != 2 * x[i]) {
      std::printf("WRONG: element %zu is %g, not %g\n", i, y[i], 2 * x[i]);
      return 1;
    }
  std::printf("%zu elements doubled\nas expected\n", x.size());
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
