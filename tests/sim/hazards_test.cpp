// SPDX-License-Identifier: MIT
//
// Options::trap_hazards: each rule of v3d71 §7 that the model watches, broken and just not broken.
#include <functional>

#include <gtest/gtest.h>

#include <vc7/sim/machine.hpp>

#include "sim/oracle_job.hpp"
#include "support/random_program.hpp"

namespace vc7::sim::testing {
namespace {

using Program = std::function<void(OracleJob&)>;

Line thrsw() { return nop().sig(Signal::thrsw); }
Line unifa(unsigned n) { return mov(magic(Magic::unifa), r(n)); }
Line ldunifa(unsigned n) { return nop().sig(Signal::ldunifarf, reg(n)); }
isa::BranchInstruction branch_over_slots() {
  isa::BranchInstruction b;
  b.condition = isa::BranchCondition::always;
  b.target = isa::BranchTarget::relative;
  return b;
}
void nops(OracleJob& job, int count) {
  for (int k = 0; k < count; ++k) job << nop();
}
/// Everything but the pair of thrsw and the last one.
void announce(OracleJob& job) { job << thrsw() << thrsw() << nop() << nop(); }

void prepare(OracleJob& job) {
  job.context.trap_hazards = true;
  job.set(1, OracleJob::data).set(4, 7);
}

/// The text of the fault, empty if the program comes to its end.
std::string outcome(const Program& program, bool ends_itself, bool watch = true) {
  OracleJob job;
  prepare(job);
  job.context.trap_hazards = watch;
  program(job);
  if (!ends_itself) job.end();
  std::string message = job.fault().message;
  if (message == "no fault") message.clear();
  return message;
}

struct Case {
  const char* rule;
  Program broken, kept;
  bool ends_itself = false;
};

class Hazards : public ::testing::TestWithParam<Case> {};

TEST_P(Hazards, IsTrappedOnlyIfBroken) {
  const Case& c = GetParam();
  const std::string text = outcome(c.broken, c.ends_itself);
  EXPECT_EQ(text.rfind(std::string{c.rule} + ": ", 0), 0u) << text;
  EXPECT_EQ(outcome(c.kept, c.ends_itself), "");
  EXPECT_EQ(outcome(c.broken, c.ends_itself, false), "") << "the model has an answer";
}

const Line both_streams = [] {
  Line line = nop().sig(Signal::ldunifa);
  line.mul(MulOp::mov, magic(Magic::tmuau), r(1));
  return line;
}();

const Case cases[] = {
    {"R4", [](OracleJob& job) { job << unifa(1), nops(job, 3), job.uniform(~0u) << both_streams; },
     [](OracleJob& job) {
       job << unifa(1), nops(job, 3), job << ldunifa(5);
       job.uniform(~0u) << mov(magic(Magic::tmuau), r(1)) << nop().sig(Signal::ldtmu, reg(6));
     }},
    {"R8",
     [](OracleJob& job) {
       job << mov(magic(Magic::tmud), r(4)).mul(MulOp::mov, magic(Magic::tmua), r(1));
     },
     [](OracleJob& job) { job << mov(magic(Magic::tmud), r(4)) << mov(magic(Magic::tmua), r(1)); }},
    {"R9",
     [](OracleJob& job) {
       job << op(AddOp::recip, reg(5), r(4)).mul(MulOp::mov, magic(Magic::tmuc), r(4));
     },
     [](OracleJob& job) { job << op(AddOp::recip, reg(5), r(4)).mul(MulOp::mov, reg(6), r(4)); }},
    {"R16", [](OracleJob& job) { job << thrsw() << nop() << thrsw() << nop() << nop(); },
     [](OracleJob& job) { job << thrsw() << nop() << nop() << thrsw() << nop() << nop(); }},
    {"R20", [](OracleJob& job) { job << branch_over_slots(), job.set(5, 1), nops(job, 2); },
     [](OracleJob& job) { job << branch_over_slots(), nops(job, 3), job.set(5, 1); }},
    {"R20", [](OracleJob& job) { job << branch_over_slots() << unifa(1), nops(job, 2); },
     [](OracleJob& job) { job << branch_over_slots(), nops(job, 3), job << unifa(1) << nop(); }},
    {"R21",
     [](OracleJob& job) {
       job << unifa(1), nops(job, 2), job << branch_over_slots(), nops(job, 3);
     },
     [](OracleJob& job) {
       job << unifa(1), nops(job, 3), job << branch_over_slots(), nops(job, 3);
     }},
    {"R22", [](OracleJob& job) { job << unifa(1), nops(job, 2), job << ldunifa(5); },
     [](OracleJob& job) { job << unifa(1), nops(job, 3), job << ldunifa(5); }},
    {"R23", [](OracleJob& job) { job << thrsw() << nop() << unifa(1), nops(job, 4); },
     [](OracleJob& job) { job << unifa(1) << thrsw(), nops(job, 3); }},
    {"R23", [](OracleJob& job) { job << unifa(1).sig(Signal::thrsw), nops(job, 4); },
     [](OracleJob& job) { job << thrsw() << nop() << nop() << unifa(1), nops(job, 4); }},
    {"R24", [](OracleJob& job) { job << thrsw() << nop() << op(AddOp::recip, reg(5), r(4)); },
     [](OracleJob& job) {
       job << op(AddOp::recip, reg(5), r(4)).sig(Signal::thrsw) << nop() << nop();
     }},
    {"R26",
     [](OracleJob& job) {
       job << op(MulOp::multop, nowhere, r(4), r(4)) << thrsw() << nop() << nop();
       job << op(MulOp::umul24, reg(5), r(4), r(4));
     },
     [](OracleJob& job) {
       job << op(MulOp::multop, nowhere, r(4), r(4)) << op(MulOp::umul24, reg(5), r(4), r(4));
       job << thrsw() << nop() << nop() << op(MulOp::umul24, reg(5), r(4), r(4));
     }},
    {"R30",
     [](OracleJob& job) {
       announce(job), job << mov(reg(5), r(4)).sig(Signal::thrsw), nops(job, 2);
     },
     [](OracleJob& job) { announce(job), job << thrsw() << mov(reg(5), r(4)) << nop(); }, true},
    {"R31", [](OracleJob& job) { announce(job), job << thrsw() << mov(reg(5), r(2)) << nop(); },
     [](OracleJob& job) { announce(job), job << mov(reg(5), r(2)) << thrsw(), nops(job, 2); },
     true},
    {"R32", [](OracleJob& job) { announce(job), job << thrsw() << nop(), job.set(5, 1); },
     [](OracleJob& job) { announce(job), job.set(5, 1) << thrsw(), nops(job, 2); }, true},
    {"R35",
     [](OracleJob& job) {
       announce(job), job << op(AddOp::barrierid, magic(Magic::syncb)) << thrsw();
       nops(job, 2);
     },
     [](OracleJob& job) {
       job << op(AddOp::barrierid, magic(Magic::syncb)).sig(Signal::thrsw) << nop() << nop();
       announce(job), job << thrsw(), nops(job, 2);
     },
     true},
    {"R46",  // the configuration of the start: one word
     [](OracleJob& job) {
       job << mov(magic(Magic::tmud), r(1)) << mov(magic(Magic::tmud), r(1))
           << mov(magic(Magic::tmua), r(1));
     },
     [](OracleJob& job) { job << mov(magic(Magic::tmud), r(1)) << mov(magic(Magic::tmua), r(1)); }},
};

INSTANTIATE_TEST_SUITE_P(Rules, Hazards, ::testing::ValuesIn(cases), [](const auto& instance) {
  return std::string{instance.param.rule} + "_" + std::to_string(instance.index);
});

// The generator keeps to the rules by code of its own.
TEST(HazardsOf, RandomProgramsAreNone) {
  const std::uint64_t seeds = *VC7_EMULATOR != 0 ? 10 : 100;  // as in engines_test.cpp
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    test::RandomProgramOptions o;
    o.seed = seed;
    o.four_way = seed % 5 == 0;
    o.batches = 1 + static_cast<unsigned>(seed % 3);
    const test::RandomProgram program = test::random_program(o);
    Machine machine{{.instruction_budget = 1'000'000, .trap_hazards = true}};
    test::load(program, machine.memory());
    const JobResult result = machine.run(program.cfg);
    EXPECT_FALSE(result.fault) << describe(*result.fault);
  }
}

}  // namespace
}  // namespace vc7::sim::testing
