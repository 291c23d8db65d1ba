// SPDX-License-Identifier: MIT
//
// The subcommands of vc7, one file each. To add one: a function here, a file of its name, a line in
// main.cpp.
#pragma once

#include <CLI/CLI.hpp>

namespace vc7::tool {

/// Exit codes of every subcommand.
enum ExitCode : int {
  fine = 0,
  input_wrong = 1,  ///< what the command looked at is wrong, or the device failed
  usage_wrong = 2,  ///< the command line is wrong
};

// Each adds its subcommand to `app`. A command sets `exit_code` if it is not to be `fine`, and
// throws vc7::Error for input_wrong with a message.
void add_as(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_compare(CLI::App& app, int& exit_code);
void add_counters(CLI::App& app, int& exit_code);
void add_dis(CLI::App& app, int& exit_code);
void add_exec(CLI::App& app, int& exit_code);
void add_info(CLI::App& app, int& exit_code);
void add_prof(CLI::App& app, int& exit_code);
void add_run(CLI::App& app, int& exit_code);
void add_selftest(CLI::App& app, int& exit_code);

/// The hidden option that prints the manual page.
void add_man_page(CLI::App& app);

}  // namespace vc7::tool
