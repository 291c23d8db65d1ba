// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace vc7::tool {

/// vc7 prof --device: runs a job on a device of the kernel's and shows what its counters say.
/// Returns the exit code.
int profile_on_device(const std::string& job_file, const std::string& device, bool json);

}  // namespace vc7::tool
