// SPDX-License-Identifier: MIT
//
// Words whose parts depend on each other in a circle: a conditional flpop reads and writes the
// flags, and its result may go to a magic address. Found by random words.
#include <array>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/sim/machine.hpp>

namespace {

constexpr std::uint32_t code = 0x10000;

vc7::sim::JobResult run_word(std::uint64_t word) {
  const vc7::Program program = vc7::assemble([&](vc7::Assembler& a) {
    using namespace vc7::qpu;
    a.raw(word);
    a.nop(thrsw);
    a.nop(thrsw);
    a.nop();
    a.nop();
    a.nop(thrsw);
    a.nop();
    a.nop();
  });
  vc7::sim::Machine machine{vc7::sim::options_from_environment()};
  machine.memory().map(code, vc7::sim::Memory::page_size);
  std::memcpy(machine.memory().at(code), program.words().data(), program.size_bytes());
  return machine.run({1u << 16, 1u << 16, 1u << 16, 1u << 8 | 16, 1, code, 0});
}

TEST(BlockMaker, TakesCirclesOfFlags) {
  for (const std::uint64_t word : {0x3bd01c05ba8c3b84u, 0x4c1c1df7bae370c4u, 0x4dead30bbab78cc4u}) {
    const auto result = run_word(word);
    EXPECT_FALSE(result.fault) << vc7::sim::describe(*result.fault);
    EXPECT_EQ(result.instructions, 8u);
  }
}

}  // namespace
