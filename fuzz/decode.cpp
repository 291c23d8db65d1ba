// SPDX-License-Identifier: MIT
//
// Any word: decode and encode are inverse, and the canonical word is canonical.
#include <vc7/isa/decode.hpp>
#include <vc7/isa/encode.hpp>

#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vc7::isa;
  for (const std::uint64_t word : words_of(data, size)) {
    const Decoded decoded = decode(word);
    REQUIRE(bool{decoded} == (decoded.error == DecodeError::none));
    REQUIRE(!message(decoded.error).empty());
    const auto canonical_form = canonical_word(word);
    REQUIRE(bool{decoded} == canonical_form.has_value());
    if (!decoded) continue;
    const Encoded encoded = encode(*decoded.instruction);
    REQUIRE(encoded && encoded.word == word);
    REQUIRE(canonical_word(*canonical_form) == canonical_form);
    REQUIRE(canonical(*decode(*canonical_form).instruction) == canonical(*decoded.instruction));
  }
  return 0;
}
