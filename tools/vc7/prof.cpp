// SPDX-License-Identifier: MIT
//
// vc7 prof: where the time of a job goes, by the timing model (docs/timing-model.md).
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "commands.hpp"
#include "prof_measured.hpp"
#include "prof_program.hpp"
#include "profile.hpp"
#include "text_io.hpp"
#include "timed_job.hpp"

namespace vc7::tool {
namespace {

struct ProfOptions {
  TimingOptions timing;
  std::vector<std::string> words;  ///< the job file, or a command
  std::string device;
  ProfileOutputs outputs;
  std::size_t number = 0;  ///< of the job of a command
  bool exec = false, json = false, list = false,
       markdown = false;  // of the parameters
};

void profile(const ProfOptions& wanted, int& exit_code) {
  const std::string& job = wanted.words.front();
  const auto timed = time_job(job, wanted.timing);
  if (!timed) {
    exit_code = input_wrong;
    return;
  }
  const Profile profile{timed->report(), timed->job};
  fmt::print("{}", wanted.json ? profile.json() : profile.text());
  write_outputs(profile, wanted.outputs, job);
  if (!timed->tell(job)) exit_code = input_wrong;
}

}  // namespace

void add_prof(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ProfOptions>();
  CLI::App* const command = app.add_subcommand(
      "prof", "Shows where the time of a job goes, by the timing model of a Pi 5 (simulated)");
  command->add_option("JOB", options->words,
                      "The job file, JSON: see docs/job-files.md; with --exec, a command");
  add_timing_options(*command, options->timing);
  CLI::Option* const exec = command->add_flag(
      "--exec", options->exec,
      "Runs a command as vc7 exec does and shows where its jobs spend their time");
  CLI::Option* const annotate =
      command->add_flag("--annotate", options->outputs.annotate,
                        "Also lists the program with what each instruction cost");
  command->add_flag("--json", options->json, "Prints everything as JSON")->excludes(annotate);
  CLI::Option* const trace = command->add_option(
      "--chrome-trace", options->outputs.chrome_trace,
      "Writes what each thread did when, for chrome://tracing and ui.perfetto.dev");
  CLI::Option* const html = command->add_option("--html", options->outputs.html,
                                                "Writes everything as one page for browsers");
  command
      ->add_option("--job", options->number,
                   "With --exec: the number of the job that --annotate, --chrome-trace and --html "
                   "are of; default: the one of those that take most of the time")
      ->needs(exec)
      ->check(CLI::PositiveNumber);
  command->add_flag("--parameters", options->list, "Lists the parameters of the timing model");
  command
      ->add_flag("--markdown", options->markdown, "With --parameters: as a page of documentation")
      ->needs("--parameters");
  CLI::Option* const device = command->add_option(
      "--device", options->device,
      "drm or /dev/dri/...: runs the job on a GPU and shows its counters, measured");
  device->excludes(exec);
  for (CLI::Option* const option : {annotate, trace, html}) option->excludes(device);
  command->footer("vc7 prof --exec -- python3 program.py");
  command->callback([options, &exit_code] {
    if (options->list) {
      fmt::print("{}", timing_parameters(options->markdown));
      return;
    }
    if (options->words.empty()) throw CLI::RequiredError(options->exec ? "COMMAND" : "JOB");
    if (options->exec) {
      exit_code = profile_program(
          options->words, options->timing,
          {.json = options->json, .number = options->number, .outputs = options->outputs});
      return;
    }
    if (options->words.size() != 1)
      throw CLI::ValidationError("JOB", fmt::format("one job file, not {}; --exec is for commands",
                                                    options->words.size()));
    if (!options->device.empty())
      exit_code = profile_on_device(options->words.front(), options->device, options->json);
    else
      profile(*options, exit_code);
  });
}

}  // namespace vc7::tool
