// SPDX-License-Identifier: MIT
//
// The sentences of a profile. They follow from the figures of the report, whatever the kernel is.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <vc7/isa/decode.hpp>

#include "profile.hpp"

namespace vc7::tool {

using namespace sim::timing;

namespace {

double share(double part, double all) { return all == 0 ? 0 : 100 * part / all; }

/// Both ALUs of every issued instruction.
double alu_slots(const Report& report) { return 2 * static_cast<double>(report.instructions); }

/// Of the slots, those in which all lanes add or multiply floats. Packed halves count double.
double float_share(const Report& report) {
  return share(static_cast<double>(report.float_operations) / 16, alu_slots(report));
}

bool is_float(std::string_view name) {
  return name == "fadd" || name == "faddnf" || name == "fsub" || name == "fmul" ||
         name == "vfadd" || name == "vfsub" || name == "vfmul";
}

/// What ALU slots did, most frequent first; without floating-point arithmetic.
std::vector<std::pair<std::uint64_t, std::string>> other_operations(const Report& report) {
  std::map<std::string, std::uint64_t> count;
  for (const InstructionCost& cost : report.costs) {
    const auto decoded = isa::decode(cost.word);
    if (!decoded) continue;
    const auto* alu = std::get_if<isa::AluInstruction>(&*decoded.instruction);
    for (const auto& name : {alu ? info(alu->add.op).mnemonic : std::string_view{"nop"},
                             alu ? info(alu->mul.op).mnemonic : std::string_view{"nop"}})
      if (!is_float(name)) count[std::string{name}] += cost.executed;
  }
  std::vector<std::pair<std::uint64_t, std::string>> list;
  for (const auto& [name, executed] : count) list.emplace_back(executed, name);
  std::ranges::stable_sort(list, std::greater{}, &std::pair<std::uint64_t, std::string>::first);
  return list;
}

std::string arithmetic(const Report& report, double all) {
  const double issue = share(static_cast<double>(report.issue_cycles), all);
  const double useful = float_share(report);
  return fmt::format(
      "Arithmetic reaches {:.0f} % of the peak: {:.0f} % of the cycles issue an instruction, and "
      "{:.0f} % of the ALU slots of those add or multiply floats.",
      issue * useful / 100, issue, useful);
}

std::string operations(const Report& report) {
  std::string text;
  for (const auto& [executed, name] : other_operations(report)) {
    const double part = share(static_cast<double>(executed), alu_slots(report));
    if (part < 5) break;
    text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", name, part);
  }
  if (text.empty()) return text;
  return fmt::format("{} ALU slots: {}.", report.float_operations != 0 ? "The other" : "The", text);
}

}  // namespace

/// The longest wait and the lines that wait.
std::string Profile::longest_wait() const {
  const auto most = std::ranges::max_element(report_.stalls.cycles);
  const auto stall = static_cast<Stall>(most - report_.stalls.cycles.begin());
  const double part = share(static_cast<double>(*most), all_cycles());
  if (part < 5) return {};
  std::string text = fmt::format("{:.0f} % of the cycles go by with `{}`: {}", part,
                                 info(stall).name, info(stall).text);
  const auto waits = [&](const InstructionCost& cost) { return cost.stalls[stall]; };
  const auto cost = std::ranges::max_element(report_.costs, {}, waits);
  if (cost == report_.costs.end() || waits(*cost) == 0) return text + ".";
  const auto shares_it = [&](const InstructionCost& c) { return waits(c) >= waits(*cost) / 2; };
  if (const auto several = std::ranges::count_if(report_.costs, shares_it); several > 1)
    return text + fmt::format("; {} instructions share it, the first at {}.", several,
                              place(std::ranges::find_if(report_.costs, shares_it)->address));
  return text + fmt::format("; {:.0f} % of that at {}.",
                            share(static_cast<double>(waits(*cost)), static_cast<double>(*most)),
                            place(cost->address));
}

std::string Profile::memory_limit() const {
  const Rates r = rates();
  const double part = share(r.gbytes, r.most_gbytes);
  if (r.roof_gflops != 0 && r.roof_gflops < r.peak_gflops)
    return fmt::format(
        "With {:.2f} flop for each byte, memory allows {:.1f} Gflop/s at most: to be faster than "
        "that, the job has to use what it loads more often. It uses {:.0f} % of the memory's rate.",
        r.flops_per_byte, r.roof_gflops, part);
  if (part < 80) return fmt::format("Memory is not the limit: {:.0f} % of its rate is used.", part);
  return fmt::format("Memory moves {:.0f} % of what it can: only less traffic makes it faster.",
                     part);
}

std::vector<std::string> Profile::findings() const {
  if (report_.cycles == 0) return {};
  std::vector<std::string> list;
  if (report_.float_operations != 0) list.push_back(arithmetic(report_, all_cycles()));
  for (std::string text : {operations(report_), longest_wait(), memory_limit()})
    if (!text.empty()) list.push_back(std::move(text));
  const unsigned places = report_.topology.qpus() * report_.threads_per_qpu;
  if (report_.batches < places)
    list.push_back(fmt::format("{} for {} threads.",
                               report_.batches == 1
                                   ? "There is 1 batch"
                                   : fmt::format("There are {} batches", report_.batches),
                               places));
  if (report_.execution_seconds() < 1e-6 * report_.parameters.job_warm_us)
    list.push_back("Submission takes longer than the job: more work in each job would help most.");
  return list;
}

}  // namespace vc7::tool
