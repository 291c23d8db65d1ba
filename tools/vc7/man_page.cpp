// SPDX-License-Identifier: MIT
//
// docs/man/vc7.1, written from the commands and options themselves:
//   vc7 --man-page > docs/man/vc7.1
#include <cctype>
#include <string>

#include <fmt/format.h>

#include "commands.hpp"

namespace vc7::tool {
namespace {

/// Text as troff takes it.
std::string troff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n'))
      result += std::string{"\\&"} + c;
    else
      result += c;
  }
  return result;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", troff(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", troff(text)); }

/// "\fB--device\fR \fITEXT\fR", "\fIJOB\fR"
std::string usage_of(const CLI::Option& option) {
  if (option.get_positional()) return italic(option.get_name(true));
  std::string text;
  for (const auto& name : option.get_snames())
    text += (text.empty() ? "" : ", ") + bold("-" + name);
  for (const auto& name : option.get_lnames())
    text += (text.empty() ? "" : ", ") + bold("--" + name);
  if (option.get_expected_max() != 0) text += " " + italic(option.get_type_name());
  return text;
}

void options_of(const CLI::App& app, std::string& text) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    text += fmt::format(".TP\n{}\n{}.\n", usage_of(*option), troff(option->get_description()));
  }
}

std::string synopsis(const CLI::App& command) {
  std::string text = bold("vc7 " + command.get_name());
  bool optional = false;
  for (const CLI::Option* option : command.get_options())
    optional = optional || (!option->get_positional() && !option->get_required());
  if (optional) text += " [" + italic("OPTION") + "]...";
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const bool several = option->get_items_expected_max() > 1;
    const std::string name = usage_of(*option) + (several ? "..." : "");
    text += option->get_required() ? " " + name : " [" + name + "]";
  }
  return text;
}

std::string man_page(const CLI::App& app) {
  std::string text = fmt::format(".\\\" Made by: vc7 --man-page\n"
                                 ".TH VC7 1 \"\" \"vc7 {}\" \"User Commands\"\n"
                                 ".SH NAME\n{}\n.SH SYNOPSIS\n",
                                 VC7_VERSION, "vc7 \\- computing on the GPU of the Raspberry Pi 5");
  const auto commands =
      app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
  for (const CLI::App* command : commands) text += synopsis(*command) + "\n.br\n";
  text += ".SH DESCRIPTION\n" +
          troff("vc7 is the command of a toolkit for the V3D 7.1 GPU of the Raspberry Pi 5. Its "
                "commands work with the GPU or, on any PC, with a model of it.") +
          "\n.SH OPTIONS\n";
  options_of(app, text);
  text += ".SH COMMANDS\n";
  for (const CLI::App* command : commands) {
    text += fmt::format(".SS {}\n{}.\n", synopsis(*command), troff(command->get_description()));
    options_of(*command, text);
    // The footer of `app` is what every command inherits.
    if (!command->get_footer().empty() && command->get_footer() != app.get_footer())
      text += ".PP\n" + troff(command->get_footer()) + "\n";
  }
  text += ".SH EXIT STATUS\n"
          ".TP\n0\nAll is well.\n"
          ".TP\n1\nThe input is wrong, or a job failed.\n"
          ".TP\n2\nThe command line is wrong.\n"
          ".SH ENVIRONMENT\n";
  const auto variable = [&](std::string_view name, std::string_view meaning) {
    text += fmt::format(".TP\n{}\n{}\n", bold(name), troff(meaning));
  };
  variable("VC7_DEVICE", "The device: drm, sim, sim:7.1.7, sim:7.1.10 or the path of a DRM node. "
                         "Default: a V3D 7.x if there is one, else the device model.");
  variable("VC7_CAPTURE", "A folder. Every program that uses vc7 saves each job that it submits "
                          "there as a job file for vc7 run.");
  variable("VC7_SIM", "The engine of the device model: auto, jit, interp or oracle.");
  variable("VC7_SIM_THREADS", "How many threads of the host the device model uses.");
  variable("VC7_SIM_BUDGET", "How many instructions a batch may execute on the device model.");
  variable("VC7_SIM_HAZARDS", "Whether the device model stops at what hardware leaves undefined: 0 "
                              "or 1.");
  variable("VC7_SIM_PERF_MAP",
           "Whether the device model lists its native code in /tmp/perf-PID.map: "
           "0 or 1.");
  variable("VC7_SIM_ISA", "The vector instructions of the host that the device model uses.");
  return text;
}

}  // namespace

void add_man_page(CLI::App& app) {
  app.add_flag_callback(
         "--man-page",
         [&app] {
           fmt::print("{}", man_page(app));
           throw CLI::Success{};
         },
         "Prints the manual page")
      ->group("");  // not in the help
}

}  // namespace vc7::tool
