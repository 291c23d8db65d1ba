// SPDX-License-Identifier: MIT
//
// Any words: their text assembles, to the canonical words; with labels as well, and exactly.
#include <vc7/asm/disassemble.hpp>
#include <vc7/asm/text.hpp>
#include <vc7/isa/decode.hpp>

#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto words = words_of(data, size);
  auto canonical = words;
  for (auto& word : canonical) word = vc7::isa::canonical_word(word).value_or(word);
  for (const bool labels : {false, true}) {
    const auto back = vc7::assemble_text(vc7::disassemble(words, {.labels = labels}));
    REQUIRE(back && back.program.words() == canonical);
  }
  const auto exact = vc7::assemble_text(vc7::disassemble(words, {.words = true, .exact = true}));
  REQUIRE(exact && exact.program.words() == words);
  return 0;
}
