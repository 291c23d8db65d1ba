// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "profile.hpp"
#include "timed_job.hpp"

namespace vc7::tool {

struct ProgramOutputs {
  bool json = false;
  /// Of the job that `outputs` are made of, from 1; 0: of the group that takes most of the time.
  std::size_t number = 0;
  ProfileOutputs outputs;
};

/// vc7 prof --exec: runs a command under vc7 exec and profiles the jobs that it submits. Jobs with
/// the same program and grid are profiled once. Returns the exit code.
int profile_program(const std::vector<std::string>& command, const TimingOptions& options,
                    const ProgramOutputs& wanted);

}  // namespace vc7::tool
