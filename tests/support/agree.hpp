// SPDX-License-Identifier: MIT
//
// The promise that verifier and device model make each other: what strict accepts does not fault
// in the model, and every fault that is no matter of data names a rule.
#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <vc7/isa/decode.hpp>
#include <vc7/isa/print.hpp>
#include <vc7/sim/machine.hpp>
#include <vc7/verify/verify.hpp>

namespace vc7::test {

struct Agreement {
  bool accepted = false;  ///< by the verifier
  bool faulted = false;
  std::optional<std::string> wrong{};  ///< what they disagree about
};

/// What one of the two may say without the other: addresses and uniforms are data, and a program
/// without a limit may use up the budget.
inline bool is_data(sim::FaultKind kind) {
  return kind == sim::FaultKind::memory || kind == sim::FaultKind::uniform;
}

inline std::optional<std::string> judge(const verify::Report& report, const sim::Fault& fault) {
  using sim::FaultKind;
  if (fault.kind == FaultKind::budget) {
    if (report.has_errors() || !report.length.bounded()) return std::nullopt;
    return "budget used up, and the verifier says: " + verify::describe(report.length);
  }
  if (is_data(fault.kind)) return std::nullopt;
  const std::string id = fault.message.substr(0, fault.message.find(':'));
  const auto rule = verify::find_rule(id);
  if (!rule) return "no rule in: " + fault.message;
  if (report.has_errors()) return std::nullopt;
  // What follows a branch to a register was not looked at.
  if (!report.flow_known) return std::nullopt;
  using verify::Rule;
  const bool counts = rule == Rule::R35 || rule == Rule::R36 || rule == Rule::R38 ||
                      rule == Rule::R41 || rule == Rule::R46;
  if (!report.tmu_known && counts && fault.kind != FaultKind::invalid) return std::nullopt;
  return "accepted, and the model says: " + fault.message;
}

inline std::string listing(std::span<const std::uint64_t> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += fmt::format("{:4} 0x{:016x} {}\n", i, words[i], isa::print_word(words[i]));
  return text;
}

/// One batch of words that lie alone in a page, with others to load from and store to.
class OneBatch {
 public:
  OneBatch(std::span<const std::uint64_t> words, const verify::Options& options,
           const sim::Options& machine)
      : machine_{machine} {
    constexpr std::uint32_t uniforms = 0x20000, zero_page = 0;
    const auto pages = [](std::size_t bytes) { return (bytes + 4095) / 4096 * 4096; };
    machine_.memory().map(zero_page, 0x2000);  // most random addresses are small or zero
    // A word that is no instruction, and nothing behind the page: leaving the program is a fault.
    const std::size_t size = pages(words.size() * 8 + 8);
    machine_.memory().map(options.base_address, size);
    std::memset(machine_.memory().at(options.base_address), 0, size);
    std::memcpy(machine_.memory().at(options.base_address), words.data(), words.size() * 8);
    machine_.memory().map(uniforms, 0x4000);
    const std::uint32_t flags = (options.single_segment ? 2u : 0u) | (options.four_way ? 1u : 0u);
    result_ = machine_.run(
        {1u << 16, 1u << 16, 1u << 16, 0x110, 1, options.base_address | flags, uniforms});
  }
  const std::optional<sim::Fault>& fault() const { return result_.fault; }

 private:
  sim::Machine machine_;
  sim::JobResult result_;
};

/// The model with and, if the verifier accepts the words, also without mercy for hazards.
inline Agreement agree(std::span<const std::uint64_t> words, bool four_way, bool single_segment,
                       sim::Engine engine = sim::Engine::oracle) {
  const verify::Options options{
      .four_way = four_way, .single_segment = single_segment, .base_address = 0x10000};
  const verify::Report report = verify::verify(words, options);
  Agreement result{.accepted = !report.has_errors()};
  const auto run = [&](bool trap_hazards) {
    const OneBatch batch{words,
                         options,
                         {.engine = engine,
                          .host_threads = 1,
                          .instruction_budget = 20'000,
                          .trap_hazards = trap_hazards}};
    if (!batch.fault() || result.wrong) return;
    result.faulted = true;
    if (const auto wrong = judge(report, *batch.fault()))
      result.wrong =
          fmt::format("{}\n{}\n{}", *wrong, sim::describe(*batch.fault()), listing(words));
  };
  run(false);
  if (result.accepted) run(true);
  return result;
}

}  // namespace vc7::test
