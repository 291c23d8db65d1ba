// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <vc7/isa/print.hpp>

#include "asm/expect_error.hpp"

namespace {

using namespace vc7::qpu;
using vc7::Assembler;
using vc7::test::error_of;

std::string text_of(void (*kernel)(Assembler&)) {
  return vc7::isa::print_word(vc7::assemble(kernel).words().back());
}
std::string message_of(void (*kernel)(Assembler&)) { return error_of(kernel).message; }

TEST(Branch, Targets) {
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, always); }), "b  16");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(-16, a0); }), "b.a0  -16");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(0, na0); }), "b.na0  0");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(0xfffffff0u, alla); }), "b.alla  -16");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(0x1230, anyna, absolute); }),
            "b.anyna  zero_addr+0x00001230");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(0xfffffff8, anya, absolute); }),
            "b.anya  zero_addr+0xfffffff8");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(rf5, allna); }), "b.allna  rf5");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(link, always); }), "b  lri");
}

TEST(Branch, Options) {
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, always).unif_addr(); }), "bu  16, r:unif");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, always).unif_addr(absolute); }), "bu  16, a:unif");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, always).unif_addr(rf7); }), "bu  16, rf7");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, always).unif_addr(link); }), "bu  16, lri");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(rf7, always).unif_addr(rf7); }), "bu  rf7, rf7");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, anya).p(); }), "b.anyap  16");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, allna).q().unif_addr(); }), "bu.allnaq  16, r:unif");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, a0).set_link(); }), "bl.a0  16");
  EXPECT_EQ(text_of([](Assembler& a) { a.b(16, a0).set_link().p().unif_addr(); }),
            text_of([](Assembler& a) { a.b(16, a0).unif_addr().set_link().p(); }));
}

TEST(Branch, UnusedUniformFieldAsPyVideocore7WritesIt) {
  const auto words = vc7::assemble({.base_address = 0, .py_unused_bdu = true}, [](Assembler& a) {
                       a.b(16, always);
                       a.b(16, always).unif_addr(absolute);
                       a.b(16, always).set_link();
                       a.b(a.R("end"), always);
                       a.L("end");
                     }).words();
  EXPECT_EQ(words[0], 0x0200001000009000u);
  EXPECT_EQ(words[1], 0x0200001000005000u);
  EXPECT_EQ(words[2], 0x0200001000809000u);
  EXPECT_EQ(words[3], 0x02ffffe8ff009000u);
}

TEST(Branch, OffsetsWithoutEncoding) {
  EXPECT_EQ(message_of([](Assembler& a) { a.b(12, always); }),
            "branch offset 12 is not a multiple of 8 in -2147483648..4294967288");
  EXPECT_EQ(message_of([](Assembler& a) { a.b(0x100000000, always); }),
            "branch offset 4294967296 is not a multiple of 8 in -2147483648..4294967288");
  EXPECT_EQ(message_of([](Assembler& a) { a.b(-8, always, absolute); }),
            "branch address -8 is not a multiple of 8 in 0..4294967288");
}

TEST(Branch, OptionsThatExcludeEachOther) {
  EXPECT_EQ(
      message_of([](Assembler& a) { a.b(rf5, always).unif_addr(rf6); }),
      "branch to rf5 with the uniform address in rf6: both are read from one field and must be the same register");
  EXPECT_EQ(message_of([](Assembler& a) { a.b(16, always).unif_addr().unif_addr(rf6); }),
            "branch option unif_addr is given twice, at most 1 is allowed");
  EXPECT_EQ(message_of([](Assembler& a) { a.b(16, always).p().q(); }),
            "branch option p or q is given twice, at most 1 is allowed");
  EXPECT_EQ(message_of([](Assembler& a) { a.b(16, always).set_link().set_link(); }),
            "branch option set_link is given twice, at most 1 is allowed");
}

const char* const stale =
    "this call belongs to an instruction that is complete: another instruction or label came "
    "after it, or it has its mul operation already";

TEST(Branch, OptionsAfterAnotherInstruction) {
  EXPECT_EQ(message_of([](Assembler& a) {
              auto branch = a.b(16, always);
              a.nop();
              branch.unif_addr();
            }),
            stale);
  EXPECT_EQ(message_of([](Assembler& a) {
              auto first = a.b(16, always);
              a.b(32, always);
              first.unif_addr();
            }),
            stale);
}

TEST(Chain, MulHalfAfterAnotherInstruction) {
  EXPECT_EQ(message_of([](Assembler& a) {
              auto chain = a.add(rf1, rf2, rf3);
              a.nop();
              chain.mov(rf4, rf5);
            }),
            stale);
  EXPECT_EQ(message_of([](Assembler& a) {
              auto chain = a.add(rf1, rf2, rf3);
              a.L("between");
              chain.mov(rf4, rf5);
            }),
            stale);
  EXPECT_EQ(message_of([](Assembler& a) {
              auto chain = a.add(rf1, rf2, rf3);
              chain.mov(rf4, rf5);
              chain.mov(rf6, rf7);
            }),
            stale);
  EXPECT_EQ(message_of([](Assembler& a) {
              auto chain = a.add(rf1, rf2, rf3);
              chain.mov(rf4, rf5);
            }),
            "");
}

}  // namespace
