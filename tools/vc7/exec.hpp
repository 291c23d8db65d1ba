// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace vc7::tool {

/// Runs a command as `vc7 exec --capture=FOLDER` does and returns its exit code.
int exec_captured(const std::vector<std::string>& command, const std::string& chip,
                  const std::string& folder);

}  // namespace vc7::tool
