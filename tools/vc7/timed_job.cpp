// SPDX-License-Identifier: MIT
#include "timed_job.hpp"

#include "progress.hpp"

#include <cstdio>

#include <fmt/format.h>

#include <vc7/sim/machine.hpp>

namespace vc7::tool {
namespace {

void set(sim::timing::Parameters& parameters, const std::string& text) {
  const auto equals = text.find('=');
  const std::string digits = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (digits.empty() || digits.size() > 9 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    throw CLI::ValidationError{"--set", fmt::format("'{}' is not NAME=NUMBER", text)};
  try {
    parameters.set(text.substr(0, equals), std::stoul(digits));
  } catch (const Error& error) {
    throw CLI::ValidationError{"--set", error.what()};
  }
}

sim::Options model(const TimingOptions& wanted) {
  sim::Options options = sim::options_from_environment();
  options.topology = *sim::find_topology(wanted.chip);
  if (!wanted.file.empty()) options.timing = sim::timing::load_parameters(wanted.file);
  if (!options.timing) options.timing = sim::timing::Parameters{};
  for (const std::string& text : wanted.parameters) set(*options.timing, text);
  return options;
}

}  // namespace

void add_timing_options(CLI::App& command, TimingOptions& options) {
  command.add_option("--chip", options.chip, "7.1.7 (16 QPUs) or 7.1.10 (12 QPUs)")
      ->check(CLI::IsMember({"7.1.7", "7.1.10"}))
      ->capture_default_str();
  command.add_option("--parameter-file", options.file,
                     "Parameters of the model, as scripts/calibrate writes them");
  command.add_option("--set", options.parameters, "NAME=NUMBER: another value of a parameter");
}

bool TimedJob::tell(const std::string& name) const {
  std::fflush(stdout);
  for (const auto& warning : outcome.statistics.warnings)
    fmt::print(stderr, "vc7: warning: {}\n", warning);
  if (outcome.error) fmt::print(stderr, "vc7: {}: {}\n", name, outcome.error->what());
  return !outcome.error;
}

std::optional<TimedJob> time_job(const std::string& path, const TimingOptions& options) {
  const sim::Options machine = model(options);
  JobFileResult file = load_job(path);
  fmt::print(stderr, "{}", file.report);
  if (has_errors(file.diagnostics)) return std::nullopt;
  TimedJob timed{.job = std::move(file.job), .outcome = {}};
  const auto cfg = configuration(timed.job, {.qpus = machine.topology.qpus()});
  Progress progress{cfg[4]};
  timed.outcome = run_job(timed.job, machine, progress.ended());
  return timed;
}

}  // namespace vc7::tool
