// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>

#include "commands.hpp"

int main(int argc, char** argv) try {
  using namespace vc7::tool;
  CLI::App app{"vc7: computing on the GPU of the Raspberry Pi 5", "vc7"};
  app.set_version_flag("--version", "vc7 " VC7_VERSION);
  app.require_subcommand(1);
  app.footer("Exit codes: 0 fine, 1 input wrong, 2 usage wrong.\n"
             "VC7_DEVICE=drm|sim|sim:7.1.7|sim:7.1.10|/dev/dri/... chooses the device.");
  int exit_code = fine;
  add_check(app, exit_code);
  add_info(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are "errors" with exit code 0.
    return app.exit(error) == 0 ? fine : usage_wrong;
  }
  return exit_code;
} catch (const std::exception& error) {
  std::fprintf(stderr, "vc7: %s\n", error.what());
  return vc7::tool::input_wrong;
}
