// SPDX-License-Identifier: MIT
#include <vc7/asm/modifiers.hpp>

#include <vector>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>

namespace {

using namespace vc7::qpu;
using namespace vc7::isa;
using vc7::Assembler;
using vc7::qpu::detail::FlagClass;

FlagClass class_of(const FlagUse& use) {
  if (use.condition != Condition::always) return FlagClass::condition;
  if (is_push(use.op)) return FlagClass::push;
  return is_update(use.op) ? FlagClass::update : FlagClass::none;
}

// A chain's type holds the class of the add half's flags only. That is enough for all 400 pairs.
TEST(Modifiers, ClassesOfFlagsDecideWhatCanBeCombined) {
  std::vector<FlagUse> uses;
  for (unsigned c = 0; c < condition_names.size(); ++c)
    uses.push_back({.condition = static_cast<Condition>(c)});
  for (unsigned f = 1; f < flag_op_names.size(); ++f)
    uses.push_back({.op = static_cast<FlagOp>(f)});
  ASSERT_EQ(uses.size(), 20u);
  for (const FlagUse& add : uses)
    for (const FlagUse& mul : uses)
      EXPECT_EQ(encode_flags({add, mul}).has_value(),
                encode_flags({sample(class_of(add)), sample(class_of(mul))}).has_value());
}

std::uint64_t word_of(void (*kernel)(Assembler&)) { return vc7::assemble(kernel).words().at(0); }

TEST(Modifiers, OrderDoesNotMatter) {
  EXPECT_EQ(word_of([](Assembler& a) { a.add(rf1, rf2, rf3, ifa, thrsw, ldunif); }),
            word_of([](Assembler& a) { a.add(rf1, rf2, rf3, ldunif, ifa, thrsw); }));
  EXPECT_EQ(word_of([](Assembler& a) { a.nop(thrsw, ldtmu(rf9), ldunif); }), 0x38e27186bb03f000u);
  EXPECT_EQ(word_of([](Assembler& a) { a.nop(ldunif, ldtmu(rf9), thrsw); }), 0x38e27186bb03f000u);
}

TEST(Modifiers, SignalsOfBothHalvesAreUnited) {
  EXPECT_EQ(word_of([](Assembler& a) { a.nop(thrsw).nop(ldtmu(rf9), ldunif); }),
            0x38e27186bb03f000u);
  EXPECT_EQ(word_of([](Assembler& a) { a.nop(ldtmu(rf9)).nop(thrsw, ldunif); }),
            0x38e27186bb03f000u);
  EXPECT_EQ(word_of([](Assembler& a) { a.mov(tmua, rf1).nop(thrsw); }), 0x3820318cf903f043u);
}

TEST(Modifiers, EveryFlagOperationOfBothHalves) {
  const auto cond = [](void (*kernel)(Assembler&)) { return word_of(kernel) >> 46 & 0x7f; };
#define CHECK(name, value)                                                             \
  EXPECT_EQ(cond([](Assembler& a) { a.mov(rf1, rf2, name); }), value);                 \
  EXPECT_EQ(cond([](Assembler& a) { a.nop().mov(rf1, rf2, name); }), 0x10u | (value)); \
  EXPECT_EQ(cond([](Assembler& a) { a.mov(rf1, rf2, name).mov(rf3, rf4, ifb); }),      \
            (value) < 4u ? 0x34u | (value) : 0x50u | (value))
  CHECK(pushz, 1u);
  CHECK(pushn, 2u);
  CHECK(pushc, 3u);
  CHECK(andz, 4u);
  CHECK(andnz, 5u);
  CHECK(nornz, 6u);
  CHECK(norz, 7u);
  CHECK(andn, 8u);
  CHECK(andnn, 9u);
  CHECK(nornn, 10u);
  CHECK(norn, 11u);
  CHECK(andc, 12u);
  CHECK(andnc, 13u);
  CHECK(nornc, 14u);
  CHECK(norc, 15u);
#undef CHECK
#define CHECK(name, value)                                                            \
  EXPECT_EQ(cond([](Assembler& a) { a.mov(rf1, rf2, name); }), 0x20u | (value) << 2); \
  EXPECT_EQ(cond([](Assembler& a) { a.nop().mov(rf1, rf2, name); }), 0x30u | (value) << 2)
  CHECK(ifa, 0u);
  CHECK(ifb, 1u);
  CHECK(ifna, 2u);
  CHECK(ifnb, 3u);
#undef CHECK
}

}  // namespace
