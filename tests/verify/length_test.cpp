// SPDX-License-Identifier: MIT
//
// The longest run of a batch.
#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/verify/verify.hpp>

namespace vc7::verify {
namespace {

using namespace vc7::qpu;

Length length(void (*kernel)(Assembler&), std::optional<std::uint64_t> trips = {}) {
  const Program program = assemble(kernel);
  return verify(program.words(), {.trip_count = trips}).length;
}

// end_program() is 7 instructions, of which the last does not wait for anything.
TEST(Length, StraightLine) {
  const Length l = length([](Assembler& a) {
    for (int i = 0; i < 5; ++i) a.nop();
    a.end_program();
  });
  EXPECT_EQ(l.instructions, 12u);
  EXPECT_TRUE(l.bounded());
  EXPECT_EQ(describe(l),
            "longest run of a batch: 12 instructions, 5e-05 ms at 4 clocks each and 960 MHz");
}

// The branch and its slots always run; then six instructions or none.
TEST(Length, LongerOfTwoWays) {
  const Length l = length([](Assembler& a) {
    a.sub(null, rf2, rf3, pushz);
    a.b(a.R("over"), a0);
    for (int i = 0; i < 9; ++i) a.nop();
    a.L("over");
    a.end_program();
  });
  EXPECT_EQ(l.instructions, 1u + 1 + 9 + 7);
}

void loop(Assembler& a) {
  a.nop();
  const Label begin = a.L("begin");
  a.sub(null, rf2, rf3, pushz);
  a.b(begin, a0);
  a.nop();
  a.nop();
  a.nop();
  a.end_program();
}

TEST(Length, Loops) {
  const Length open = length(loop);
  EXPECT_FALSE(open.bounded());
  EXPECT_EQ(open.loop_at, 1u);
  EXPECT_EQ(open.instructions, 13u);
  EXPECT_EQ(describe(open),
            "longest run of a batch: unbounded, loop at instruction 1; 13 instructions with one "
            "trip");
  const Length counted = length(loop, 100);
  EXPECT_TRUE(counted.bounded());
  EXPECT_EQ(counted.instructions, 1u + 5 * 100 + 7);
}

TEST(Length, HugeCountsDoNotWrap) {
  const Length l = length(loop, ~std::uint64_t{0});
  EXPECT_EQ(l.instructions, ~std::uint64_t{0});
}

TEST(Length, BranchToRegisterIsUnknown) {
  const Length l = length([](Assembler& a) {
    a.b(rf2, always);
    a.nop();
    a.nop();
    a.nop();
    a.end_program();
  });
  EXPECT_FALSE(l.bounded());
  EXPECT_EQ(describe(l),
            "longest run of a batch: unknown, a branch goes to an address in a register");
}

}  // namespace
}  // namespace vc7::verify
