// SPDX-License-Identifier: MIT
// What a user of an installed vc7 writes first: a kernel, run, checked. Only public headers, only
// what the package brings along.
#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>

namespace {

// 16 lanes store 3 * lane + the first uniform.
void kernel(vc7::Assembler& a) {
  using namespace vc7::qpu;
  a.eidx(rf4, ldunifrf(rf5));
  a.shl(rf6, rf4, 2);
  a.nop(ldunifrf(rf7));
  a.add(rf6, rf6, rf7).umul24(rf4, rf4, 3);
  a.add(tmud, rf4, rf5);
  a.mov(tmua, rf6);
  a.tmuwt();
  a.end_program();
}

}  // namespace

int main() try {
  vc7::Device device = vc7::Device::open();
  auto result = device.alloc<std::uint32_t>(16);
  device.run(device.load(vc7::assemble(kernel)), vc7::Dispatch::batches(1),
             vc7::Uniforms{100, result});
  for (std::uint32_t i = 0; i < 16; ++i) {
    if (result[i] == 100 + 3 * i) continue;
    std::printf("lane %u gave %u, not %u\n", i, result[i], 100 + 3 * i);
    return 1;
  }
  std::printf("%s: the kernel gave the right result\n", device.description().c_str());
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
