// SPDX-License-Identifier: MIT
//
// Checks a program against the rules of rules.def before a GPU sees it. Nothing is executed: every
// path of the control flow is looked at, whatever the data are. The rules are those of v3d71 §7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <vc7/base/diagnostic.hpp>
#include <vc7/verify/rules.hpp>

namespace vc7::verify {

/// strict: what Mesa never does is an error. compat: what programs do that are known to run on
/// hardware is a warning (v3d71 §7.1).
enum class Level : std::uint8_t { strict, compat };

struct Options {
  Level level = Level::strict;
  bool four_way = false;           ///< 4 threads per QPU with 32 registers each
  bool single_segment = false;     ///< the first thread switch is the end
  std::uint32_t base_address = 0;  ///< of the first word: what absolute branches count from
  std::size_t entry = 0;           ///< the instruction that a batch starts with
  /// How often each loop is assumed to run, for the estimate; not given: loops are unbounded.
  std::optional<std::uint64_t> trip_count{};
};

struct Finding {
  Rule rule;
  Severity severity;  ///< error or warning
  std::size_t index;  ///< of the instruction
  std::string message;
};

/// The longest run of one batch.
struct Length {
  std::uint64_t instructions = 0;        ///< not reached with another path
  std::optional<std::size_t> loop_at{};  ///< a loop: without a trip count there is no limit
  bool known = true;                     ///< false: a branch goes to an address in a register
  double milliseconds() const;           ///< at 4 clocks per instruction and 960 MHz
  bool bounded() const { return known && !loop_at; }
};

struct Report {
  std::vector<Finding> findings;  ///< in the order of the instructions
  Length length;
  /// False if a branch goes to an address in a register: what it leads to was not looked at.
  bool flow_known = true;
  /// False if a TMU access goes by a configuration that is not in the program (a uniform): its
  /// results could not be counted, and R36, R38 and R46 tell only what is wrong with any
  /// configuration.
  bool tmu_known = true;
  bool has_errors() const;
};

/// Takes any words; those that are no instructions matter only where execution can reach them.
/// The time is linear in practice. Thread-safe.
Report verify(std::span<const std::uint64_t> words, const Options& options = {});

/// "at most 1234 instructions in a batch, 0.01 ms ...": the length as a sentence.
std::string describe(const Length& length);

}  // namespace vc7::verify
