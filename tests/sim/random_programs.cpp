// SPDX-License-Identifier: MIT
//
// random_programs: the differential test at length. Runs numbered random programs, most of them
// short, on the oracle, the interpreter and native code, for each set of vector instructions that
// is asked for, and prints what differs. Program n is the same on every host.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <vc7/sim/machine.hpp>

#include "support/engine_run.hpp"

namespace {

using namespace vc7;

/// One engine with one set of vector instructions, kept from program to program.
struct Tier {
  std::string name;
  std::unique_ptr<sim::Machine> machine;
  std::uint64_t differences = 0;
};

Tier tier(sim::Engine engine, const std::string& name, const std::string& isa = {}) {
  if (!isa.empty()) setenv("VC7_SIM_ISA", isa.c_str(), 1);
  return {fmt::format("{}{}{}", name, isa.empty() ? "" : " ", isa),
          std::make_unique<sim::Machine>(
              sim::Options{.engine = engine, .host_threads = 1, .instruction_budget = 1'000'000})};
}

test::RandomProgram program(std::uint64_t number) {
  const test::Series series = test::all_series[number % std::size(test::all_series)];
  const std::uint64_t seed = number / std::size(test::all_series);
  test::RandomProgramOptions options = test::series_options(series, seed);
  // One in 16 is long. Of the rest most use few registers: filling and storing 64 takes longer than
  // what is tested.
  if (seed % 16 != 0) {
    options.instructions = 8 + static_cast<unsigned>(seed * 7 % 57);
    if (seed % 8 != 0) options.registers = 16 + static_cast<unsigned>(seed % 3 * 4);
  }
  return test::random_program(options);
}

/// True if another one agrees with the oracle.
bool agrees(std::uint64_t number, const test::RandomProgram& program,
            const test::EngineRun& expected, Tier& tier) {
  const auto text = difference(program, expected, run_on(*tier.machine, program));
  if (!text) return true;
  ++tier.differences;
  fmt::print("program {}, oracle and {}: {}\n", number, tier.name, *text);
  std::fflush(stdout);
  return false;
}

int run(std::uint64_t first, std::uint64_t count, const std::vector<std::string>& isas) {
  sim::Machine oracle{{.engine = sim::Engine::oracle, .instruction_budget = 1'000'000}};
  std::vector<Tier> tiers;
  for (const std::string& isa : isas) {
    tiers.push_back(tier(sim::Engine::interpreter, "interpreter", isa));
    tiers.push_back(tier(sim::Engine::jit, "native code", isa));
  }
  constexpr std::uint64_t most = 20;
  std::uint64_t wrong = 0, done = 0;
  for (; done < count && wrong < most; ++done) {
    const test::RandomProgram p = program(first + done);
    const test::EngineRun expected = run_on(oracle, p);
    bool same = true;
    for (Tier& t : tiers) same = agrees(first + done, p, expected, t) && same;
    wrong += same ? 0 : 1;
  }
  for (const Tier& t : tiers)
    fmt::print("{}: {} programs from {}, {} differ\n", t.name, done, first, t.differences);
  return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Compares the engines of the device model on random programs."};
  std::uint64_t first = 0, count = 10'000;
  std::vector<std::string> isas{sim::vector_isa()};
  app.add_option("--first", first, "number of the first program")->capture_default_str();
  app.add_option("--count", count, "how many")->capture_default_str();
  app.add_option("--isa", isas, "vector instructions: avx512, avx2, sse2, neon, generic")
      ->delimiter(',')
      ->capture_default_str();
  try {
    app.parse(argc, argv);
    return run(first, count, isas);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "random_programs: {}\n", error.what());
    return 2;
  }
}
