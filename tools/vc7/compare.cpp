// SPDX-License-Identifier: MIT
//
// vc7 compare: two jobs on the timing model, side by side.
#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands.hpp"
#include "timed_job.hpp"

namespace vc7::tool {
namespace {

using namespace sim::timing;

struct CompareOptions {
  TimingOptions timing;
  std::string first, second;
};

/// A row; those that are 0 on both sides say nothing.
void row(std::string_view name, std::uint64_t a, std::uint64_t b) {
  if (a == 0 && b == 0) return;
  const std::string ratio =
      a == 0 ? "" : fmt::format("{:.2f}", static_cast<double>(b) / static_cast<double>(a));
  fmt::print("{:<28} {:>14} {:>14} {:>8}\n", name, a, b, ratio);
}

void print(const Report& a, const Report& b) {
  fmt::print("simulated: V3D {}; times are modelled, not measured\n", a.topology.name);
  fmt::print("{:<28} {:>14} {:>14} {:>8}\n", "", "A", "B", "B / A");
  fmt::print("{:<28} {:>11.2f} us {:>11.2f} us {:>8.2f}\n", "execution",
             a.execution_seconds() * 1e6, b.execution_seconds() * 1e6,
             b.execution_seconds() / a.execution_seconds());
  row("cycles", a.cycles, b.cycles);
  row("batches", a.batches, b.batches);
  row("instructions", a.instructions, b.instructions);
  row("  both ALUs", a.both, b.both);
  row("  add ALU only", a.add_only, b.add_only);
  row("  mul ALU only", a.mul_only, b.mul_only);
  row("float operations", a.float_operations, b.float_operations);
  row("cycles of QPUs: issue", a.issue_cycles, b.issue_cycles);
  for (std::size_t n = 0; n < stalls.size(); ++n)
    row(fmt::format("  {}", stalls[n].name), a.stalls.cycles[n], b.stalls.cycles[n]);
  row("TMU loads", a.tmu_loads, b.tmu_loads);
  row("TMU stores", a.tmu_stores, b.tmu_stores);
  row("TMU atomics", a.tmu_atomics, b.tmu_atomics);
  row("bytes loaded", a.tmu_bytes_loaded, b.tmu_bytes_loaded);
  row("bytes stored", a.tmu_bytes_stored, b.tmu_bytes_stored);
  row("misses, cache of the TMUs", a.l1.misses, b.l1.misses);
  row("misses, L2T cache", a.l2.misses, b.l2.misses);
  row("misses, instruction cache", a.instruction_cache.misses, b.instruction_cache.misses);
  row("misses, uniform cache", a.uniform_cache.misses, b.uniform_cache.misses);
  row("bytes read from memory", a.dram_bytes_read, b.dram_bytes_read);
  row("bytes written to memory", a.dram_bytes_written, b.dram_bytes_written);
}

void compare(const CompareOptions& wanted, int& exit_code) {
  const auto a = time_job(wanted.first, wanted.timing), b = time_job(wanted.second, wanted.timing);
  exit_code = input_wrong;
  if (!a || !b) return;
  print(a->report(), b->report());
  const bool good_a = a->tell(wanted.first), good_b = b->tell(wanted.second);
  if (good_a && good_b) exit_code = fine;
}

}  // namespace

void add_compare(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<CompareOptions>();
  CLI::App* const command =
      app.add_subcommand("compare", "Compares two jobs on the timing model of a Pi 5 (simulated)");
  command->add_option("A", options->first, "A job file, JSON: see docs/job-files.md")->required();
  command->add_option("B", options->second, "Another")->required();
  add_timing_options(*command, options->timing);
  command->callback([options, &exit_code] { compare(*options, exit_code); });
}

}  // namespace vc7::tool
