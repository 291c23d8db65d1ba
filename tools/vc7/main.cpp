// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>
#include <string>

#include "commands.hpp"

namespace {

/// CLI11 says no more than that one is required.
int no_subcommand(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2) {
    std::fputs(app.help().c_str(), stderr);
    return vc7::tool::usage_wrong;
  }
  std::string names;
  for (const CLI::App* command : app.get_subcommands({}))
    names += (names.empty() ? "" : ", ") + command->get_name();
  std::fprintf(stderr, "vc7: there is no subcommand `%s`; there are: %s\n", argv[1], names.c_str());
  return vc7::tool::usage_wrong;
}

}  // namespace

int main(int argc, char** argv) try {
  using namespace vc7::tool;
  CLI::App app{"vc7: computing on the GPU of the Raspberry Pi 5", "vc7"};
  app.set_version_flag("--version", "vc7 " VC7_VERSION);
  app.require_subcommand(1);
  app.footer("Exit codes: 0 fine, 1 input wrong, 2 usage wrong.\n"
             "VC7_DEVICE=drm|sim|sim:7.1.7|sim:7.1.10|/dev/dri/... chooses the device.");
  int exit_code = fine;
  add_as(app, exit_code);
  add_check(app, exit_code);
  add_compare(app, exit_code);
  add_counters(app, exit_code);
  add_dis(app, exit_code);
  add_exec(app, exit_code);
  add_info(app, exit_code);
  add_prof(app, exit_code);
  add_run(app, exit_code);
  add_selftest(app, exit_code);
  add_man_page(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    if (app.get_subcommands().empty()) return no_subcommand(app, argc, argv);
    return app.exit(error) == 0 ? fine : usage_wrong;
  } catch (const CLI::ParseError& error) {
    // Help and version are "errors" with exit code 0.
    return app.exit(error) == 0 ? fine : usage_wrong;
  }
  return exit_code;
} catch (const std::exception& error) {
  std::fprintf(stderr, "vc7: %s\n", error.what());
  return vc7::tool::input_wrong;
}
