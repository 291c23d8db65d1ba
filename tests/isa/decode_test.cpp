// SPDX-License-Identifier: MIT
//
// What the decoder refuses, and what it reads into the fields (v3d71 §1.2, §1.3).
#include <vc7/isa/decode.hpp>

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "testing.hpp"

namespace vc7::isa::testing {
namespace {

constexpr std::uint64_t branch_word = 0x0200001000001000;  // b 16

DecodeError error_of(std::uint64_t word) { return decode(word).error; }

TEST(IsaDecode, NoMulOperationAndNoBranch) {
  for (unsigned sig = 0; sig < 32; ++sig) {
    const std::uint64_t word = with_field(with_field(nop_word, 63, 58, 0), 57, 53, sig);
    if ((sig & 0x18) == 0x10) {
      EXPECT_NE(error_of(word), DecodeError::no_mul_and_no_branch) << sig;
    } else {
      EXPECT_EQ(error_of(word), DecodeError::no_mul_and_no_branch) << sig;
    }
  }
}

TEST(IsaDecode, ReservedSignals) {
  for (const unsigned sig : {23u, 28u, 29u})
    EXPECT_EQ(error_of(with_field(nop_word, 57, 53, sig)), DecodeError::signal) << sig;
}

TEST(IsaDecode, UndefinedOperations) {
  EXPECT_EQ(error_of(with_field(nop_word, 31, 24, 117)), DecodeError::add_opcode);
  EXPECT_EQ(error_of(with_field(nop_word, 31, 24, 255)), DecodeError::add_opcode);
  EXPECT_EQ(error_of(with_field(nop_word, 5, 0, 19)), DecodeError::add_opcode);
  EXPECT_EQ(error_of(with_field(nop_word, 63, 58, 12)), DecodeError::mul_opcode);
  EXPECT_EQ(error_of(with_field(nop_word, 17, 12, 62)), DecodeError::mul_opcode);
}

TEST(IsaDecode, VpmOperationsWithTheWrongMagicBit) {
  for (const unsigned sub : {0u, 1u, 2u}) {
    const std::uint64_t store = with_field(with_field(nop_word, 31, 24, 190), 37, 32, sub);
    EXPECT_EQ(error_of(store), DecodeError::add_opcode) << sub;  // the nop word has MA = 1
    EXPECT_EQ(error_of(with_field(store, 44, 44, 0)), DecodeError::none) << sub;
  }
  const std::uint64_t ldvpmp = with_field(with_field(nop_word, 31, 24, 188), 5, 0, 2);
  EXPECT_EQ(error_of(ldvpmp), DecodeError::add_opcode);
  EXPECT_EQ(error_of(with_field(ldvpmp, 44, 44, 0)), DecodeError::none);
}

TEST(IsaDecode, UnusedConditionCode) {
  EXPECT_EQ(error_of(with_field(nop_word, 52, 46, 0x10)), DecodeError::flags);
  // The same bits are the destination rf16 of a load.
  const std::uint64_t load = with_field(with_field(nop_word, 52, 46, 0x10), 57, 53, 4);
  ASSERT_EQ(error_of(load), DecodeError::none);
  EXPECT_EQ(alu(load).signal_destination, (WriteAddress{16, false}));
}

TEST(IsaDecode, ImmediateIndexOfASourceThatDoesNotExist) {
  // raddr_a and raddr_c hold nothing else, so an index above 47 is refused even for nop.
  EXPECT_EQ(error_of(with_field(with_field(nop_word, 57, 53, 14), 11, 6, 48)),
            DecodeError::immediate_index);
  EXPECT_EQ(error_of(with_field(with_field(nop_word, 57, 53, 14), 11, 6, 47)), DecodeError::none);
  EXPECT_EQ(error_of(with_field(with_field(nop_word, 57, 53, 30), 23, 18, 48)),
            DecodeError::immediate_index);
  // raddr_b and raddr_d are sub-opcodes of these operations: setnnmode_uu, and the mul nop with 63.
  EXPECT_EQ(error_of(with_field(with_field(nop_word, 57, 53, 15), 5, 0, 48)), DecodeError::none);
  EXPECT_EQ(error_of(with_field(nop_word, 57, 53, 31)), DecodeError::none);
  // With a second source they are indices.
  const std::uint64_t add = with_field(with_field(nop_word, 31, 24, 56), 57, 53, 15);
  EXPECT_EQ(error_of(with_field(add, 5, 0, 48)), DecodeError::immediate_index);
  const std::uint64_t mul = with_field(with_field(nop_word, 63, 58, 1), 57, 53, 31);
  EXPECT_EQ(error_of(with_field(mul, 17, 12, 48)), DecodeError::immediate_index);
  EXPECT_EQ(error_of(with_field(mul, 17, 12, 47)), DecodeError::none);
}

TEST(IsaDecode, BranchErrors) {
  EXPECT_EQ(error_of(with_field(branch_word, 34, 32, 1)), DecodeError::branch_condition);
  EXPECT_EQ(error_of(with_field(branch_word, 22, 21, 3)), DecodeError::branch_msf);
  const std::uint64_t bu = with_field(branch_word, 14, 14, 1);
  for (unsigned bdu = 0; bdu < 8; ++bdu) {
    EXPECT_EQ(error_of(with_field(bu, 17, 15, bdu)),
              bdu < 4 ? DecodeError::none : DecodeError::branch_uniforms);
    EXPECT_EQ(error_of(with_field(branch_word, 17, 15, bdu)), DecodeError::none);
  }
}

TEST(IsaDecode, EveryErrorHasItsOwnMessage) {
  std::set<std::string_view> texts;
  for (int e = 0; e <= static_cast<int>(DecodeError::branch_uniforms); ++e)
    texts.insert(message(static_cast<DecodeError>(e)));
  EXPECT_EQ(texts.size(), 10u);
  EXPECT_FALSE(texts.contains("unknown"));
  EXPECT_EQ(message(DecodeError::immediate_index), "small-immediate index above 47");
}

TEST(IsaDecode, IllegalButDecodable) {
  EXPECT_TRUE(
      survives(with_field(nop_word, 37, 32, 47)));  // a reserved write address: nop has none, but
  AluInstruction i;
  i.add = {AddOp::mov, {47, true}, Pack::none, {Source{1}}};
  i.mul = {MulOp::mov, {47, true}, Pack::none, {Source{1}}};
  EXPECT_TRUE(survives(encode(i).word));
  EXPECT_EQ(alu(encode(i).word), i);
  // smimm_b beside a unary operation: the field stays the sub-opcode.
  const std::uint64_t unary = with_field(with_field(nop_word, 31, 24, 186), 57, 53, 15);
  EXPECT_EQ(alu(unary).add.op, AddOp::bnot);
  EXPECT_FALSE(alu(unary).add.src[0].immediate);
}

TEST(IsaDecode, AluFields) {
  const auto i = alu(0x38000411f9190250);  // fmov rf17, rf9.sat ; fmov rf16, rf6.sat
  EXPECT_EQ(i.add,
            (AddHalf{AddOp::fmov, {17, false}, Pack::none, {Source{9, false, Unpack::sat}}}));
  EXPECT_EQ(i.mul,
            (MulHalf{MulOp::fmov, {16, false}, Pack::none, {Source{6, false, Unpack::sat}}}));
  EXPECT_TRUE(i.signals.empty());
  EXPECT_EQ(i.residue, 0u);
}

TEST(IsaDecode, OperandOrderSelectsTheOperation) {
  // add field 5 = fadd or faddnf without modifiers (v3d71 §2.3).
  const auto fadd = [](unsigned a, unsigned b) {
    return alu(with_field(with_field(with_field(nop_word, 31, 24, 5), 11, 6, a), 5, 0, b)).add.op;
  };
  EXPECT_EQ(fadd(1, 2), AddOp::fadd);
  EXPECT_EQ(fadd(2, 2), AddOp::fadd);
  EXPECT_EQ(fadd(2, 1), AddOp::faddnf);
  const auto fmin = [](unsigned codes, unsigned a, unsigned b) {
    return alu(with_field(with_field(with_field(nop_word, 31, 24, 128 + codes), 11, 6, a), 5, 0, b))
        .add.op;
  };
  EXPECT_EQ(fmin(5, 1, 2), AddOp::fmin);
  EXPECT_EQ(fmin(5, 2, 1), AddOp::fmax);
  EXPECT_EQ(fmin(1, 63, 0), AddOp::fmin);  // .abs (code 0) sorts before none (1)
  EXPECT_EQ(fmin(4, 0, 63), AddOp::fmax);
  // An immediate sorts last.
  EXPECT_EQ(
      alu(with_field(with_field(with_field(nop_word, 31, 24, 5), 57, 53, 14), 5, 0, 63)).add.op,
      AddOp::faddnf);
  EXPECT_EQ(
      alu(with_field(with_field(with_field(nop_word, 31, 24, 5), 57, 53, 15), 11, 6, 63)).add.op,
      AddOp::fadd);
}

TEST(IsaDecode, DontCareBitsAreKeptAndCanonicalised) {
  const struct {
    std::uint64_t word, canonical;
    const char* what;
  } rows[] = {
      {with_field(nop_word, 11, 6, 33), nop_word, "raddr_a of nop"},
      {with_field(nop_word, 23, 18, 33), nop_word, "raddr_c of mul nop"},
      {with_field(nop_word, 37, 32, 33), nop_word, "waddr_add of nop"},
      {with_field(nop_word, 44, 44, 0), nop_word, "MA of nop"},
      {with_field(nop_word, 43, 38, 33), nop_word, "waddr_mul of mul nop"},
      {with_field(nop_word, 45, 45, 0), nop_word, "MM of mul nop"},
      {with_field(branch_word, 20, 18, 7), branch_word, "branch bits 20:18"},
      {with_field(branch_word, 5, 0, 63), branch_word, "branch bits 5:0"},
      {with_field(branch_word, 11, 6, 63), branch_word, "raddr_a of a branch without register"},
      {with_field(branch_word, 17, 15, 7), branch_word, "bdu without ub"},
  };
  for (const auto& row : rows) {
    EXPECT_TRUE(survives(row.word)) << row.what;
    EXPECT_EQ(canonical_word(row.word), row.canonical) << row.what;
    EXPECT_NE(row.word, row.canonical) << row.what;
  }
  // Fields that mean something stay.
  const std::uint64_t tidx = with_field(nop_word, 5, 0, 1);
  EXPECT_EQ(canonical_word(with_field(tidx, 11, 6, 33)), tidx);
  EXPECT_EQ(canonical_word(with_field(tidx, 37, 32, 33)), with_field(tidx, 37, 32, 33));
  EXPECT_EQ(canonical_word(0), std::nullopt);
}

TEST(IsaDecode, OffsetOfATargetThatIsNotAnOffset) {
  // b lri with offset bits: they mean nothing, so they are residue.
  const std::uint64_t lri = with_field(branch_word, 13, 12, 2);
  EXPECT_EQ(branch(lri).offset, 0u);
  EXPECT_NE(branch(lri).residue, 0u);
  EXPECT_TRUE(survives(lri));
}

}  // namespace
}  // namespace vc7::isa::testing
