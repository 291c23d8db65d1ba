// SPDX-License-Identifier: MIT
//
// vc7 prof: where the time of a job goes, by the timing model (docs/timing-model.md).
#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands.hpp"
#include "profile.hpp"
#include "text_io.hpp"
#include "timed_job.hpp"

namespace vc7::tool {
namespace {

struct ProfOptions {
  TimingOptions timing;
  std::string job, chrome_trace;
  bool annotate = false, json = false, list = false, markdown = false;  // of the parameters
};

void profile(const ProfOptions& wanted, int& exit_code) {
  const auto timed = time_job(wanted.job, wanted.timing);
  if (!timed) {
    exit_code = input_wrong;
    return;
  }
  const Profile profile{timed->report(), timed->job};
  if (wanted.json) {
    fmt::print("{}", profile.json());
  } else {
    fmt::print("{}", profile.text());
    if (wanted.annotate) fmt::print("\n{}", profile.annotated());
  }
  if (!wanted.chrome_trace.empty()) write_output(wanted.chrome_trace, profile.chrome_trace());
  if (!timed->tell(wanted.job)) exit_code = input_wrong;
}

}  // namespace

void add_prof(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ProfOptions>();
  CLI::App* const command = app.add_subcommand(
      "prof", "Shows where the time of a job goes, by the timing model of a Pi 5 (simulated)");
  CLI::Option* const job =
      command->add_option("JOB", options->job, "The job file, JSON: see docs/job-files.md");
  add_timing_options(*command, options->timing);
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
