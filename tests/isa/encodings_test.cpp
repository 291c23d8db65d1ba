// SPDX-License-Identifier: MIT
//
// The worked encodings of v3d71 §16: words of two other assemblers.
#include <gtest/gtest.h>

#include <vc7/isa/print.hpp>

#include "testing.hpp"

namespace vc7::isa::testing {
namespace {

void check(std::uint64_t word, const std::string& text, std::uint64_t canonical) {
  const Decoded decoded = decode(word);
  ASSERT_TRUE(decoded) << message(decoded.error);
  EXPECT_EQ(collapsed(print(*decoded.instruction)), collapsed(text));
  EXPECT_EQ(encode(*decoded.instruction).word, word);
  EXPECT_EQ(canonical_word(word), canonical);
}

TEST(IsaEncodings, PyVideocore7AndMesaAgreeWithUs) {
  const auto rows = read_rows("encodings.tsv");
  ASSERT_EQ(rows.size(), 186u);
  unsigned differing = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row[0] + " " + row[1]);
    ASSERT_EQ(row.size(), 4u);
    const std::uint64_t word = hex(row[0]), canonical = hex(row[3].substr(19, 18));
    EXPECT_EQ(hex(row[3].substr(0, 18)), word);
    EXPECT_EQ(row[3].substr(38), canonical == word ? "EQ" : "NE");
    // py-videocore7 leaves bdu = 1 in branches that do not touch the uniform stream (v3d71 §1.3).
    if (canonical != word) {
      EXPECT_EQ(canonical, word ^ 0x8000);
      ++differing;
    }
    check(word, row[2], canonical);
  }
  EXPECT_EQ(differing, 11u);
}

TEST(IsaEncodings, FormatsThatPyVideocore7CannotProduce) {
  const auto rows = read_rows("encodings_newer.tsv");
  ASSERT_EQ(rows.size(), 35u);
  unsigned differing = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row[0] + " " + row[1]);
    ASSERT_EQ(row.size(), 3u);
    check(hex(row[0]), row[1], hex(row[2]));
    differing += row[0] == row[2] ? 0 : 1;
  }
  EXPECT_EQ(differing, 6u);
}

}  // namespace
}  // namespace vc7::isa::testing
