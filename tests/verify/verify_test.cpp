// SPDX-License-Identifier: MIT
//
// What is followed across branches, and what cannot be proved.
#include <vc7/verify/verify.hpp>

#include <algorithm>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/isa/instruction.hpp>

namespace vc7::verify {
namespace {

using namespace vc7::qpu;

template <class Kernel>
Report check(Kernel kernel, Options options = {}) {
  const Program program = assemble(kernel);
  return verify(program.words(), options);
}

bool has(const Report& report, Rule rule, std::size_t index) {
  return std::ranges::any_of(report.findings,
                             [&](const Finding& f) { return f.rule == rule && f.index == index; });
}

TEST(Verify, NoWords) {
  const Report report = verify({});
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.length.instructions, 0u);
}

TEST(Verify, WordsThatAreNotReachedAreData) {
  Program program = assemble([](Assembler& a) { a.end_program(); });
  std::vector<std::uint64_t> words = program.words();
  words.push_back(0);
  EXPECT_TRUE(verify(words).findings.empty());
}

// unifa is written in the last slot, and read as the first thing behind the branch.
TEST(Verify, HazardAcrossABranch) {
  const auto kernel = [](Assembler& a) {
    a.b(a.R("next"), always);
    a.nop();
    a.nop();
    a.mov(unifa, rf2);
    a.nop();
    a.nop();
    a.nop();
    a.nop();
    a.L("next");
    a.nop(ldunifa);
    a.end_program();
  };
  EXPECT_TRUE(has(check(kernel), Rule::R22, 8));
}

// One request before the loop, one pop in each round: the second round has nothing to pop.
TEST(Verify, BalanceAlongALoop) {
  const Report report = check([](Assembler& a) {
    a.mov(tmua, rf2);
    const Label loop = a.L("loop");
    a.nop(ldtmu(rf10));
    a.sub(null, rf10, 1, pushz);
    a.b(loop, a0);
    a.nop();
    a.nop();
    a.nop();
    a.end_program();
  });
  ASSERT_TRUE(has(report, Rule::R38, 1));
  EXPECT_EQ(report.findings.front().message, "ldtmu with no request outstanding, on some path");
  EXPECT_TRUE(report.tmu_known);
}

// The configuration is a uniform: 1 to 4 results, or none. What no reading makes right is told.
TEST(Verify, UnknownConfiguration) {
  const auto kernel = [](Assembler& a, int pops) {
    a.nop(ldunifrf(rf10));
    a.mov(tmuc, rf10);
    a.mov(tmua, rf2);
    for (int i = 0; i < pops; ++i) a.nop(ldtmu(rf11));
    a.end_program();
  };
  for (int pops = 0; pops <= 6; ++pops) {
    const Report report = check([&](Assembler& a) { kernel(a, pops); });
    EXPECT_EQ(report.has_errors(), pops > 4) << pops;
    EXPECT_FALSE(report.tmu_known);
  }
}

TEST(Verify, KnownConfigurations) {
  const auto kernel = [](Assembler& a, int pops) {
    a.bnot(tmuc, 3);  // one vec4
    a.mov(tmua, rf2);
    for (int i = 0; i < pops; ++i) a.nop(ldtmu(rf11));
    a.end_program();
  };
  for (int pops = 0; pops <= 6; ++pops) {
    const Report report = check([&](Assembler& a) { kernel(a, pops); });
    EXPECT_EQ(report.has_errors(), pops > 4) << pops;
    EXPECT_TRUE(report.tmu_known);
  }
}

// A subroutine returns behind every branch that sets the link register.
TEST(Verify, Subroutine) {
  const auto kernel = [](Assembler& a) {
    for (const char* back : {"a", "b"}) {
      (void)back;
      a.b(a.R("sub"), always).set_link();
      for (int i = 0; i < 3; ++i) a.nop();
    }
    a.end_program();
    a.L("sub");
    a.b(link, always);
    for (int i = 0; i < 3; ++i) a.nop();
  };
  const Report report = check(kernel);
  EXPECT_FALSE(report.has_errors());
  EXPECT_TRUE(report.flow_known);
}

TEST(Verify, AbsoluteBranchesCountFromTheBase) {
  Assembler a;
  a.b(a.R("end"), Assembler::Condition::always, absolute);
  for (int i = 0; i < 3; ++i) a.nop();
  a.L("end");
  a.end_program();
  Program program = a.finish();
  EXPECT_FALSE(verify(program.words()).has_errors());
  program.rebase(0x10000);
  EXPECT_TRUE(verify(program.words()).has_errors());
  EXPECT_FALSE(verify(program.words(), {.base_address = 0x10000}).has_errors());
}

TEST(Verify, SingleSegment) {
  const auto kernel = [](Assembler& a) {
    a.nop(thrsw);
    a.nop();
    a.nop();
  };
  EXPECT_TRUE(check(kernel).has_errors());
  EXPECT_FALSE(check(kernel, {.single_segment = true}).has_errors());
}

}  // namespace
}  // namespace vc7::verify
