// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace vc7::tool {

/// vc7 selftest --timing: finds the parameters of the timing model by microbenchmarks on a device.
/// Returns the exit code: on the model, 1 if one of them is not what the model was given.
int selftest_timing(const std::string& device, bool json);

}  // namespace vc7::tool
