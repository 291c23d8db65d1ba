// SPDX-License-Identifier: MIT
//
// Times on the timing model what has been measured on a Pi 5, and compares. docs/timing-model.md
// holds what it prints.
#include <cmath>
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

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

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"Compares modelled times with published ones"};
  std::vector<std::string> sets;
  std::string only;
  double most = 1e12;
  app.add_option("--set", sets, "NAME=VALUE of a parameter");
  app.add_option("--only", only, "runs whose name begins so");
  app.add_option("--most", most, "instructions of a run");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  timing::Parameters parameters;
  for (const std::string& text : sets) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
      throw vc7::Error(fmt::format("--set is '{}'; it has to be NAME=VALUE", text));
    parameters.set(text.substr(0, equals), std::stoull(text.substr(equals + 1)));
  }

  fmt::print(
      "| run | published by | measured | modelled (simulated) | error | used for fitting | where the modelled time goes |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  double logs = 0;
  unsigned count = 0;
  for (const Published& run : published_runs()) {
    if (!run.name.starts_with(only) || run.instructions > most) continue;
    const auto report = run_on_model(run, parameters).statistics()->timing;
    const double seconds = report->seconds(run.cold);
    const double error = seconds / run.seconds - 1;
    logs += std::log(std::max(std::abs(error), 1e-4));
    ++count;
    fmt::print("| {} | {} | {:.2f} ms{} | {:.2f} ms | {:+.1f} % | {} | {} |\n", run.name,
               run.source, run.seconds * 1e3, run.cold ? ", cold" : "", seconds * 1e3, error * 100,
               run.fitted ? "yes" : "no", shares(*report));
    std::fflush(stdout);
  }
  if (count != 0)
    fmt::print("\nGeometric mean of the errors: {:.1f} %\n", 100 * std::exp(logs / count));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
