// SPDX-License-Identifier: MIT
#include <vc7/asm/program.hpp>

#include <string_view>

#include <gtest/gtest.h>

#include "asm/expect_error.hpp"

namespace {

using namespace vc7::qpu;
using vc7::Assembler;
using vc7::test::error_of;

TEST(Program, EveryWordKnowsItsLine) {
  std::uint32_t line = 0;
  const auto program = vc7::assemble([&](Assembler& a) {
    line = __LINE__;
    a.nop();                 // line + 1
    a.nop(thrsw, ldunif);    // 2
    a.add(rf1, rf2, 5)       // 3
        .mov(rf3, rf4);      //
    a.fmul(rf1, rf2, rf3);   // 5
    a.b(a.R("end"), always)  // 6
        .unif_addr();        //
    a.raw(0);                // 8
    a.L("end");              //
    a.align(8);              // 10, two words
    auto l = a.loop();       //
    l.b(na0);                // 12
    a.tmuwt();               // 13
    a.stvpmv(rf1, rf2);      // 14
    a.end_program();         // 15, seven words
  });
  const std::uint32_t expected[] = {1,  2,  3,  5,  6,  8,  10, 10, 12,
                                    13, 14, 15, 15, 15, 15, 15, 15, 15};
  ASSERT_EQ(program.origins().size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(program.origins()[i].line, line + expected[i]) << i;
    EXPECT_EQ(std::string_view{program.origins()[i].file}, __FILE__);
  }
}

TEST(Program, ErrorsKnowTheCall) {
  std::uint32_t line = 0;
  const auto error = error_of([&](Assembler& a) {
    line = __LINE__;
    a.nop();
    a.rot(rf1, rf1, 1).mov(tmud, rf1);  // line + 2
  });
  EXPECT_EQ(error.line, line + 2);
}

TEST(Program, RawWordsAndAlignment) {
  const auto program = vc7::assemble([](Assembler& a) {
    EXPECT_EQ(a.position(), 0u);
    a.align(4);
    EXPECT_EQ(a.position(), 0u);
    a.raw(0x123456789abcdef0);
    EXPECT_EQ(a.position(), 1u);
    a.align(4);
    EXPECT_EQ(a.position(), 4u);
    a.align(1);
    EXPECT_EQ(a.position(), 4u);
  });
  EXPECT_EQ(program.words(), (std::vector<std::uint64_t>{0x123456789abcdef0, vc7::isa::nop_word,
                                                         vc7::isa::nop_word, vc7::isa::nop_word}));
  EXPECT_EQ(program.size_bytes(), 32u);
  EXPECT_EQ(error_of([](Assembler& a) { a.align(0); }).message,
            "alignment 0 is not 1 or more instructions");
}

TEST(Program, Dump) {
  const auto program = vc7::assemble([](Assembler& a) {
    a.raw(1);
    a.nop();
  });
  EXPECT_EQ(program.dump(), "0x0000000000000001\n0x38003186bb03f000\n");
}

TEST(Program, Listing) {
  vc7::Program program{{.words = {vc7::isa::nop_word, 0x3820318cf903f043},
                        .origins = {{"a.qasm", 3}, {"a.qasm", 4}},
                        .labels = {{"start", 0}, {"x.end", 2}},
                        .absolute_branches = {},
                        .base_address = 0,
                        .file_names = nullptr}};
  EXPECT_EQ(
      program.listing(),
      "start:\n"
      "    0  0x38003186bb03f000  nop                           ; nop"
      "                                    # a.qasm:3\n"
      "    1  0x3820318cf903f043  mov tmua, rf1                 ; nop                         ; thrsw"
      "    # a.qasm:4\n"
      "x.end:\n");
}

TEST(Program, FinishLeavesAnEmptyAssembler) {
  Assembler a;
  a.L("x");
  a.nop();
  EXPECT_EQ(a.finish().size(), 1u);
  EXPECT_EQ(a.position(), 0u);
  a.L("x");
  a.mov(rf1, rf2);
  const auto program = a.finish();
  EXPECT_EQ(program.size(), 1u);
  EXPECT_EQ(program.find_label("x"), 0u);
}

TEST(Program, KernelsTakeArguments) {
  const auto kernel = [](Assembler& a, int count, vc7::qpu::Register r) {
    for (int i = 0; i < count; ++i) a.add(r, rf[i], imm(i));
  };
  EXPECT_EQ(vc7::assemble(kernel, 3, rf7).size(), 3u);
  EXPECT_EQ(error_of([&](Assembler& a) { kernel(a, 17, rf7); }).message.substr(0, 27),
            "16 is not a small immediate");
}

}  // namespace
