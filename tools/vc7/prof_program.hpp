// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "timed_job.hpp"

namespace vc7::tool {

/// vc7 prof --exec: runs a command under vc7 exec and profiles the jobs that it submits. Jobs with
/// the same program and grid are profiled once. Returns the exit code.
int profile_program(const std::vector<std::string>& command, const TimingOptions& options,
                    bool json);

}  // namespace vc7::tool
