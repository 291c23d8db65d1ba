// SPDX-License-Identifier: MIT
//
// A loop: each lane computes 1 + 2 + ... + n for an n of its own, by counting down.
//
// A flag operation such as pushz sets flag A of every lane from the result (here: is it zero?), and
// branches ask for the flags of all lanes. The three instructions after a branch execute before it
// takes effect: its delay slots.
#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>

namespace {

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
  constexpr auto n = rf4, sum = rf5, address = rf6;
  a.eidx(n, ldunifrf(address));
  a.shl(sum, n, 2);
  a.add(address, address, sum);
  a.mov(sum, 0).mov(rf7, n);

  a.loop([&](auto& again) {
    a.add(sum, sum, n);
    a.sub(n, n, 1);
    a.max(n, n, 0);         // lanes that are done add 0 from now on
    a.mov(null, n, pushz);  // flag A: done
    again.b(anyna);         // once more while some lane is not
    a.nop();
    a.nop();
    a.nop();
  });

  a.mov(tmud, sum);
  a.mov(tmua, address);
  a.tmuwt();
  a.end_program();
}

}  // namespace

int main() try {
  vc7::Device device = vc7::Device::open();
  std::printf("%s\n", device.description().c_str());

  auto sums = device.alloc<std::uint32_t>(16);
  device.run(device.load(vc7::assemble(kernel)), vc7::Dispatch::batches(1), vc7::Uniforms{sums});

  for (std::uint32_t n = 0; n < 16; ++n) {
    std::printf("%u ", sums[n]);
    if (sums[n] != n * (n + 1) / 2) {
      std::printf("WRONG: expected %u\n", n * (n + 1) / 2);
      return 1;
    }
  }
  std::printf("\nas expected\n");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
