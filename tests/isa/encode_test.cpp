// SPDX-License-Identifier: MIT
//
// What the encoder refuses, one test per EncodeError, and the order of operands (v3d71 §1.2, §2.3,
// §5).
#include <vc7/isa/encode.hpp>

#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "testing.hpp"

namespace vc7::isa::testing {
namespace {

AluInstruction add_of(AddOp op, Source a = {1}, Source b = {2}) {
  AluInstruction i;
  i.add = {op, {3, false}, Pack::none, {a, b}};
  return i;
}
AluInstruction mul_of(MulOp op, Source c = {1}, Source d = {2}) {
  AluInstruction i;
  i.mul = {op, {3, false}, Pack::none, {c, d}};
  return i;
}

static_assert(encode(AluInstruction{}).word == nop_word, "usable in constant evaluation");

TEST(IsaEncode, Signals) {
  AluInstruction i;
  i.signals = {Signal::thrsw, Signal::ldunifa};
  EXPECT_EQ(encode(i).error, EncodeError::signals);
  i.signals = {Signal::ldtmu, Signal::ldunifrf};
  EXPECT_EQ(encode(i).error, EncodeError::signals);
  i.signals = {Signal::smimm_a, Signal::thrsw};
  EXPECT_EQ(encode(i).error, EncodeError::signals);
}

TEST(IsaEncode, Flags) {
  auto i = add_of(AddOp::add);
  i.flags.add = {Condition::ifa, FlagOp::pushz};
  EXPECT_EQ(encode(i).error, EncodeError::flags);
  i.flags.add = {Condition::ifa, FlagOp::none};
  i.flags.mul.op = FlagOp::andz;
  EXPECT_EQ(encode(i).error, EncodeError::flags);
  i.flags.mul.op = FlagOp::pushz;
  EXPECT_EQ(encode(i).error, EncodeError::none);
}

TEST(IsaEncode, FlagsWithLoad) {
  auto i = add_of(AddOp::add);
  i.signals = {Signal::ldtmu};
  i.signal_destination = {4, false};
  EXPECT_EQ(encode(i).error, EncodeError::none);
  i.flags.mul.condition = Condition::ifb;
  EXPECT_EQ(encode(i).error, EncodeError::flags_with_load);
  i.signals = {Signal::ldunif};  // no destination: the field is free
  EXPECT_EQ(encode(i).error, EncodeError::none);
}

TEST(IsaEncode, Unpack) {
  EXPECT_EQ(encode(add_of(AddOp::add, {1, false, Unpack::l})).error, EncodeError::unpack);
  EXPECT_EQ(encode(add_of(AddOp::fadd, {1, false, Unpack::sat})).error, EncodeError::unpack);
  EXPECT_EQ(encode(add_of(AddOp::vfmin, {1, false, Unpack::l})).error, EncodeError::unpack);
  EXPECT_EQ(encode(add_of(AddOp::vfmin, {1}, {2, false, Unpack::swp})).error, EncodeError::unpack);
  EXPECT_EQ(encode(add_of(AddOp::vfpack, {1, false, Unpack::abs})).error, EncodeError::unpack);
  EXPECT_EQ(encode(mul_of(MulOp::mov, {1, false, Unpack::l})).error, EncodeError::unpack);
  EXPECT_EQ(encode(mul_of(MulOp::fmul, {1}, {2, false, Unpack::max0})).error, EncodeError::unpack);
  EXPECT_EQ(encode(mul_of(MulOp::fmov, {1, false, Unpack::max0})).error, EncodeError::none);
}

TEST(IsaEncode, Pack) {
  for (const AddOp op : {AddOp::fcmp, AddOp::add, AddOp::mov, AddOp::ftoin}) {
    auto i = add_of(op);
    i.add.pack = Pack::h;
    EXPECT_EQ(encode(i).error, EncodeError::pack) << info(op).mnemonic;
  }
  auto i = mul_of(MulOp::fmul);
  i.mul.pack = Pack::l;
  EXPECT_EQ(encode(i).error, EncodeError::none);
  i.mul.op = MulOp::vfmul;
  EXPECT_EQ(encode(i).error, EncodeError::pack);
}

TEST(IsaEncode, ImmediateSignal) {
  EXPECT_EQ(encode(add_of(AddOp::add, {1, true})).error, EncodeError::immediate_signal);
  auto i = add_of(AddOp::add, {1}, {2, true});
  i.signals = {Signal::smimm_a};
  EXPECT_EQ(encode(i).error, EncodeError::immediate_signal);
  i.signals = {Signal::smimm_b};
  EXPECT_EQ(encode(i).error, EncodeError::none);
  i.add.src[1].immediate = false;
  EXPECT_EQ(encode(i).error, EncodeError::immediate_signal);
  i = mul_of(MulOp::add, {1}, {2, true});
  i.signals = {Signal::smimm_c};
  EXPECT_EQ(encode(i).error, EncodeError::immediate_signal);
  i.signals = {Signal::smimm_d};
  EXPECT_EQ(encode(i).error, EncodeError::none);
}

TEST(IsaEncode, ImmediateIndex) {
  auto i = add_of(AddOp::add, {48, true});
  i.signals = {Signal::smimm_a};
  EXPECT_EQ(encode(i).error, EncodeError::immediate_index);
  i.add.src[0].address = 47;
  EXPECT_EQ(encode(i).error, EncodeError::none);
}

TEST(IsaEncode, Address) {
  EXPECT_EQ(encode(add_of(AddOp::add, {64})).error, EncodeError::address);
  EXPECT_EQ(encode(add_of(AddOp::add, {1}, {255})).error, EncodeError::address);
  EXPECT_EQ(encode(mul_of(MulOp::add, {64})).error, EncodeError::address);
  auto i = add_of(AddOp::add);
  i.add.dst.address = 64;
  EXPECT_EQ(encode(i).error, EncodeError::address);
  i = add_of(AddOp::add);
  i.signals = {Signal::ldtmu};
  i.signal_destination = {64, true};
  EXPECT_EQ(encode(i).error, EncodeError::address);
  BranchInstruction b;
  b.target = BranchTarget::reg;
  b.reg = 64;
  EXPECT_EQ(encode(b).error, EncodeError::address);
  EXPECT_EQ(encode(add_of(AddOp::bnot, {1}, {255})).error, EncodeError::none)
      << "not has no second source";
}

TEST(IsaEncode, RegisterOnly) {
  for (const AddOp op :
       {AddOp::ldvpmv_in, AddOp::ldvpmv_out, AddOp::ldvpmp, AddOp::ldvpmg_in, AddOp::ldvpmg_out}) {
    auto i = add_of(op);
    EXPECT_EQ(encode(i).error, EncodeError::none) << info(op).mnemonic;
    i.add.dst = write_address(Magic::tmud);
    EXPECT_EQ(encode(i).error, EncodeError::register_only) << info(op).mnemonic;
  }
}

TEST(IsaEncode, OperandOrder) {
  EXPECT_EQ(encode(add_of(AddOp::fadd, {2}, {1})).error, EncodeError::operand_order);
  EXPECT_EQ(encode(add_of(AddOp::faddnf, {1}, {2})).error, EncodeError::operand_order);
  EXPECT_EQ(encode(add_of(AddOp::fmin, {2}, {1})).error, EncodeError::operand_order);
  EXPECT_EQ(encode(add_of(AddOp::fmax, {7}, {7})).error, EncodeError::operand_order);
  EXPECT_EQ(encode(add_of(AddOp::fmin, {7}, {7})).error, EncodeError::none);
  EXPECT_EQ(encode(add_of(AddOp::fsub, {2}, {1})).error, EncodeError::none)
      << "fsub has its own opcode";
}

TEST(IsaEncode, BranchOffset) {
  BranchInstruction b;
  for (std::uint32_t offset = 0; offset < 8; ++offset) {
    b.offset = 0xfffffff0 + offset;
    EXPECT_EQ(encode(b).error, offset == 0 ? EncodeError::none : EncodeError::branch_offset)
        << offset;
  }
}

TEST(IsaEncode, EveryErrorHasItsOwnMessage) {
  std::set<std::string_view> texts;
  for (int e = 0; e <= static_cast<int>(EncodeError::branch_offset); ++e)
    texts.insert(message(static_cast<EncodeError>(e)));
  EXPECT_EQ(texts.size(), 12u);
  EXPECT_FALSE(texts.contains("unknown"));
  EXPECT_EQ(message(EncodeError::pack), "the result of this operation cannot be packed");
}

// arrange_operands makes every pair of distinct operands encodable as either partner, and the word
// decodes to the wanted operation with the operands exchanged or not.
void check_arranged(AluInstruction wanted) {
  AluInstruction arranged = wanted;
  arrange_operands(arranged);
  const Encoded encoded = encode(arranged);
  ASSERT_EQ(encoded.error, EncodeError::none);
  const AddHalf got = alu(encoded.word).add;
  const bool same = wanted.add.src[0] == wanted.add.src[1];
  const AddOp partner = wanted.add.op == AddOp::faddnf ? AddOp::fadd : AddOp::fmin;
  EXPECT_EQ(got.op,
            same && info(wanted.add.op).order == Order::descending ? partner : wanted.add.op);
  const bool kept = got.src == wanted.add.src;
  const bool exchanged = got.src[0] == wanted.add.src[1] && got.src[1] == wanted.add.src[0];
  EXPECT_TRUE(kept || exchanged);
}

TEST(IsaEncode, ArrangeOperandsReachesBothPartners) {
  constexpr std::uint8_t registers[] = {0, 1, 62, 63};
  for (const AddOp op : {AddOp::fadd, AddOp::faddnf, AddOp::fmin, AddOp::fmax})
    for (const Unpack ua : {Unpack::abs, Unpack::none, Unpack::l, Unpack::h})
      for (const Unpack ub : {Unpack::abs, Unpack::none, Unpack::l, Unpack::h})
        for (const std::uint8_t a : registers)
          for (const std::uint8_t b : registers)
            check_arranged(add_of(op, {a, false, ua}, {b, false, ub}));
}

TEST(IsaEncode, ArrangeOperandsMovesTheImmediateAndItsSignal) {
  for (const AddOp op : {AddOp::fadd, AddOp::faddnf, AddOp::fmin, AddOp::fmax})
    for (const bool first : {false, true}) {
      auto i = add_of(op, {40, first}, {41, !first});
      i.signals = first ? Signals{Signal::smimm_a} : Signals{Signal::smimm_b};
      check_arranged(i);
      arrange_operands(i);
      // An immediate ends as operand b of fadd and fmin, as operand a of the partners (v3d71 §2.3).
      const bool ascending = info(op).order == Order::ascending;
      EXPECT_EQ(i.add.src[1].immediate, ascending);
      EXPECT_EQ(i.signals, ascending ? Signals{Signal::smimm_b} : Signals{Signal::smimm_a});
    }
}

TEST(IsaEncode, ArrangeOperandsLeavesOtherOperationsAlone) {
  auto i = add_of(AddOp::fsub, {2}, {1});
  const auto before = i;
  arrange_operands(i);
  EXPECT_EQ(i, before);
}

TEST(IsaEncode, UnusedFieldsDoNotReachTheWord) {
  AluInstruction i;
  i.add.src[0] = {33};
  i.add.dst = {9, false};
  i.mul.src[1] = {12};
  EXPECT_EQ(encode(i).word, nop_word);
  BranchInstruction b;
  b.target = BranchTarget::link;
  b.offset = 64;
  b.reg = 5;
  EXPECT_EQ(encode(b).word, 0x0200000000002000u);
}

}  // namespace
}  // namespace vc7::isa::testing
