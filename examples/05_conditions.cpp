// SPDX-License-Identifier: MIT
//
// Conditions: an operation with `ifa` writes only the lanes that have flag A, one with `ifna` the
// others. A conditional write of addresses to tmua leaves the memory of the other lanes alone.
//
// Here each lane clamps its number to an upper limit and marks in a second buffer where it had to;
// lanes that had not do not store there.
#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>

namespace {

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
  constexpr auto number = rf4, offset = rf5, limit = rf6, values = rf7, marks = rf8;
  a.eidx(number, ldunifrf(limit));
  a.shl(offset, number, 2);
  a.nop(ldunifrf(values));
  a.nop(ldunifrf(marks));

  a.sub(null, limit, number, pushn);  // flag A: limit - number is negative
  a.mov(number, limit, ifa);          // only there
  a.mov(tmud, number);
  a.add(tmua, values, offset);
  a.mov(tmud, 1);
  a.add(tmua, marks, offset, ifa);  // stores in these lanes alone
  a.tmuwt();
  a.end_program();
}

}  // namespace

int main() try {
  vc7::Device device = vc7::Device::open();
  std::printf("%s\n", device.description().c_str());

  constexpr std::uint32_t limit = 9, untouched = 7;
  auto values = device.alloc<std::uint32_t>(16);
  auto marks = device.alloc<std::uint32_t>(16, untouched);
  device.run(device.load(vc7::assemble(kernel)), vc7::Dispatch::batches(1),
             vc7::Uniforms{limit, values, marks});

  for (std::uint32_t i = 0; i < 16; ++i) {
    const std::uint32_t value = i > limit ? limit : i, mark = i > limit ? 1 : untouched;
    if (values[i] != value || marks[i] != mark) {
      std::printf("WRONG: lane %u gave %u and %u, not %u and %u\n", i, values[i], marks[i], value,
                  mark);
      return 1;
    }
  }
  std::printf("values up to %u, marks in the lanes above\nas expected\n", limit);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
