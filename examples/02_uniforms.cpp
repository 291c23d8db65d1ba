// SPDX-License-Identifier: MIT
//
// Uniforms: words that the host hands to a kernel. The program reads them one after the other; each
// read gives the same word to all lanes. Every batch starts at the first word again.
//
// Here 4 batches compute scale * number + shift for the numbers 0..63. Which batch this is comes
// from the payload: the low half of rf3 is the workgroup id x.
#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>

namespace {

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
  constexpr auto number = rf4, scale = rf5, shift = rf6, address = rf7, value = rf8;
  // An operation and signals share an instruction: while mov copies, the first uniform goes to
  // `scale`.
  a.mov(number, rf3.unpack(ul), ldunifrf(scale));
  a.shl(number, number, 4);  // a small immediate excludes signals
  a.eidx(value, ldunifrf(shift));
  a.add(number, number, value, ldunifrf(address));
  // The add ALU and the mul ALU work side by side.
  a.itof(value, number);
  a.shl(number, number, 2).fmul(value, value, scale);
  a.fadd(tmud, value, shift);
  a.add(tmua, address, number);
  a.tmuwt();
  a.end_program();
}

}  // namespace

int main() try {
  vc7::Device device = vc7::Device::open();
  std::printf("%s\n", device.description().c_str());

  constexpr std::uint32_t batches = 4;
  auto result = device.alloc<float>(16 * batches);
  const vc7::Code code = device.load(vc7::assemble(kernel));
  device.run(code, vc7::Dispatch::batches(batches), vc7::Uniforms{0.5f, 10.0f, result});

  for (std::size_t i = 0; i < result.size(); ++i) {
    const float expected = 0.5f * static_cast<float>(i) + 10.0f;
    if (result[i] != expected) {
      std::printf("WRONG: element %zu is %g, not %g\n", i, result[i], expected);
      return 1;
    }
  }
  std::printf("%g %g ... %g\nas expected\n", result[0], result[1], result[63]);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
