// SPDX-License-Identifier: MIT
#include "profile.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <vc7/isa/print.hpp>

namespace vc7::tool {

using namespace sim::timing;

namespace {

double percent(std::uint64_t part, double all) {
  return all == 0 ? 0 : 100 * static_cast<double>(part) / all;
}

std::string cache(const char* name, const CacheUse& use) {
  const auto all = static_cast<double>(use.hits + use.misses);
  return fmt::format("  {:<18} {:>12} looked up, {:5.1f} % found\n", name, use.hits + use.misses,
                     percent(use.hits, all));
}

}  // namespace

std::string time_text(double seconds) {
  return seconds >= 1      ? fmt::format("{:.3f} s", seconds)
         : seconds >= 1e-3 ? fmt::format("{:.3f} ms", seconds * 1e3)
                           : fmt::format("{:.2f} us", seconds * 1e6);
}

double Profile::all_cycles() const {
  return static_cast<double>(report_.cycles) * report_.topology.qpus();
}

std::string Profile::place(std::uint32_t address) const {
  const std::uint32_t index = (address - job_.code_address) / 8;
  if (index >= job_.program.size()) return fmt::format("0x{:08x}", address);
  const Origin& origin = job_.program.origins()[index];
  if (origin.line == 0) return fmt::format("0x{:08x}", address);
  return fmt::format("{}:{}", origin.file, origin.line);
}

std::string Profile::times() const {
  return fmt::format("simulated: V3D {} with {} QPUs at {} MHz; times are modelled, not measured\n"
                     "execution       {} ({} cycles)\n"
                     "with submission {}; {} if the GPU was idle before\n"
                     "batches         {}, instructions {}\n",
                     report_.topology.name, report_.topology.qpus(), report_.parameters.clock_mhz,
                     time_text(report_.execution_seconds()), report_.cycles,
                     time_text(report_.seconds(false)), time_text(report_.seconds(true)),
                     report_.batches, report_.instructions);
}

Profile::Rates Profile::rates() const {
  Rates r;
  // Four lanes a cycle, an addition and a multiplication each.
  r.peak_gflops = report_.topology.qpus() * 8 * 1e-3 * report_.parameters.clock_mhz;
  r.most_gbytes = 1e-3 * report_.parameters.dram_mbytes;
  const double seconds = report_.execution_seconds();
  if (seconds == 0) return r;
  const auto flops = static_cast<double>(report_.float_operations);
  const auto bytes = static_cast<double>(report_.dram_bytes_read + report_.dram_bytes_written);
  r.gflops = flops / seconds * 1e-9;
  r.gbytes = bytes / seconds * 1e-9;
  if (bytes == 0 || flops == 0) return r;
  r.flops_per_byte = flops / bytes;
  r.roof_gflops = std::min(r.peak_gflops, r.flops_per_byte * r.most_gbytes);
  return r;
}

std::string Profile::rate_lines() const {
  if (report_.cycles == 0) return {};
  const Rates r = rates();
  std::string text;
  if (report_.float_operations != 0)
    text = fmt::format("arithmetic      {:.2f} Gflop/s, {:.0f} % of {:.1f}\n", r.gflops,
                       100 * r.gflops / r.peak_gflops, r.peak_gflops);
  text += fmt::format("memory          {:.2f} GB/s, {:.0f} % of {:.1f}\n", r.gbytes,
                      100 * r.gbytes / r.most_gbytes, r.most_gbytes);
  if (r.roof_gflops != 0)
    text += fmt::format("roofline        {:.2f} flop/byte: at most {:.1f} Gflop/s, bound by {}\n",
                        r.flops_per_byte, r.roof_gflops,
                        r.roof_gflops < r.peak_gflops ? "memory" : "arithmetic");
  return text;
}

std::vector<Profile::Slot> Profile::slot_list() const {
  const std::uint64_t turn = report_.parameters.instruction_cycles;
  const std::uint64_t busy = report_.add_only + report_.mul_only + report_.both;
  std::vector<Slot> list{{report_.both * turn, "both", "issue, both", "both ALUs do something"},
                         {report_.add_only * turn, "add", "issue, add", "only the add ALU does"},
                         {report_.mul_only * turn, "mul", "issue, mul", "only the mul ALU does"},
                         {(report_.instructions - busy) * turn, "neither", "issue, neither",
                          "signals, branches and nops"}};
  for (const StallInfo& stall : stalls)
    list.push_back({report_.stalls[static_cast<Stall>(&stall - stalls.data())], stall.id,
                    stall.name, stall.text});
  return list;
}

std::string Profile::slots() const {
  std::string text = fmt::format("\ncycles of {} QPUs\n", report_.topology.qpus());
  for (const Slot& slot : slot_list())
    if (slot.cycles != 0)
      text += fmt::format("  {:5.1f} %  {:<14}  {}\n", percent(slot.cycles, all_cycles()),
                          slot.name, slot.text);
  return text;
}

std::string Profile::memory() const {
  return fmt::format(
             "\nmemory\n  {} loads, {} stores, {} atomics; {} bytes loaded, {} stored by lanes\n",
             report_.tmu_loads, report_.tmu_stores, report_.tmu_atomics, report_.tmu_bytes_loaded,
             report_.tmu_bytes_stored) +
         cache("cache of the TMUs", report_.l1) + cache("L2T cache", report_.l2) +
         cache("uniform cache", report_.uniform_cache) +
         fmt::format("  {} bytes read from memory, {} written\n", report_.dram_bytes_read,
                     report_.dram_bytes_written);
}

std::string Profile::why() const {
  std::string text = "\nwhy it is not faster\n";
  for (const std::string& finding : findings()) text += fmt::format("  - {}\n", finding);
  return text;
}

std::string Profile::text() const {
  return times() + rate_lines() + slots() + memory() + hottest() + why();
}

std::string Profile::annotated() const {
  std::string text = "simulated: times executed, cycles of QPUs per execution, main stall\n";
  for (const InstructionCost& cost : report_.costs) {
    const Stall stall = main_stall(cost.stalls);
    text += fmt::format("{:>10} {:>8.1f} {:<13}  0x{:08x} {}: {}\n", cost.executed,
                        static_cast<double>(cost.cycles) / static_cast<double>(cost.executed),
                        cost.stalls[stall] != 0 ? info(stall).name : "", cost.address,
                        place(cost.address), isa::print_word(cost.word));
  }
  return text;
}

std::string timing_parameters(bool markdown) {
  std::string text;
  if (markdown)
    text =
        "# Parameters of the timing model\n\n"
        "Made from [timing_parameters.def](../include/vc7/sim/timing_parameters.def) by "
        "`vc7 prof --parameters --markdown`;\nchange that file, not this one. "
        "[timing-model.md](timing-model.md) says what the model does with them.\n\n"
        "Evidence: A is a register dump or kernel source, B a published measurement, C follows from "
        "A and B, D is a guess.\n\n"
        "| parameter | default | range | unit | evidence | what it is |\n"
        "|---|---|---|---|---|---|\n";
  for (const ParameterInfo& p : parameters)
    text += markdown ? fmt::format("| `{}` | {} | {} to {} | {} | {} | {} |\n", p.name, p.standard,
                                   p.least, p.most, p.unit, p.evidence, p.text)
                     : fmt::format("{:<24} {:>6} ({} to {} {}) {} {}\n", p.name, p.standard,
                                   p.least, p.most, p.unit, p.evidence, p.text);
  return text;
}

}  // namespace vc7::tool
