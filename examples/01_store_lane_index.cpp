// SPDX-License-Identifier: MIT
//
// The smallest kernel that does something: 16 lanes each store their number.
//
// A QPU executes an instruction for 16 lanes at once. `eidx` gives each lane its number. Memory is
// reached through the TMU: data is written to tmud, then the addresses, one per lane, to tmua,
// which starts the store.
#include <vc7/vc7.hpp>

#include <cstdio>
#include <exception>

namespace {

using namespace vc7::qpu;

void kernel(vc7::Assembler& a) {
  a.eidx(rf4, ldunifrf(rf5));  // rf4 = lane number; the first uniform, an address, goes to rf5
  a.mov(tmud, rf4);            // what to store
  a.shl(rf4, rf4, 2);          // 4 bytes to a word
  a.add(tmua, rf5, rf4);       // where to: the store begins
  a.tmuwt();                   // wait until it is done
  a.end_program();             // three thread switches with nops between them
}

}  // namespace

int main() try {
  vc7::Device device = vc7::Device::open();
  std::printf("%s\n", device.description().c_str());

  const vc7::Code code = device.load(vc7::assemble(kernel));
  auto result = device.alloc<std::uint32_t>(16);
  device.run(code, vc7::Dispatch::batches(1), vc7::Uniforms{result});

  bool good = true;
  for (std::uint32_t i = 0; i < 16; ++i) {
    std::printf("%u ", result[i]);
    good = good && result[i] == i;
  }
  std::printf("\n%s\n", good ? "as expected" : "WRONG");
  return good ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
