// SPDX-License-Identifier: MIT
//
// vc7 dis: machine words to assembly text or C++.
#include <memory>
#include <string>

#include <vc7/asm/disassemble.hpp>

#include "commands.hpp"
#include "text_io.hpp"

namespace vc7::tool {
namespace {

struct Options {
  std::string input = "-", output = "-";
  bool binary = false, cpp = false;
  DisassembleOptions text;
};

int run(const Options& options) {
  const std::string content = read_input(options.input), name = shown_name(options.input);
  std::vector<Diagnostic> diagnostics;
  const auto words = options.binary ? words_from_binary(content, name, diagnostics)
                                    : words_from_hex(content, name, diagnostics);
  if (!report(diagnostics, options.binary ? std::string_view{} : content)) return input_wrong;
  write_output(options.output, options.cpp ? disassemble_cpp(words, options.text)
                                           : disassemble(words, options.text));
  return fine;
}

}  // namespace

void add_dis(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand("dis", "Machine words to assembly text or C++");
  command->add_option("FILE", options->input,
                      "One word of hexadecimal digits per line, with or without 0x, # comments; - "
                      "or nothing: standard input");
  command->add_option("-o,--output", options->output, "Output file; default: standard output");
  command->add_flag("--binary", options->binary, "The input has 8 bytes per word, lowest first");
  command->add_flag("--labels", options->text.labels, "Labels where branches go");
  command->add_flag("--addresses", options->text.addresses, "Addresses, as comments");
  command->add_flag("--words", options->text.words, "The words, as comments");
  command->add_flag("--exact", options->text.exact,
                    "Words with other bits than the assembler writes as .quad");
  command->add_flag("--cpp", options->cpp, "A C++ function for vc7::Assembler instead of text");
  command->add_option("--base", options->text.base_address, "GPU address of the first word");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace vc7::tool
