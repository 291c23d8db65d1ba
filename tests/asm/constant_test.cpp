// SPDX-License-Identifier: MIT
//
// Assembly at compile time.
#include <gtest/gtest.h>

#include <vc7/asm.hpp>

namespace {

using namespace vc7::qpu;
using vc7::Assembler;

constexpr void spelled_out_end(Assembler& a) {
  a.nop(thrsw);
  a.nop(thrsw);
  a.nop();
  a.nop();
  a.nop(thrsw);
  a.nop();
  a.nop();
}
constexpr void end(Assembler& a) { a.end_program(); }
static_assert(vc7::assemble_constant<end>() == vc7::assemble_constant<spelled_out_end>());

constexpr void copy(Assembler& a) {
  a.nop(ldunifrf(rf1));
  a.nop(ldunifrf(rf2));
  a.mov(tmua, rf1, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf3));
  a.mov(tmud, rf3);
  a.mov(tmua, rf2);
  a.tmuwt();
  a.end_program();
}
constexpr auto copy_words = vc7::assemble_constant<copy>();
static_assert(copy_words.size() == 16);
static_assert(copy_words[2] == 0x3820318cf903f043);
static_assert(copy_words[7] == 0x3800318cf903f083);
static_assert(copy_words[8] == 0x38003186bb03f00f);

// A block of 16 rank-1 updates: computed registers, dual issue, labels, namespaces, immediates.
constexpr void tile(Assembler& a, int rows) {
  auto ns = a.name_space("tile");
  a.b(a.R("end"), a0);
  for (int i = 0; i < 3; ++i) a.nop();
  a.loop([&](auto& l) {
    a.sub(rf8, rf8, 1, pushz);
    for (int k = 0; k < 4; ++k) {
      for (int i = 0; i < rows; ++i) {
        a.rotate(rf[1 + k], rf[1 + k], imm(1)).mov(rep, rf[1 + k]);
        a.fadd(rf[16 + i], rf[16 + i], rf7).fmul(rf7, rf0, rf[9 + k]);
      }
    }
    l.b(na0).unif_addr();
    a.nop(ldtmu(rf1));
    a.fmul(rf6, rf6.unpack(abs), 0.5);
    a.nop();
  });
  a.L("end");
}
constexpr auto tile_words = vc7::assemble_constant<[](Assembler& a) { tile(a, 16); }>();
static_assert(tile_words.size() == 4 + 1 + 128 + 4);
static_assert(tile_words[0] == 0x0200042a00001000);
static_assert(tile_words[5] == 0x39e02dc1fd043041);

TEST(Constant, SameWordsAsAtRunTime) {
  const auto program = vc7::assemble(tile, 16);
  ASSERT_EQ(program.size(), tile_words.size());
  for (std::size_t i = 0; i < tile_words.size(); ++i)
    EXPECT_EQ(program.words()[i], tile_words[i]) << i;
}

TEST(Constant, Options) {
  constexpr auto branch = [](Assembler& a) { a.b(a.L("here"), always, absolute); };
  constexpr auto words =
      vc7::assemble_constant<branch,
                             vc7::AssembleOptions{.base_address = 0x8000, .py_unused_bdu = true}>();
  static_assert(words.size() == 1 &&
                words[0] == (0x0200000000008000 | std::uint64_t{0x8000 >> 3} << 35));
  EXPECT_EQ(vc7::assemble({.base_address = 0x8000, .py_unused_bdu = true}, branch).words()[0],
            words[0]);
}

}  // namespace
