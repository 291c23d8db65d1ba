// SPDX-License-Identifier: MIT
//
// Interpreter and oracle, two readings of v3d71, and compiled code on the same random programs:
// memory, faults, warnings and instruction counts agree to the bit. VC7_RANDOM_PROGRAMS=n runs n
// seeds per test instead of the default, and VC7_RANDOM_FIRST=n begins at seed n instead of 1.
#include <cstdlib>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/sim/machine.hpp>

#include "support/random_program.hpp"

namespace vc7::sim {
namespace {

using test::RandomProgram;
using test::RandomProgramOptions;

struct Run {
  JobResult result;
  std::vector<std::uint32_t> memory;
};

Run run(const RandomProgram& program, Engine engine, unsigned host_threads = 1,
        std::uint64_t budget = 1'000'000) {
  Machine machine{{.engine = engine, .host_threads = host_threads, .instruction_budget = budget}};
  test::load(program, machine.memory());
  Run r;
  r.result = machine.run(program.cfg);
  r.memory = test::results(program, machine.memory());
  return r;
}

std::string fault_text(const JobResult& result) {
  return result.fault ? describe(*result.fault) : "no fault";
}

/// Where the first different word is, as results() of random_program.hpp has them.
std::string place(const RandomProgram& program, std::size_t word) {
  if (word < program.scratch.size()) return "scratch word " + std::to_string(word);
  const std::size_t output = program.scratch.size() + test::shared_words;
  if (word < output) return "shared word " + std::to_string(word - program.scratch.size());
  const std::size_t in_batch = (word - output) % test::output_words_per_batch;
  const char* const names[] = {"A", "B", "link register", "rtop"};
  const std::size_t row = in_batch / 16;
  return "batch " + std::to_string((word - output) / test::output_words_per_batch) + " " +
         (row < 4 ? names[row] : "rf" + std::to_string(row - 4)) + " lane " +
         std::to_string(in_batch % 16);
}

void compare(const RandomProgram& program, const Run& a, const Run& b) {
  EXPECT_EQ(fault_text(a.result), fault_text(b.result));
  EXPECT_EQ(a.result.instructions, b.result.instructions);
  EXPECT_EQ(a.result.batches, b.result.batches);
  EXPECT_EQ(a.result.warnings, b.result.warnings);
  ASSERT_EQ(a.memory.size(), b.memory.size());
  for (std::size_t n = 0; n < a.memory.size(); ++n)
    ASSERT_EQ(a.memory[n], b.memory[n]) << "first difference at " << place(program, n);
}

/// QEMU never gives back what it notes about the pages of a machine, 4 GiB of them each.
std::uint64_t seeds(std::uint64_t standard) {
  const char* text = std::getenv("VC7_RANDOM_PROGRAMS");
  const bool emulated = *VC7_EMULATOR != 0;
  return text ? std::strtoull(text, nullptr, 10) : emulated ? standard / 10 : standard;
}

std::uint64_t first_seed() {
  const char* text = std::getenv("VC7_RANDOM_FIRST");
  return text ? std::strtoull(text, nullptr, 10) : 1;
}

/// Compares the engines on programs whose options follow from the seed; reports at most five.
template <class Options>
void compare_engines(std::uint64_t count, Options options_of) {
  for (std::uint64_t n = seeds(count), seed = first_seed(); n > 0; --n, ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomProgramOptions options = options_of(seed);
    options.seed = seed;
    const RandomProgram program = test::random_program(options);
    const Run expected = run(program, Engine::oracle);
    for (const Engine engine : {Engine::interpreter, Engine::jit}) {
      SCOPED_TRACE(engine == Engine::jit ? "jit" : "interpreter");
      compare(program, expected, run(program, engine));
    }
    if (::testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count() > 5)
      return;
  }
}

TEST(Engines, AgreeOnArithmetic) {
  compare_engines(100, [](std::uint64_t seed) {
    RandomProgramOptions o;
    o.tmu = o.branches = o.loops = o.subroutines = o.switches = o.barriers = o.unifa = o.uniforms =
        false;
    o.exotic = seed % 2 == 0;
    o.four_way = seed % 5 == 0;
    return o;
  });
}

TEST(Engines, AgreeOnMemory) {
  compare_engines(60, [](std::uint64_t seed) {
    RandomProgramOptions o;
    o.branches = o.loops = o.subroutines = o.barriers = false;
    o.batches = 1 + static_cast<unsigned>(seed % 4);
    return o;
  });
}

TEST(Engines, AgreeOnWhatNoSourceSettles) {
  compare_engines(100, [](std::uint64_t seed) {
    RandomProgramOptions o;
    o.exotic = true;
    o.barriers = false;
    o.four_way = seed % 5 == 0;
    return o;
  });
}

/// Wherever the budget ends, the jump at which it shows is the same.
TEST(Engines, AgreeOnTheEndOfTheBudget) {
  for (std::uint64_t n = seeds(30), seed = first_seed(); n > 0; --n, ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomProgramOptions o;
    o.seed = seed;
    o.exotic = seed % 2 == 0;
    const RandomProgram program = test::random_program(o);
    const std::uint64_t whole = run(program, Engine::interpreter).result.instructions;
    for (const std::uint64_t budget : {whole / 4, whole / 2, whole - whole / 4})
      for (const Engine engine : {Engine::interpreter, Engine::jit})
        compare(program, run(program, Engine::oracle, 1, budget), run(program, engine, 1, budget));
  }
}

TEST(Engines, AgreeOnControlFlow) {
  compare_engines(60, [](std::uint64_t seed) {
    RandomProgramOptions o;
    o.tmu = o.barriers = false;
    o.exotic = seed % 2 == 0;
    o.single_segment = seed % 5 == 0;
    return o;
  });
}

RandomProgramOptions everything(std::uint64_t seed) {
  RandomProgramOptions o;
  o.exotic = seed % 3 == 0;
  o.four_way = seed % 5 == 0;
  o.single_segment = seed % 7 == 0;
  o.batches = 1 + static_cast<unsigned>(seed % 4 * 3);
  o.batches_per_supergroup = 1 + static_cast<unsigned>(seed % 3 * 2);
  if (seed % 11 == 0) o.lanes = 1 + static_cast<unsigned>(seed % 16);
  return o;
}

TEST(Engines, AgreeOnEverything) { compare_engines(200, everything); }

/// Vector instructions that the host has beside those it takes by itself.
TEST(Engines, AgreeOnEverythingWithOlderVectorInstructions) {
  if (vector_isa() != "avx512") GTEST_SKIP() << "the host has no others with native code";
  setenv("VC7_SIM_ISA", "avx2", 1);
  compare_engines(100, everything);
  unsetenv("VC7_SIM_ISA");
}

// Results must not depend on the number of host threads (Options::host_threads), atomics on shared
// words included.
TEST(Engines, AgreeOnSeveralHostThreads) {
  for (std::uint64_t n = seeds(20), seed = first_seed(); n > 0; --n, ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomProgramOptions o;
    o.seed = seed;
    o.batches = 24;
    o.barriers = seed % 2 == 0;
    o.batches_per_supergroup = 1 + static_cast<unsigned>(seed % 3);
    const RandomProgram program = test::random_program(o);
    const auto expected = run(program, Engine::interpreter, 1);
    for (const Engine engine : {Engine::interpreter, Engine::jit})
      compare(program, expected, run(program, engine, 4));
  }
}

// Both halves write to the TMU, the second by flags that the first one changes: the operand comes
// first, so this is a store and leaves no result.
TEST(Engines, AgreeOnTheOrderOfTheHalves) {
  const auto text =
      assemble_text("mov.andz tmuoff, rf0 ; fmul.ifa tmua, rf0, rf0 ; thrsw\nnop\nnop\n", {});
  ASSERT_TRUE(text) << text.diagnostics.front().message;
  for (const Engine engine : {Engine::oracle, Engine::interpreter, Engine::jit}) {
    Machine machine{{.engine = engine, .host_threads = 1}};
    machine.memory().map(0x10000, 4096);
    const auto& words = text.program.words();
    std::memcpy(machine.memory().at(0x10000), words.data(), words.size() * 8);
    constexpr std::uint32_t single_segment = 2;
    const auto result =
        machine.run({1u << 16, 1u << 16, 1u << 16, 0x110, 1, 0x10000 | single_segment, 0});
    EXPECT_EQ(fault_text(result), "no fault");
    EXPECT_EQ(result.warnings, std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace vc7::sim
