// SPDX-License-Identifier: MIT
//
// Any words: the verifier takes them, and what it accepts does not fault in the device model. The
// first byte is the options.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "support/agree.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 9 || size > 1 + 8 * 256) return 0;
  std::vector<std::uint64_t> words((size - 1) / 8);
  std::memcpy(words.data(), data + 1, words.size() * 8);
  const auto result = vc7::test::agree(words, (data[0] & 1) != 0, (data[0] & 2) != 0);
  if (!result.wrong) return 0;
  std::fprintf(stderr, "%s\n", result.wrong->c_str());
  std::abort();
}
