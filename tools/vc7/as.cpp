// SPDX-License-Identifier: MIT
//
// vc7 as: assembly text to machine words.
#include <memory>
#include <string>

#include <vc7/asm/text.hpp>

#include "commands.hpp"
#include "text_io.hpp"

namespace vc7::tool {
namespace {

struct Options {
  std::string input = "-", output = "-";
  bool binary = false;
  std::uint32_t base = 0;
};

int run(const Options& options) {
  const std::string text = read_input(options.input);
  const TextResult result =
      assemble_text(text, {.file = shown_name(options.input), .base_address = options.base});
  if (!report(result.diagnostics, text)) return input_wrong;
  const auto& words = result.program.words();
  write_output(options.output, options.binary ? binary_of(words) : hex_of(words));
  return fine;
}

}  // namespace

void add_as(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand("as", "Assembly text to machine words");
  command->add_option("FILE", options->input, "Assembly text; - or nothing: standard input");
  command->add_option("-o,--output", options->output, "Output file; default: standard output");
  command->add_flag("--binary", options->binary,
                    "8 bytes per word, the lowest first, instead of lines 0x...");
  command->add_option("--base", options->base,
                      "GPU address of the first instruction, for branches to zero_addr+LABEL");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace vc7::tool
