// SPDX-License-Identifier: MIT
//
// Prints docs/isa.md:
//   build/release/tools/gen/isa_doc tests/isa > docs/isa.md
// The argument is the folder with the vectors *.tsv.
#include "isa_doc.hpp"

#include <cstdio>
#include <exception>
#include <fstream>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/isa/decode.hpp>

namespace vc7::gen {
namespace {

void count(Evidence& evidence, const std::string& path) {
  std::ifstream file{path};
  if (!file) throw Error{fmt::format("cannot read {}", path)};
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto word = std::stoull(line.substr(0, line.find('\t')), nullptr, 16);
    const auto decoded = isa::decode(word);
    if (!decoded) continue;
    if (const auto* const alu = std::get_if<isa::AluInstruction>(&*decoded.instruction)) {
      ++evidence.add[static_cast<std::size_t>(alu->add.op)];
      ++evidence.mul[static_cast<std::size_t>(alu->mul.op)];
    }
  }
}

std::string document(const std::string& vectors) {
  Evidence evidence;
  count(evidence, vectors + "/encodings.tsv");
  count(evidence, vectors + "/encodings_newer.tsv");
  std::string text =
      "<!-- Made by tools/gen/isa_doc from include/vc7/isa; do not edit. -->\n"
      "# The instruction set of V3D 7.1\n\n"
      "This page is made from the tables that the encoder, the decoder, the assembler and the "
      "device model use\n(`include/vc7/isa/ops.def` and the headers beside it), so it says what "
      "they do. A QPU executes every instruction for\n16 lanes. An instruction word has 64 bits and "
      "holds either one operation for each of the two ALUs, or a branch.\n\n";
  text += word_formats();
  text += operations(evidence);
  text += modifiers();
  text += flags();
  text += signals();
  text += immediates();
  text += write_addresses();
  return text;
}

}  // namespace

std::string row(std::initializer_list<std::string> cells) {
  std::string text = "|";
  for (const std::string& cell : cells) {
    text += ' ';
    for (const char c : cell) text += c == '|' ? std::string{"\\|"} : std::string{c};
    text += " |";
  }
  return text + "\n";
}

std::string header(std::initializer_list<std::string> cells) {
  std::string text = row(cells) + "|";
  for (std::size_t i = 0; i < cells.size(); ++i) text += "---|";
  return text + "\n";
}

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

}  // namespace vc7::gen

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fputs("usage: isa_doc FOLDER   (that of encodings.tsv)\n", stderr);
    return 2;
  }
  fmt::print("{}", vc7::gen::document(argv[1]));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "isa_doc: %s\n", error.what());
  return 1;
}
