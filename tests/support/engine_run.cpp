// SPDX-License-Identifier: MIT
#include "support/engine_run.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace vc7::test {
namespace {

std::string fault_text(const sim::JobResult& result) {
  return result.fault ? describe(*result.fault) : "no fault";
}

/// Where a word is, as results() of random_program.hpp has them.
std::string place(const RandomProgram& program, std::size_t word) {
  if (word < program.scratch.size()) return fmt::format("scratch word {}", word);
  word -= program.scratch.size();
  if (word < shared_words) return fmt::format("shared word {}", word);
  word -= shared_words;
  const std::size_t row = word % output_words_per_batch / 16;
  const char* const names[] = {"A", "B", "link register", "rtop"};
  return fmt::format("batch {} {} lane {}", word / output_words_per_batch,
                     row < 4 ? names[row] : fmt::format("rf{}", row - 4), word % 16);
}

}  // namespace

EngineRun run_on(sim::Machine& machine, const RandomProgram& program) {
  load(program, machine.memory());
  EngineRun run;
  run.result = machine.run(program.cfg);
  run.memory = results(program, machine.memory());
  return run;
}

std::optional<std::string> difference(const RandomProgram& program, const EngineRun& a,
                                      const EngineRun& b) {
  const auto of = [](const char* what, const auto& x, const auto& y) {
    return fmt::format("{}: {} and {}", what, x, y);
  };
  if (fault_text(a.result) != fault_text(b.result))
    return of("fault", fault_text(a.result), fault_text(b.result));
  if (a.result.instructions != b.result.instructions)
    return of("instructions", a.result.instructions, b.result.instructions);
  if (a.result.batches != b.result.batches)
    return of("batches", a.result.batches, b.result.batches);
  if (a.result.warnings != b.result.warnings)
    return of("warnings", fmt::format("{}", fmt::join(a.result.warnings, ", ")),
              fmt::format("{}", fmt::join(b.result.warnings, ", ")));
  const auto [x, y] = std::mismatch(a.memory.begin(), a.memory.end(), b.memory.begin());
  if (x == a.memory.end()) return std::nullopt;
  const auto word = static_cast<std::size_t>(x - a.memory.begin());
  return fmt::format("{}: {:08x} and {:08x}", place(program, word), *x, *y);
}

RandomProgramOptions series_options(Series series, std::uint64_t seed) {
  RandomProgramOptions o;
  o.seed = seed;
  switch (series) {
    case Series::arithmetic:
      o.tmu = o.branches = o.loops = o.subroutines = o.switches = o.barriers = o.unifa =
          o.uniforms = false;
      o.exotic = seed % 2 == 0;
      o.four_way = seed % 5 == 0;
      break;
    case Series::memory:
      o.branches = o.loops = o.subroutines = o.barriers = false;
      o.batches = 1 + static_cast<unsigned>(seed % 4);
      break;
    case Series::control:
      o.tmu = o.barriers = false;
      o.exotic = seed % 2 == 0;
      o.single_segment = seed % 5 == 0;
      break;
    case Series::unsettled:
      o.exotic = true;
      o.barriers = false;
      o.four_way = seed % 5 == 0;
      break;
    case Series::everything:
      o.exotic = seed % 3 == 0;
      o.four_way = seed % 5 == 0;
      o.single_segment = seed % 7 == 0;
      o.batches = 1 + static_cast<unsigned>(seed % 4 * 3);
      o.batches_per_supergroup = 1 + static_cast<unsigned>(seed % 3 * 2);
      if (seed % 11 == 0) o.lanes = 1 + static_cast<unsigned>(seed % 16);
      break;
  }
  return o;
}

}  // namespace vc7::test
