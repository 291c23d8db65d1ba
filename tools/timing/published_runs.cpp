// SPDX-License-Identifier: MIT
//
// Times on the timing model what has been measured on a Pi 5, and compares. docs/timing-model.md
// holds what it prints.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runs.hpp"

namespace {

using namespace vc7::timing_runs;
namespace timing = vc7::sim::timing;

vc7::Event run_on_model(const Published& run, const timing::Parameters& parameters) {
  vc7::sim::Options model;
  model.timing = parameters;
  vc7::Device device = vc7::Device::open(vc7::OpenOptions{.device = "sim:7.1.10", .model = model});
  return run.run(device);
}

/// Where the time of the QPUs went, in per cent.
std::string shares(const timing::Report& report) {
  const auto all = static_cast<double>(report.cycles * report.topology.qpus());
  std::string text =
      fmt::format("issue {:.0f}%", 100 * static_cast<double>(report.issue_cycles) / all);
  for (std::size_t n = 0; n < timing::stalls.size(); ++n) {
    const double share = 100 * static_cast<double>(report.stalls.cycles[n]) / all;
    if (share >= 0.5) text += fmt::format(", {} {:.0f}%", timing::stalls[n].name, share);
  }
  return text;
}

/// A published run and what the model makes of it.
struct Outcome {
  const Published& run;
  timing::Report report;

  double seconds() const { return report.seconds(run.cold); }
  double error() const { return seconds() / run.seconds - 1; }
};

void print_heading() {
  fmt::print(
      "| run | published by | measured | modelled (simulated) | error | used for fitting | where the "
      "modelled time goes |\n|---|---|---|---|---|---|---|\n");
}

void print(const Outcome& outcome) {
  const Published& run = outcome.run;
  fmt::print(
      "| {} | {} | {:.2f} ms{} | {:.2f} ms | {:+.1f} % | {} | {} |\n", run.name, run.source,
      run.seconds * 1e3, run.cold ? ", cold" : "", outcome.seconds() * 1e3, outcome.error() * 100,
      run.fitted() ? fmt::format("{}", fmt::join(run.fits, ", ")) : "no", shares(outcome.report));
  std::fflush(stdout);
}

/// One line for scripts.
void print_json(const Outcome& outcome) {
  const Published& run = outcome.run;
  nlohmann::ordered_json line{
      {"run", run.name},
      {"published_by", run.source},
      {"measured", run.seconds},
      {"modelled", outcome.seconds()},
      {"instructions", run.instructions},
  };
  for (const timing::ParameterInfo& info : timing::parameters)
    if (std::ranges::find(run.fits, info.name) != run.fits.end())
      line["parameters"][std::string{info.name}] = {
          {"standard", info.standard}, {"least", info.least}, {"most", info.most}};
  fmt::print("{}\n", line.dump());
  std::fflush(stdout);
}

double geometric_mean_of_errors(const std::vector<double>& errors) {
  double logs = 0;
  for (const double error : errors) logs += std::log(std::max(std::abs(error), 1e-4));
  return errors.empty() ? 0 : std::exp(logs / static_cast<double>(errors.size()));
}

struct Arguments {
  std::vector<std::string> sets, only;
  double most = 1e12, each = 1e12, mean = 1e12;
  bool json = false, fitted = false;
};

bool chosen(const Arguments& arguments, const Published& run) {
  const auto starts = [&](const std::string& text) { return run.name.starts_with(text); };
  return (arguments.only.empty() || std::ranges::any_of(arguments.only, starts)) &&
         run.instructions <= arguments.most && (run.fitted() || !arguments.fitted);
}

timing::Parameters parameters(const std::vector<std::string>& sets) {
  timing::Parameters parameters;
  for (const std::string& text : sets) {
    const auto equals = text.find('=');
    std::uint64_t value = 0;
    const char* const first = text.data() + std::min(equals + 1, text.size());
    const char* const end = text.data() + text.size();
    if (const auto [last, error] = std::from_chars(first, end, value);
        equals == std::string::npos || error != std::errc{} || last != end)
      throw vc7::Error(fmt::format("--set is '{}'; it has to be NAME=NUMBER", text));
    parameters.set(text.substr(0, equals), value);
  }
  return parameters;
}

int compare(const Arguments& arguments) {
  const timing::Parameters model = parameters(arguments.sets);
  if (!arguments.json) print_heading();
  std::vector<double> errors;
  for (const Published& run : published_runs()) {
    if (!chosen(arguments, run)) continue;
    const Outcome outcome{run, *run_on_model(run, model).statistics()->timing};
    arguments.json ? print_json(outcome) : print(outcome);
    errors.push_back(std::abs(outcome.error()));
  }
  if (errors.empty()) throw vc7::Error("no run has such a name, or so few instructions");
  const double mean = geometric_mean_of_errors(errors), most = *std::ranges::max_element(errors);
  if (!arguments.json) fmt::print("\nGeometric mean of the errors: {:.1f} %\n", 100 * mean);
  if (100 * most <= arguments.each && 100 * mean <= arguments.mean) return 0;
  fmt::print(
      stderr,
      "published_runs: errors of up to {:.1f} % and of {:.1f} % in the mean; {} and {} are allowed\n",
      100 * most, 100 * mean, arguments.each, arguments.mean);
  return 1;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"Compares modelled times with published ones"};
  Arguments arguments;
  app.add_option("--set", arguments.sets, "NAME=NUMBER: a parameter of the model");
  app.add_option("--only", arguments.only, "runs whose name begins so");
  app.add_option("--most", arguments.most, "leave out runs of more instructions");
  app.add_flag("--fitted", arguments.fitted, "only runs that parameters are fitted to");
  app.add_flag("--json", arguments.json, "a line of JSON for each run");
  app.add_option("--each", arguments.each, "exit with 1 if an error is larger, in per cent");
  app.add_option("--mean", arguments.mean,
                 "exit with 1 if their geometric mean is larger, in per cent");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return compare(arguments);
} catch (const std::exception& error) {
  std::fprintf(stderr, "published_runs: %s\n", error.what());
  return 1;
}
