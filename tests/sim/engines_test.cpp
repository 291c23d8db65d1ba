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

#include "support/engine_run.hpp"

namespace vc7::sim {
namespace {

using test::EngineRun;
using test::RandomProgram;
using test::RandomProgramOptions;
using test::Series;

EngineRun run(const RandomProgram& program, Engine engine, unsigned host_threads = 1,
              std::uint64_t budget = 1'000'000) {
  Machine machine{{.engine = engine, .host_threads = host_threads, .instruction_budget = budget}};
  return test::run_on(machine, program);
}

void compare(const RandomProgram& program, const EngineRun& a, const EngineRun& b) {
  if (const auto text = difference(program, a, b)) ADD_FAILURE() << *text;
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

/// Compares the engines on programs of a series; reports at most five.
void compare_engines(std::uint64_t count, Series series) {
  for (std::uint64_t n = seeds(count), seed = first_seed(); n > 0; --n, ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomProgram program = test::random_program(test::series_options(series, seed));
    const EngineRun expected = run(program, Engine::oracle);
    for (const Engine engine : {Engine::interpreter, Engine::jit}) {
      SCOPED_TRACE(engine == Engine::jit ? "jit" : "interpreter");
      compare(program, expected, run(program, engine));
    }
    if (::testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count() > 5)
      return;
  }
}

TEST(Engines, AgreeOnArithmetic) { compare_engines(100, Series::arithmetic); }
TEST(Engines, AgreeOnMemory) { compare_engines(60, Series::memory); }
TEST(Engines, AgreeOnControlFlow) { compare_engines(60, Series::control); }
TEST(Engines, AgreeOnWhatNoSourceSettles) { compare_engines(100, Series::unsettled); }
TEST(Engines, AgreeOnEverything) { compare_engines(200, Series::everything); }

/// Vector instructions that the host has beside those it takes by itself.
TEST(Engines, AgreeOnEverythingWithOlderVectorInstructions) {
  if (vector_isa() != "avx512") GTEST_SKIP() << "the host has no others with native code";
  setenv("VC7_SIM_ISA", "avx2", 1);
  compare_engines(100, Series::everything);
  unsetenv("VC7_SIM_ISA");
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

/// Found among millions: a batch that the interpreter brings into the middle of a compiled loop
/// behind a barrier, with a NaN that no float operation of that loop has made.
TEST(Engines, AgreeOnNansThatEnterALoopAtABarrier) {
  for (const std::uint64_t seed : {1009672u, 3004011u}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomProgram program =
        test::random_program(test::series_options(Series::everything, seed));
    compare(program, run(program, Engine::oracle), run(program, Engine::jit));
  }
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
    const EngineRun expected = run(program, Engine::interpreter, 1);
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
    EXPECT_FALSE(result.fault);
    EXPECT_EQ(result.warnings, std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace vc7::sim
