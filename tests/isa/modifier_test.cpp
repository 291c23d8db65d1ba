// SPDX-License-Identifier: MIT
//
// Modifier codes (v3d71 §2.1).
#include <vc7/isa/modifier.hpp>

#include <string>

#include <gtest/gtest.h>

namespace vc7::isa::testing {
namespace {

/// The names of codes 0..7 of a kind, "?" where there is none.
std::string codes(SourceKind kind) {
  std::string text;
  for (unsigned code = 0; code < 8; ++code) {
    const auto unpack = unpack_from_code(kind, code);
    text += unpack ? std::string{unpack_names[static_cast<std::size_t>(*unpack)]} : "?";
    text += ' ';
  }
  return text;
}

TEST(IsaModifier, CodesOfEveryKind) {
  EXPECT_EQ(codes(SourceKind::raw), "none ? ? ? ? ? ? ? ");
  EXPECT_EQ(codes(SourceKind::absent), "none ? ? ? ? ? ? ? ");
  EXPECT_EQ(codes(SourceKind::f32), "abs none l h ? ? ? ? ");
  EXPECT_EQ(codes(SourceKind::f32_no_abs), "? none l h ? ? ? ? ");
  EXPECT_EQ(codes(SourceKind::f32_abs_undocumented), "abs none l h ? ? ? ? ");
  EXPECT_EQ(codes(SourceKind::f32_wide), "abs none l h sat nsat max0 ? ");
  EXPECT_EQ(codes(SourceKind::f16), "none ff ll hh swp ? ? ? ");
  EXPECT_EQ(codes(SourceKind::i32), "none ul uh il ih ? ? ? ");
}

TEST(IsaModifier, CodeAndNameAreInverse) {
  for (int k = 0; k <= static_cast<int>(SourceKind::i32); ++k) {
    const auto kind = static_cast<SourceKind>(k);
    unsigned by_code = 0, by_name = 0;
    for (unsigned code = 0; code < 64; ++code) {
      const auto unpack = unpack_from_code(kind, code);
      if (!unpack) continue;
      ++by_code;
      EXPECT_EQ(unpack_code(kind, *unpack), code);
    }
    for (std::size_t u = 0; u < unpack_names.size(); ++u)
      by_name += unpack_code(kind, static_cast<Unpack>(u)).has_value() ? 1 : 0;
    EXPECT_EQ(by_code, by_name) << k;
  }
}

TEST(IsaModifier, AbsOfTheConversionsIsNotAssembled) {
  EXPECT_FALSE(may_assemble(SourceKind::f32_abs_undocumented, Unpack::abs));
  EXPECT_TRUE(may_assemble(SourceKind::f32_abs_undocumented, Unpack::h));
  EXPECT_TRUE(may_assemble(SourceKind::f32, Unpack::abs));
  EXPECT_FALSE(may_assemble(SourceKind::f32, Unpack::sat));
  EXPECT_FALSE(may_assemble(SourceKind::raw, Unpack::l));
}

TEST(IsaModifier, PackNames) {
  EXPECT_EQ(pack_names[static_cast<std::size_t>(Pack::l)], "l");
  EXPECT_EQ(pack_names[static_cast<std::size_t>(Pack::h)], "h");
}

}  // namespace
}  // namespace vc7::isa::testing
