// SPDX-License-Identifier: MIT
//
// The condition field (v3d71 §4.1).
#include <vc7/isa/condition.hpp>

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testing.hpp"

namespace vc7::isa::testing {
namespace {

/// The suffix of an ALU half that has a condition or a flag operation, not both.
struct Suffix {
  std::string name;
  FlagUse use;
};

/// The 20 suffixes: nothing, 4 conditions, 3 pushes, 12 updates, with the spelling of v3d71 §4.1.
std::vector<Suffix> suffixes() {
  std::vector<Suffix> all{{"", {}}};
  const char* conditions[] = {"ifa", "ifb", "ifna", "ifnb"};
  for (int i = 0; i < 4; ++i)
    all.push_back({conditions[i], {static_cast<Condition>(i + 1), FlagOp::none}});
  const char* operations[] = {"pushz", "pushn", "pushc", "andz", "andnz", "nornz", "norz", "andn",
                              "andnn", "nornn", "norn",  "andc", "andnc", "nornc", "norc"};
  for (int i = 0; i < 15; ++i)
    all.push_back({operations[i], {Condition::always, static_cast<FlagOp>(i + 1)}});
  return all;
}

/// The table of v3d71 §4.1, row by row: field -> suffixes of both halves.
std::map<unsigned, std::pair<std::string, std::string>> table() {
  std::map<unsigned, std::pair<std::string, std::string>> t;
  const std::string c[] = {"ifa", "ifb", "ifna", "ifnb"};
  const std::string f[] = {"",     "pushz", "pushn", "pushc", "andz", "andnz", "nornz", "norz",
                           "andn", "andnn", "nornn", "norn",  "andc", "andnc", "nornc", "norc"};
  t[0x00] = {"", ""};
  for (unsigned k = 0x01; k <= 0x0f; ++k) t[k] = {f[k], ""};
  for (unsigned k = 0x11; k <= 0x1f; ++k) t[k] = {"", f[k & 15]};
  for (unsigned k = 0; k < 16; ++k) t[0x20 | k] = {c[k >> 2], f[k & 3]};
  for (unsigned k = 0; k < 16; ++k) t[0x30 | k] = {f[k & 3], c[k >> 2]};
  for (unsigned mc = 0; mc < 4; ++mc)
    for (unsigned ac = 0; ac < 4; ++ac) t[0x40 | mc << 4 | ac] = {c[ac], c[mc]};
  for (unsigned mc = 0; mc < 4; ++mc)
    for (unsigned auf = 4; auf < 16; ++auf) t[0x40 | mc << 4 | auf] = {f[auf], c[mc]};
  return t;
}

std::string suffix_of(const FlagUse& use) {
  for (const Suffix& s : suffixes())
    if (s.use == use) return s.name;
  return "?";
}

TEST(IsaCondition, NamesAreTheSuffixes) {
  for (const Suffix& s : suffixes()) {
    if (s.name.empty()) continue;
    const bool is_condition = s.use.condition != Condition::always;
    EXPECT_EQ(is_condition ? condition_names[static_cast<std::size_t>(s.use.condition)]
                           : flag_op_names[static_cast<std::size_t>(s.use.op)],
              s.name);
  }
}

TEST(IsaCondition, DecodesTheTable) {
  const auto expected = table();
  ASSERT_EQ(expected.size(), 127u);
  for (unsigned field = 0; field < 128; ++field) {
    const auto uses = decode_flags(field);
    ASSERT_EQ(uses.has_value(), expected.contains(field)) << field;
    if (!uses) continue;
    EXPECT_EQ(suffix_of(uses->add), expected.at(field).first) << field;
    EXPECT_EQ(suffix_of(uses->mul), expected.at(field).second) << field;
    EXPECT_EQ(encode_flags(*uses), field);
  }
  EXPECT_FALSE(decode_flags(0x10).has_value());
}

TEST(IsaCondition, The400PairsOfSuffixes) {
  std::map<std::pair<std::string, std::string>, unsigned> fields;
  for (const auto& [field, pair] : table()) fields[pair] = field;
  ASSERT_EQ(fields.size(), 127u) << "no two fields mean the same";
  unsigned pairs = 0, encodable = 0;
  for (const Suffix& add : suffixes())
    for (const Suffix& mul : suffixes()) {
      ++pairs;
      const auto field = encode_flags({add.use, mul.use});
      const auto expected = fields.find({add.name, mul.name});
      ASSERT_EQ(field.has_value(), expected != fields.end()) << add.name << " ; " << mul.name;
      if (!field) continue;
      ++encodable;
      EXPECT_EQ(*field, expected->second) << add.name << " ; " << mul.name;
    }
  EXPECT_EQ(pairs, 400u);
  EXPECT_EQ(encodable, 127u);
}

TEST(IsaCondition, ConditionAndFlagOperationOfOneHalfCannotMeet) {
  unsigned refused = 0;
  for (unsigned c = 1; c < 5; ++c)
    for (unsigned f = 1; f < 16; ++f) {
      const FlagUse both{static_cast<Condition>(c), static_cast<FlagOp>(f)};
      for (const Suffix& other : suffixes()) {
        EXPECT_FALSE(encode_flags({both, other.use}).has_value());
        EXPECT_FALSE(encode_flags({other.use, both}).has_value());
        ++refused;
      }
    }
  EXPECT_EQ(refused, 1200u);
}

TEST(IsaCondition, PushesAndUpdates) {
  for (unsigned f = 0; f < 16; ++f) {
    EXPECT_EQ(is_push(static_cast<FlagOp>(f)), f >= 1 && f <= 3);
    EXPECT_EQ(is_update(static_cast<FlagOp>(f)), f >= 4);
  }
}

TEST(IsaCondition, BranchConditionsHaveTheirCodes) {
  EXPECT_EQ(static_cast<int>(BranchCondition::a0), 2);
  EXPECT_EQ(static_cast<int>(BranchCondition::allna), 7);
  const char* names[] = {"always", "", "a0", "na0", "alla", "anyna", "anya", "allna"};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(branch_condition_names[i], names[i]);
}

}  // namespace
}  // namespace vc7::isa::testing
