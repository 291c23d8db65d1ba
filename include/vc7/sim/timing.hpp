// SPDX-License-Identifier: MIT
//
// The timing model: how long a job would take on a Pi 5, and why. Times are modelled, never
// measured; docs/timing-model.md says how far to trust them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vc7/base/diagnostic.hpp>
#include <vc7/sim/counters.hpp>
#include <vc7/sim/topology.hpp>

namespace vc7::sim::timing {

/// One row of timing_parameters.def.
struct ParameterInfo {
  std::string_view name;
  std::uint32_t standard, least, most;
  std::string_view unit;
  char evidence;  ///< 'A' (register dump, source code) to 'D' (guess)
  std::string_view text;
};

inline constexpr auto parameters = std::to_array<ParameterInfo>({
#define VC7_TIMING_PARAMETER(id, standard, least, most, unit, evidence, text) \
  {#id, standard, least, most, unit, evidence, text},
#include <vc7/sim/timing_parameters.def>
#undef VC7_TIMING_PARAMETER
});

struct Parameters {
#define VC7_TIMING_PARAMETER(id, standard, ...) std::uint32_t id = standard;
#include <vc7/sim/timing_parameters.def>
#undef VC7_TIMING_PARAMETER

  /// Throws vc7::Error if there is no such parameter or the value is out of its range.
  void set(std::string_view name, std::uint64_t value);
  std::uint32_t get(std::string_view name) const;
  friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// What a file with parameters says: lines of a name and a value, of which those that are not named
/// keep their defaults; `#` begins a comment.
struct ParameterFile {
  Parameters values;
  std::vector<Diagnostic> diagnostics;  ///< unknown names, values out of range, names given twice
};
/// `name` is that of the file, for diagnostics.
ParameterFile parse_parameters(std::string_view text, const std::string& name);
/// Throws vc7::Error if the file cannot be read or is wrong, with all diagnostics.
Parameters load_parameters(const std::string& path);

enum class Stall : std::uint8_t {
#define VC7_STALL(id, name, text) id,
#include <vc7/sim/stalls.def>
#undef VC7_STALL
};

struct StallInfo {
  std::string_view id, name, text;
};
inline constexpr auto stalls = std::to_array<StallInfo>({
#define VC7_STALL(id, name, text) {#id, name, text},
#include <vc7/sim/stalls.def>
#undef VC7_STALL
});
constexpr const StallInfo& info(Stall stall) { return stalls[static_cast<std::size_t>(stall)]; }

/// Cycles by cause.
struct StallCycles {
  std::array<std::uint64_t, stalls.size()> cycles{};
  std::uint64_t& operator[](Stall s) { return cycles[static_cast<std::size_t>(s)]; }
  std::uint64_t operator[](Stall s) const { return cycles[static_cast<std::size_t>(s)]; }
  std::uint64_t sum() const;
  friend bool operator==(const StallCycles&, const StallCycles&) = default;
};

/// What the instruction at one address cost, all QPUs together.
struct InstructionCost {
  std::uint32_t address = 0;
  std::uint64_t word = 0;
  std::uint64_t executed = 0;
  StallCycles stalls;        ///< before it was issued
  std::uint64_t cycles = 0;  ///< of QPUs: issue and stalls
  friend bool operator==(const InstructionCost&, const InstructionCost&) = default;
};

/// Hits and misses count cache lines.
struct CacheUse {
  std::uint64_t hits = 0, misses = 0;
  friend bool operator==(const CacheUse&, const CacheUse&) = default;
};

/// A time for which a QPU did one thing.
struct Interval {
  std::uint16_t qpu = 0, thread = 0;  ///< the slot of the batch
  std::uint32_t batch = 0;
  std::uint64_t start = 0, end = 0;  ///< cycles since the start of the job
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// What the QPUs did when. Totals are exact; how finely they are told apart in time depends on the
/// length of the job, so that memory is bounded (about 2 MiB).
struct Timeline {
  /// Issuing, or one of the stalls.
  static constexpr std::uint8_t issue = 0;
  static constexpr std::uint8_t kind_of(Stall stall) {
    return static_cast<std::uint8_t>(1 + static_cast<unsigned>(stall));
  }
  static constexpr unsigned kinds = 1 + stalls.size();

  /// Spans of a QPU follow one another without gaps from cycle 0 on.
  struct Span {
    std::uint8_t kind = issue;
    std::uint8_t thread = 0;   ///< of the QPU; no_thread if none had a batch
    std::uint32_t cycles = 0;  ///< longer ones are several spans
    friend bool operator==(const Span&, const Span&) = default;
  };
  static constexpr std::uint8_t no_thread = 255;

  using Bucket = std::array<std::uint32_t, kinds>;  ///< cycles by kind
  struct Qpu {
    std::vector<Span> first;      ///< at most `most_spans`, exact
    std::vector<Bucket> buckets;  ///< the whole job
    friend bool operator==(const Qpu&, const Qpu&) = default;
  };
  static constexpr std::size_t most_spans = 4096, most_buckets = 512;

  std::uint64_t bucket_cycles = 16;  ///< doubled as often as it has to be
  std::vector<Qpu> qpus;
  friend bool operator==(const Timeline&, const Timeline&) = default;
};

struct Report {
  Parameters parameters;
  Topology topology;
  unsigned threads_per_qpu = 2;
  bool cold = false;         ///< the clock had to be raised first
  std::uint64_t cycles = 0;  ///< from the first launch until the last batch and store is done
  std::uint64_t instructions = 0, batches = 0;
  /// Instructions in which the add, the mul ALU, or both did something; the rest did not.
  std::uint64_t add_only = 0, mul_only = 0, both = 0;
  std::uint64_t float_operations = 0;  ///< additions and multiplications of lanes (of f16: two)
  std::uint64_t issue_cycles = 0;      ///< of all QPUs; with the stalls, cycles * QPUs
  StallCycles stalls;
  CacheUse instruction_cache, uniform_cache, l1, l2;
  std::uint64_t tmu_loads = 0, tmu_stores = 0, tmu_atomics = 0;  ///< requests
  std::uint64_t tmu_bytes_loaded = 0, tmu_bytes_stored = 0;      ///< by active lanes
  std::uint64_t tmu_busy = 0;                                    ///< cycles of all TMUs
  std::uint64_t dram_bytes_read = 0, dram_bytes_written = 0;
  std::vector<InstructionCost> costs;  ///< by address
  /// When batches ran; at most `most_intervals`, then only the first of them.
  std::vector<Interval> batches_run;
  static constexpr std::size_t most_intervals = 100'000;
  Timeline timeline;

  /// Of the execution alone.
  double execution_seconds() const;
  /// As a program sees it, with submission and, if the GPU was idle before, raising the clock.
  double seconds(bool was_idle) const;
  double seconds() const { return seconds(cold); }
  friend bool operator==(const Report&, const Report&) = default;
};

/// What the counters of the hardware would show.
CounterValues counters(const Report& report);

}  // namespace vc7::sim::timing
