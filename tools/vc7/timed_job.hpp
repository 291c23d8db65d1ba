// SPDX-License-Identifier: MIT
//
// Jobs on the timing model, for the commands that look at modelled times.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <vc7/device/job_file.hpp>

namespace vc7::tool {

struct TimingOptions {
  std::string chip = "7.1.10";
  std::string file;                     ///< with parameters
  std::vector<std::string> parameters;  ///< NAME=NUMBER
};

/// --chip, --parameter-file and --set.
void add_timing_options(CLI::App& command, TimingOptions& options);

struct TimedJob {
  JobFile job;
  JobOutcome outcome;
  const sim::timing::Report& report() const { return *outcome.statistics.timing; }
  /// Tells of warnings and an error on standard error; false if there is an error.
  bool tell(const std::string& name) const;
};

/// Nothing if the job file is wrong; then standard error says why.
std::optional<TimedJob> time_job(const std::string& path, const TimingOptions& options);

}  // namespace vc7::tool
