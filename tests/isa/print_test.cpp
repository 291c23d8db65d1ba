// SPDX-License-Identifier: MIT
//
// The text of instructions, to the column (v3d71 §1.3, §3).
#include <vc7/isa/print.hpp>

#include <gtest/gtest.h>

#include "testing.hpp"

namespace vc7::isa::testing {
namespace {

std::string blanks(std::size_t n) { return std::string(n, ' '); }

TEST(IsaPrint, MulHalfStartsInColumn30) {
  EXPECT_EQ(print_word(nop_word), "nop" + blanks(27) + "; nop");
  EXPECT_EQ(print_word(0x38000411f9190250),
            "fmov rf17, rf9.sat" + blanks(12) + "; fmov rf16, rf6.sat");
}

TEST(IsaPrint, SignalsStartInColumn60) {
  // 30 + 2 + 3 characters, padded to 60.
  EXPECT_EQ(print_word(0x38203186bb03f000), "nop" + blanks(27) + "; nop" + blanks(25) + "; thrsw");
  EXPECT_EQ(print_word(0x38e27186bb03f000),
            "nop" + blanks(27) + "; nop" + blanks(25) + "; thrsw; ldtmu.rf9; ldunif");
  EXPECT_EQ(print_word(0x3992f186bb03f000),
            "nop" + blanks(27) + "; nop" + blanks(25) + "; ldunifrf.tmud");
}

TEST(IsaPrint, NoBlankBeforeTheSemicolonOfALongHalf) {
  AluInstruction i;
  // 30 characters: fadd.andnz rf30.h, rf2.l, rf53 is 31, without the n 30.
  i.add = {AddOp::fadd, {30, false}, Pack::h, {Source{2, false, Unpack::l}, Source{53}}};
  i.flags.add.op = FlagOp::andz;
  i.mul.op = MulOp::mov;
  i.mul.dst = {1, false};
  EXPECT_EQ(print(i), "fadd.andz rf30.h, rf2.l, rf53 ; mov rf1, rf0");
  i.add.src[0].address = 20;
  EXPECT_EQ(print(i), "fadd.andz rf30.h, rf20.l, rf53; mov rf1, rf0");
  i.flags.add.op = FlagOp::andnz;
  EXPECT_EQ(print(i), "fadd.andnz rf30.h, rf20.l, rf53; mov rf1, rf0");
}

TEST(IsaPrint, NoBlankBeforeTheSignalsOfALongLine) {
  AluInstruction i;
  i.add = {AddOp::fadd,
           {30, false},
           Pack::h,
           {Source{20, false, Unpack::l}, Source{53, false, Unpack::h}}};
  i.mul = {MulOp::fmul,
           {10, false},
           Pack::h,
           {Source{20, false, Unpack::abs}, Source{53, false, Unpack::h}}};
  i.signals = {Signal::ldtmu, Signal::ldunif};
  i.signal_destination = {0, false};
  const std::string first = "fadd rf30.h, rf20.l, rf53.h" + blanks(3);
  EXPECT_EQ(print(i), first + "; fmul rf10.h, rf20.abs, rf53.h; ldtmu.rf0; ldunif");
  EXPECT_EQ(print(i).find("; ldtmu"), 61u);
  i.mul.dst.address = 1;  // one character less: 60 exactly
  EXPECT_EQ(print(i), first + "; fmul rf1.h, rf20.abs, rf53.h; ldtmu.rf0; ldunif");
  EXPECT_EQ(print(i).find("; ldtmu"), 60u);
  i.mul.src[0].address = 2;  // 59, padded
  EXPECT_EQ(print(i), first + "; fmul rf1.h, rf2.abs, rf53.h ; ldtmu.rf0; ldunif");
  EXPECT_EQ(print(i).find("; ldtmu"), 60u);
}

TEST(IsaPrint, SignalsInMesasOrder) {
  AluInstruction i;
  i.signals = {Signal::wrtmuc, Signal::ldvary, Signal::thrsw};
  i.signal_destination = {4, false};
  EXPECT_TRUE(print(i).ends_with("; thrsw; ldvary.rf4; wrtmuc"));
  i.signals = {Signal::ucb};
  EXPECT_TRUE(print(i).ends_with("  ; ucb"));
}

TEST(IsaPrint, ImmediatesAsOperandsNotAsSignals) {
  AluInstruction i;
  i.add = {AddOp::add, {1, false}, Pack::none, {Source{2}, Source{31, true}}};
  i.signals = {Signal::smimm_b};
  EXPECT_EQ(print(i), "add rf1, rf2, -1" + blanks(14) + "; nop");
  i.add.src[1].address = 15;
  EXPECT_EQ(collapsed(print(i)), "add rf1, rf2, 15;nop");
  i.add.src[1].address = 16;
  EXPECT_EQ(collapsed(print(i)), "add rf1, rf2, -16;nop");
  i.add.src[1].address = 32;
  EXPECT_EQ(collapsed(print(i)), "add rf1, rf2, 0x3b800000;nop");
  // Unpack codes on immediates occur in random words only; they are shown after the value (v3d71
  // §1.2).
  i.add = {AddOp::fmov, {1, false}, Pack::none, {Source{12, true, Unpack::l}}};
  i.signals = {Signal::smimm_a};
  EXPECT_EQ(collapsed(print(i)), "fmov rf1, 12.l;nop");
  i.add.src[0] = {35, true, Unpack::h};
  EXPECT_EQ(collapsed(print(i)), "fmov rf1, 0x3d000000.h;nop");
}

TEST(IsaPrint, NoDestinationForOperationsWithoutOne) {
  EXPECT_EQ(collapsed(print_word(0x2c000300bb042030)), "setnnmode_uu;v8dot rf12, rf1, rf2");
  // The fields of a nop hold an address, here rf9, that nothing is written to.
  EXPECT_EQ(collapsed(print_word(with_field(with_field(nop_word, 44, 44, 0), 37, 32, 9))),
            "nop;nop");
  EXPECT_EQ(collapsed(print_word(0x38002181be03f042)), "stvpmd rf1, rf2;nop");
}

TEST(IsaPrint, FlagsOnNop) {
  EXPECT_EQ(collapsed(print_word(with_field(nop_word, 52, 46, 0x20))), "nop.ifa;nop");
  EXPECT_EQ(collapsed(print_word(with_field(nop_word, 52, 46, 0x1f))), "nop;nop.norc");
}

// Mesa leaves them out; the canonical word keeps them, so the text has to.
TEST(IsaPrint, ImmediateSignalsWithoutTheirSource) {
  EXPECT_EQ(collapsed(print_word(with_field(nop_word, 57, 53, 15))), "nop;nop;smimm_b");
  EXPECT_EQ(collapsed(print_word(0x39e021833803f04f)), "add rf3, rf1, 15;nop");
}

TEST(IsaPrint, WriteAddresses) {
  EXPECT_EQ(print(WriteAddress{}), "-");
  EXPECT_EQ(print(WriteAddress{63, false}), "rf63");
  EXPECT_EQ(print(WriteAddress{44, true}), "tmuhscm");
  EXPECT_EQ(print(WriteAddress{0, true}), "r0");
  EXPECT_EQ(print(WriteAddress{24, true}), "rsqrt2");
  EXPECT_EQ(print(WriteAddress{47, true}), "magic47");
}

TEST(IsaPrint, BranchesHaveTwoBlanksBeforeTheTarget) {
  BranchInstruction b;
  b.offset = 0xfffffff0;
  EXPECT_EQ(print(b), "b  -16");
  b.condition = BranchCondition::anya;
  b.msf = MsfIgnore::p;
  EXPECT_EQ(print(b), "b.anyap  -16");
  b.uniforms = UniformTarget::relative;
  b.msf = MsfIgnore::q;
  EXPECT_EQ(print(b), "bu.anyaq  -16, r:unif");
  b.condition = BranchCondition::always;
  EXPECT_EQ(print(b), "buq  -16, r:unif");
  b.uniforms = UniformTarget::unchanged;
  b.msf = MsfIgnore::p;
  EXPECT_EQ(print(b), "bp  -16");
  b.msf = MsfIgnore::none;
  b.target = BranchTarget::absolute;
  b.offset = 0x7316fe10;
  b.uniforms = UniformTarget::reg;
  b.reg = 35;
  EXPECT_EQ(print(b), "bu  zero_addr+0x7316fe10, rf35");
  b.uniforms = UniformTarget::link;
  b.target = BranchTarget::link;
  EXPECT_EQ(print(b), "bu  lri, lri");
  b.uniforms = UniformTarget::absolute;
  b.target = BranchTarget::reg;
  EXPECT_EQ(print(b), "bu  rf35, a:unif");
}

TEST(IsaPrint, LinkBitIsAnL) {
  BranchInstruction b;
  b.set_link = true;
  EXPECT_EQ(print(b), "bl  0");
  b.condition = BranchCondition::na0;
  EXPECT_EQ(print(b), "bl.na0  0");
  b.uniforms = UniformTarget::absolute;
  EXPECT_EQ(print(b), "bul.na0  0, a:unif");
}

TEST(IsaPrint, WordsThatAreNoInstruction) {
  EXPECT_EQ(print_word(0), ".quad 0x0000000000000000 # op_mul is 0 and there is no branch marker");
  EXPECT_EQ(print_word(with_field(nop_word, 57, 53, 23)),
            ".quad 0x3ae03186bb03f000 # reserved signal index");
}

}  // namespace
}  // namespace vc7::isa::testing
