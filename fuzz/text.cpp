// SPDX-License-Identifier: MIT
//
// Any bytes as assembly text: either a program that disassembles and assembles to itself, or errors
// with places inside the text.
#include <string_view>

#include <vc7/asm/disassemble.hpp>
#include <vc7/asm/text.hpp>

#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto result = vc7::assemble_text(text, {.file = "fuzz.s"});
  REQUIRE(bool{result} == result.diagnostics.empty());
  if (!result) {
    REQUIRE(result.program.size() == 0);
    for (const auto& d : result.diagnostics) REQUIRE(d.line >= 1 && d.column <= size + 1);
    REQUIRE(!vc7::format(result.diagnostics, text).empty());
    return 0;
  }
  const auto& words = result.program.words();
  REQUIRE(result.program.origins().size() == words.size());
  const std::string printed = vc7::disassemble(words, {.labels = true, .exact = true});
  const auto again = vc7::assemble_text(printed);
  REQUIRE(again && again.program.words() == words);
  return 0;
}
