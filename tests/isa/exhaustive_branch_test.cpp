// SPDX-License-Identifier: MIT
//
// Every kind of branch goes word -> instruction -> word (v3d71 §1.3).
#include <gtest/gtest.h>

#include "testing.hpp"

namespace vc7::isa::testing {
namespace {

constexpr std::uint32_t offsets[] = {0,          8,          0x00fffff8, 0x01000000,
                                     0x7ffffff8, 0x80000000, 0xdeadbee8, 0xfffffff8};

struct Fields {
  unsigned cond, msf, bdi, bdu, ub, link, reg;
  std::uint32_t offset;
};

std::uint64_t pack(const Fields& f) {
  return std::uint64_t{2} << 56 | std::uint64_t{f.offset >> 3 & 0x1fffff} << 35 |
         std::uint64_t{f.cond} << 32 | std::uint64_t{f.offset >> 24} << 24 | f.link << 23 |
         f.msf << 21 | f.bdu << 15 | f.ub << 14 | f.bdi << 12 | f.reg << 6;
}

void check_fields(const BranchInstruction& b, const Fields& f) {
  ASSERT_EQ(static_cast<unsigned>(b.condition), f.cond);
  ASSERT_EQ(static_cast<unsigned>(b.msf), f.msf);
  ASSERT_EQ(static_cast<unsigned>(b.target), f.bdi);
  ASSERT_EQ(static_cast<unsigned>(b.uniforms), f.ub == 1 ? f.bdu : 4u);
  ASSERT_EQ(b.set_link, f.link == 1);
  ASSERT_EQ(b.reg, f.bdi == 3 || (f.ub == 1 && f.bdu == 3) ? f.reg : 0);
  ASSERT_EQ(b.offset, f.bdi < 2 ? f.offset : 0);
}

unsigned check_kinds(unsigned reg, std::uint32_t offset) {
  unsigned decodable = 0;
  for (unsigned cond = 0; cond < 8; ++cond)
    for (unsigned msf = 0; msf < 4; ++msf)
      for (unsigned bdi = 0; bdi < 4; ++bdi)
        for (unsigned bdu = 0; bdu < 8; ++bdu)
          for (const unsigned ub : {0u, 1u})
            for (const unsigned link : {0u, 1u}) {
              const Fields f{cond, msf, bdi, bdu, ub, link, reg, offset};
              const Decoded decoded = decode(pack(f));
              const bool valid = cond != 1 && msf != 3 && (ub == 0 || bdu < 4);
              EXPECT_EQ(bool{decoded}, valid);
              if (!decoded) continue;
              ++decodable;
              EXPECT_TRUE(survives(pack(f)));
              check_fields(std::get<BranchInstruction>(*decoded.instruction), f);
            }
  return decodable;
}

TEST(IsaExhaustive, BranchKinds) {
  // 7 conditions, 3 msfign, 4 targets, bdu 0-7 without ub and 0-3 with it, 2 link bits.
  for (unsigned reg = 0; reg < 64; ++reg)
    for (const std::uint32_t offset : offsets)
      ASSERT_EQ(check_kinds(reg, offset), 7u * 3 * 4 * (8 + 4) * 2);
}

TEST(IsaExhaustive, BranchOffsetsBitByBit) {
  for (unsigned bit = 3; bit < 32; ++bit) {
    BranchInstruction b;
    b.offset = std::uint32_t{1} << bit;
    const std::uint64_t word = encode(b).word;
    EXPECT_EQ(branch(word).offset, b.offset);
    EXPECT_EQ(word, pack({0, 0, 1, 0, 0, 0, 0, b.offset}));
  }
}

}  // namespace
}  // namespace vc7::isa::testing
