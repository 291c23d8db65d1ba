// SPDX-License-Identifier: MIT
//
// Whether a command can run with a preloaded library.
#pragma once

#include <string>

namespace vc7::tool {

/// Why a command cannot run.
struct Refusal {
  int exit_code = 0;  ///< 127: no such command, 126: not executable, 1: nothing can be preloaded
  std::string message;
};

/// The file that a shell would execute for `command`; empty if there is none.
std::string find_in_path(const std::string& command);

/// Looks at the file, and for a script at its interpreter. exit_code 0 if it can run.
Refusal check_program(const std::string& command, const std::string& file);

}  // namespace vc7::tool
