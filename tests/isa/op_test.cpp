// SPDX-License-Identifier: MIT
//
// The operation table as data: every operation of the second list has one row, with its operands
// (v3d71 §2, §9).
#include <vc7/isa/op.hpp>

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "cells.hpp"

namespace vc7::isa::testing {
namespace {

struct Shape {
  unsigned sources;
  bool destination;
};

std::map<std::string, Shape> shapes(const std::vector<CellRow>& rows) {
  std::map<std::string, Shape> result;
  for (const CellRow& row : rows) {
    const std::string name = row.mnemonic;
    const auto slash = name.find('/');
    result[name.substr(0, slash)] = {row.sources, row.destination};
    if (slash != std::string::npos) result[name.substr(slash + 1)] = {row.sources, row.destination};
  }
  return result;
}

template <class Op>
void compare(std::size_t count, const std::vector<CellRow>& rows) {
  auto expected = shapes(rows);
  EXPECT_EQ(count, expected.size());
  for (std::size_t k = 0; k < count; ++k) {
    const OpInfo& op = info(static_cast<Op>(k));
    const auto found = expected.find(std::string{op.mnemonic});
    ASSERT_NE(found, expected.end()) << op.mnemonic << " is not in v3d71 §2, or twice in ops.def";
    EXPECT_EQ(op.sources, found->second.sources) << op.mnemonic;
    EXPECT_EQ(op.has_destination(), found->second.destination) << op.mnemonic;
    EXPECT_EQ(op.kinds[0] == SourceKind::absent, op.sources < 1) << op.mnemonic;
    EXPECT_EQ(op.kinds[1] == SourceKind::absent, op.sources < 2) << op.mnemonic;
    expected.erase(found);
  }
  for (const auto& [name, shape] : expected) ADD_FAILURE() << name << " has no row in ops.def";
}

TEST(IsaOp, AddOperationsOfTheReference) { compare<AddOp>(add_op_count, add_cells()); }
TEST(IsaOp, MulOperationsOfTheReference) { compare<MulOp>(mul_op_count, mul_cells()); }

/// Mnemonics of both ALUs for which `test` holds.
template <class Test>
std::set<std::string> all_with(Test test) {
  std::set<std::string> names;
  for (std::size_t k = 0; k < add_op_count; ++k)
    if (const OpInfo& op = info(static_cast<AddOp>(k)); test(op))
      names.insert(std::string{op.mnemonic});
  for (std::size_t k = 0; k < mul_op_count; ++k)
    if (const OpInfo& op = info(static_cast<MulOp>(k)); test(op))
      names.insert(std::string{op.mnemonic});
  return names;
}
using Names = std::set<std::string>;

TEST(IsaOp, SfuOperationsAreThoseOfR9) {
  EXPECT_EQ(all_with([](const OpInfo& op) { return op.is_sfu(); }),
            (Names{"recip", "rsqrt", "exp", "log", "sin", "rsqrt2", "ballot", "bcastf", "alleq",
                   "allfeq", "rotq", "rot", "shuffle"}));
}

TEST(IsaOp, FlagRules) {  // v3d71 §4.2
  const auto rule = [](FlagRule r) {
    return all_with([r](const OpInfo& op) { return op.flags == r; });
  };
  EXPECT_EQ(rule(FlagRule::add), Names{"add"});
  EXPECT_EQ(rule(FlagRule::sub), Names{"sub"});
  EXPECT_EQ(rule(FlagRule::greater_s), (Names{"min", "max"}));
  EXPECT_EQ(rule(FlagRule::greater_u), (Names{"umin", "umax"}));
  EXPECT_EQ(rule(FlagRule::fcmp), Names{"fcmp"});
  // Results that are floats: the float arithmetic and rounding, the SFU functions, conversions to
  // float.
  EXPECT_EQ(rule(FlagRule::fp),
            (Names{"fadd",   "faddnf", "fsub",  "fmin", "fmax",   "fmul", "fmov", "fround",
                   "ftrunc", "ffloor", "fceil", "fdx",  "fdy",    "itof", "utof", "recip",
                   "rsqrt",  "exp",    "log",   "sin",  "rsqrt2", "fxcd", "fycd"}));
}

TEST(IsaOp, PackedResults) {  // v3d71 §2.2, §2.4, column pack
  EXPECT_EQ(all_with([](const OpInfo& op) { return op.packing == Packing::packed; }),
            (Names{"fadd", "faddnf", "fsub", "fmin", "fmax", "fround", "ftrunc", "ffloor", "fceil",
                   "fdx", "fdy", "itof", "utof", "fmov", "fmul"}));
  EXPECT_EQ(all_with([](const OpInfo& op) { return op.packing == Packing::packed_decode_only; }),
            (Names{"fxcd", "fycd"}));
}

TEST(IsaOp, Effects) {
  const auto effect = [](Effect e) {
    return all_with([e](const OpInfo& op) { return op.effect == e; });
  };
  EXPECT_EQ(effect(Effect::sfu), (Names{"recip", "rsqrt", "exp", "log", "sin", "rsqrt2"}));
  EXPECT_EQ(effect(Effect::cross_lane), (Names{"fdx", "fdy"}));
  EXPECT_EQ(effect(Effect::reads_flags),
            (Names{"vfla", "vflna", "vflb", "vflnb", "flapush", "flbpush"}));
  EXPECT_EQ(effect(Effect::cross_flags), (Names{"flafirst", "flnafirst"}));
  EXPECT_EQ(effect(Effect::writes_flags), Names{"flpop"});
  EXPECT_EQ(effect(Effect::reads_msf), Names{"msf"});
  EXPECT_EQ(effect(Effect::writes_msf), Names{"setmsf"});
  EXPECT_EQ(effect(Effect::rtop), (Names{"umul24", "multop"}));
  EXPECT_EQ(effect(Effect::nnmode),
            (Names{"v8dot", "setnnmode_uu", "setnnmode_su", "setnnmode_us", "setnnmode_ss"}));
  EXPECT_EQ(effect(Effect::graphics),
            (Names{"setrevf", "revf", "xcd", "ycd", "iid", "sampid", "fxcd", "fycd"}));
}

TEST(IsaOp, OnlyFourOperationsGoByOrder) {
  EXPECT_EQ(all_with([](const OpInfo& op) { return op.order == Order::ascending; }),
            (Names{"fadd", "fmin"}));
  EXPECT_EQ(all_with([](const OpInfo& op) { return op.order == Order::descending; }),
            (Names{"faddnf", "fmax"}));
}

TEST(IsaOp, EveryRowHasAMeaning) {
  EXPECT_EQ(all_with([](const OpInfo& op) { return op.meaning.empty(); }), Names{});
}

}  // namespace
}  // namespace vc7::isa::testing
