// SPDX-License-Identifier: MIT
//
// Runs the command vc7 as a user would.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace vc7::test {

struct Outcome {
  int exit_code = -1;
  std::string text;  ///< standard output and standard error
};

/// `line`: for a shell.
inline Outcome run_shell(const std::string& line) {
  Outcome outcome;
  std::FILE* const pipe = popen(("{ " + line + "; } 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> part{};
  while (const std::size_t n = std::fread(part.data(), 1, part.size(), pipe))
    outcome.text.append(part.data(), n);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

/// `arguments` as for a shell; `environment`: "VC7_DEVICE=sim".
inline Outcome run_vc7(const std::string& arguments, const std::string& environment = "") {
  return run_shell("env -u VC7_DEVICE " + environment + " " VC7_EMULATOR " " VC7_COMMAND " " +
                   arguments);
}

}  // namespace vc7::test
