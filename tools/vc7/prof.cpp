// SPDX-License-Identifier: MIT
//
// vc7 prof: where the time of a job goes, by the timing model (docs/timing-model.md).
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <vc7/device/job_file.hpp>
#include <vc7/sim/machine.hpp>

#include "commands.hpp"
#include "profile.hpp"
#include "text_io.hpp"

namespace vc7::tool {
namespace {

struct ProfOptions {
  std::string job, chip = "7.1.10", chrome_trace;
  std::vector<std::string> parameters;
  bool annotate = false, json = false, list = false, markdown = false;  // of the parameters
};

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

sim::Options model(const ProfOptions& wanted) {
  sim::Options options = sim::options_from_environment();
  options.topology = *sim::find_topology(wanted.chip);
  options.timing = sim::timing::Parameters{};
  for (const std::string& text : wanted.parameters) set(*options.timing, text);
  return options;
}

void profile(const ProfOptions& wanted, int& exit_code) {
  const JobFileResult file = load_job(wanted.job);
  fmt::print(stderr, "{}", file.report);
  if (has_errors(file.diagnostics)) {
    exit_code = input_wrong;
    return;
  }
  const JobOutcome outcome = run_job(file.job, model(wanted));
  const Profile profile{*outcome.statistics.timing, file.job};
  fmt::print("{}", wanted.json       ? profile.json()
                   : wanted.annotate ? profile.text() + "\n" + profile.annotated()
                                     : profile.text());
  if (!wanted.chrome_trace.empty()) write_output(wanted.chrome_trace, profile.chrome_trace());
  std::fflush(stdout);
  for (const auto& warning : outcome.statistics.warnings)
    fmt::print(stderr, "vc7: warning: {}\n", warning);
  if (!outcome.error) return;
  fmt::print(stderr, "vc7: {}: {}\n", wanted.job, outcome.error->what());
  exit_code = input_wrong;
}

}  // namespace

void add_prof(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ProfOptions>();
  CLI::App* const command = app.add_subcommand(
      "prof", "Shows where the time of a job goes, by the timing model of a Pi 5 (simulated)");
  CLI::Option* const job =
      command->add_option("JOB", options->job, "The job file, JSON: see docs/job-files.md");
  command->add_option("--chip", options->chip, "7.1.7 (16 QPUs) or 7.1.10 (12 QPUs)")
      ->check(CLI::IsMember({"7.1.7", "7.1.10"}))
      ->capture_default_str();
  command->add_option("--set", options->parameters, "NAME=NUMBER: another value of a parameter");
  command->add_flag("--annotate", options->annotate,
                    "Also lists the program with what each instruction cost");
  command->add_flag("--json", options->json, "Prints everything as JSON");
  command->add_option("--chrome-trace", options->chrome_trace,
                      "Writes when batches ran, for chrome://tracing and ui.perfetto.dev");
  command->add_flag("--parameters", options->list, "Lists the parameters of the timing model");
  command
      ->add_flag("--markdown", options->markdown, "With --parameters: as a page of documentation")
      ->needs("--parameters");
  command->callback([options, job, &exit_code] {
    if (options->list) {
      fmt::print("{}", timing_parameters(options->markdown));
      return;
    }
    if (job->empty()) throw CLI::RequiredError("JOB");
    profile(*options, exit_code);
  });
}

}  // namespace vc7::tool
