// SPDX-License-Identifier: MIT
//
// Runs random programs on the engines of the device model and tells how two runs differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <vc7/sim/machine.hpp>

#include "support/random_program.hpp"

namespace vc7::test {

/// What a program left behind.
struct EngineRun {
  sim::JobResult result;
  std::vector<std::uint32_t> memory;  ///< as results() has it
};

/// The machine has run nothing but random programs.
EngineRun run_on(sim::Machine& machine, const RandomProgram& program);

/// The first thing that the two runs do not have in common, with both values and, in memory, the
/// place by name; nothing if faults, warnings, instruction counts and memory are the same.
std::optional<std::string> difference(const RandomProgram& program, const EngineRun& a,
                                      const EngineRun& b);

/// Which parts of the machine a program of a series uses; they follow from its seed.
enum class Series : std::uint8_t { arithmetic, memory, control, unsettled, everything };
inline constexpr Series all_series[] = {Series::arithmetic, Series::memory, Series::control,
                                        Series::unsettled, Series::everything};

RandomProgramOptions series_options(Series series, std::uint64_t seed);

}  // namespace vc7::test
