// SPDX-License-Identifier: MIT
//
// The oracle's branches, uniform streams, thread switches and ends, calculated by hand (v3d71 §1.3,
// §11, §12).
#include <gtest/gtest.h>

#include "oracle_job.hpp"

namespace vc7::sim::testing {
namespace {

using isa::BranchCondition;
using isa::BranchInstruction;
using isa::BranchTarget;
using isa::FlagOp;
using isa::MsfIgnore;
using isa::UniformTarget;

constexpr std::uint32_t code = OracleJob::code, uniforms = OracleJob::uniform_base;

/// A branch over `words` words behind its slots.
BranchInstruction skip(unsigned words, BranchCondition condition = BranchCondition::always) {
  BranchInstruction b;
  b.condition = condition;
  b.offset = 8 * words;
  return b;
}
Line count(unsigned n) { return op(AddOp::add, reg(n), r(n), imm(1)); }
Line load_uniform(unsigned n) { return nop().sig(Signal::ldunifrf, reg(n)); }

TEST(OracleControl, ThreeSlotsRunThenTheTarget) {
  for (const bool taken : {false, true}) {
    OracleJob job;
    job.set(1, 0).set(2, 0);
    job << skip(2, taken ? BranchCondition::allna : BranchCondition::anya);
    job << count(1) << count(1) << count(1);
    job << count(2) << count(2);  // skipped
    job << count(1);
    job.store(1).store(2).end().run();
    EXPECT_EQ(job.row(0), splat(4)) << taken;
    EXPECT_EQ(job.row(1), splat(taken ? 0 : 2)) << taken;
  }
}

/// Whether a branch with A in the lanes of `a` and multisample flags in those of `live` is taken.
bool taken(BranchCondition condition, MsfIgnore msf, unsigned a, unsigned live = 0xffff) {
  OracleJob job;
  job.first.live = live;
  job.set(1, 0).set(2, a);
  job << op(AddOp::eidx, reg(3)) << op(AddOp::shr, reg(2), r(2), r(3));
  job << op(AddOp::band, reg(2), r(2), imm(1));
  job << op(AddOp::sub, nowhere, r(2), imm(1)).add_flag(FlagOp::pushz);
  BranchInstruction b = skip(1, condition);
  b.msf = msf;
  job << b << op(AddOp::setmsf, nowhere, imm(1)) << nop() << nop() << count(1);
  job.store(1).end().run();
  return job.row(0)[0] == 0;
}

TEST(OracleControl, Conditions) {
  using enum BranchCondition;
  const struct {
    BranchCondition condition;
    bool none, first, some, all;  // A in no lane, lane 0, lane 5, all lanes
  } rows[] = {{always, true, true, true, true},  {a0, false, true, false, true},
              {na0, true, false, true, false},   {alla, false, false, false, true},
              {anyna, true, true, true, false},  {anya, false, true, true, true},
              {allna, true, false, false, false}};
  for (const auto& row : rows) {
    const auto name = isa::branch_condition_names[static_cast<std::size_t>(row.condition)];
    EXPECT_EQ(taken(row.condition, MsfIgnore::none, 0), row.none) << name;
    EXPECT_EQ(taken(row.condition, MsfIgnore::none, 1), row.first) << name;
    EXPECT_EQ(taken(row.condition, MsfIgnore::none, 1 << 5), row.some) << name;
    EXPECT_EQ(taken(row.condition, MsfIgnore::none, 0xffff), row.all) << name;
    // Without p or q the multisample flags mean nothing.
    EXPECT_EQ(taken(row.condition, MsfIgnore::none, 1 << 5, 1), row.some) << name;
  }
}

TEST(OracleControl, LanesWithoutMultisampleFlagsAreLeftOut) {
  using enum BranchCondition;
  EXPECT_TRUE(taken(alla, MsfIgnore::p, 0x00f0, 0x00f0));
  EXPECT_FALSE(taken(alla, MsfIgnore::p, 0x00e0, 0x00f0));
  EXPECT_FALSE(taken(anya, MsfIgnore::p, 0xff0f, 0x00f0));
  EXPECT_TRUE(taken(allna, MsfIgnore::p, 0xff0f, 0x00f0));
  EXPECT_FALSE(taken(anyna, MsfIgnore::p, 0x00f0, 0x00f0));
  // q leaves out whole quads only: lane 4 keeps lanes 5-7 in.
  EXPECT_FALSE(taken(alla, MsfIgnore::q, 0x0010, 0x0010));
  EXPECT_TRUE(taken(alla, MsfIgnore::p, 0x0010, 0x0010));
  EXPECT_TRUE(taken(alla, MsfIgnore::q, 0x00f0, 0x0010));
  // No lane at all: any is false, all is true.
  for (const MsfIgnore m : {MsfIgnore::p, MsfIgnore::q}) {
    EXPECT_TRUE(taken(alla, m, 0, 0));
    EXPECT_TRUE(taken(allna, m, 0xffff, 0));
    EXPECT_FALSE(taken(anya, m, 0xffff, 0));
    EXPECT_FALSE(taken(anyna, m, 0, 0));
  }
}

TEST(OracleControl, PushInASlotIsTooLate) {
  OracleJob job;
  job.set(1, 0);
  job << skip(1, BranchCondition::anya);  // A is empty
  job << mov(nowhere, r(1)).add_flag(FlagOp::pushz) << nop() << nop();
  job << count(1);
  job.store(1).end().run();
  EXPECT_EQ(job.row(0), splat(1));
}

TEST(OracleControl, AbsoluteRegisterAndLinkTargets) {
  OracleJob job;
  job.set(1, 0);
  BranchInstruction call;
  call.target = BranchTarget::absolute;
  call.set_link = true;
  const std::size_t at = job.here();
  call.offset = code + 8 * static_cast<std::uint32_t>(at + 9);
  job << call << nop() << nop() << nop();
  // The subroutine returns here: over its own words.
  const auto back = static_cast<std::uint32_t>(at + 4);
  job << op(AddOp::lr, reg(3)) << skip(6) << nop() << nop() << nop();
  // at + 9: the subroutine.
  job << count(1);
  BranchInstruction ret;
  ret.target = BranchTarget::link;
  job << ret << nop() << nop() << nop();
  job << count(1) << count(1);  // behind it; the first is the sixth word that is skipped
  job.store(1).store(3).end().run();
  EXPECT_EQ(job.row(0), splat(2));
  EXPECT_EQ(job.row(1), splat(code + 8 * back));
}

TEST(OracleControl, RegisterTargetIsThatOfLaneZero) {
  OracleJob job;
  job.set(1, 0);
  job.ramp(2, 0, 8);  // lane 0: patched below by an addition
  const std::size_t at = job.here() + 2;
  job.set(3, code + 8 * static_cast<std::uint32_t>(at + 5));
  job << op(AddOp::add, reg(2), r(2), r(3));
  BranchInstruction b;
  b.target = BranchTarget::reg;
  b.reg = 2;
  job << b << nop() << nop() << nop() << count(1) << count(1);
  job.store(1).end().run();
  EXPECT_EQ(job.row(0), splat(1));
}

TEST(OracleControl, LinkIsNotSetByABranchThatIsNotTaken) {
  OracleJob job;
  BranchInstruction b = skip(1, BranchCondition::anya);
  b.set_link = true;
  job << b << nop() << nop() << nop() << op(AddOp::lr, reg(1));
  job.store(1).end().run();
  EXPECT_EQ(job.row(0), splat(0));
}

TEST(OracleControl, UniformPointerOfATakenBranch) {
  // py-videocore7 test_uniform_branch_rel: unif[1] = 8 -> the next read is unif[4].
  for (const auto kind : {UniformTarget::absolute, UniformTarget::relative}) {
    OracleJob job;
    job.set(1, 10);
    job.uniform(kind == UniformTarget::relative ? 8 : uniforms + 16).uniform(12).uniform(13);
    BranchInstruction b = skip(0);
    b.uniforms = kind;
    job << b << nop() << nop() << nop();
    job.uniform(14) << load_uniform(2);
    job.store(2).end().run();
    EXPECT_EQ(job.row(0), splat(14));
  }
}

TEST(OracleControl, BranchThatIsNotTakenConsumesItsUniform) {
  OracleJob job;
  BranchInstruction b = skip(0, BranchCondition::anya);
  b.uniforms = UniformTarget::absolute;
  job.uniform(0x12345678) << b << nop() << nop() << nop();
  job.set(2, 14).store(2).end().run();
  EXPECT_EQ(job.row(0), splat(14));
}

TEST(OracleControl, UniformPointerFromLaneOneRoundedDownTo8) {
  OracleJob job;
  // Uniforms 0 and 1 make the vector; the stream goes on at 16 bytes.
  job.set(1, uniforms + 16 - 64);
  job.set(3, 64 + 4);
  job.uniform(0xbad).uniform(0xbad);
  job << op(AddOp::eidx, reg(2)) << op(MulOp::umul24, reg(2), r(2), r(3))
      << op(AddOp::add, reg(1), r(1), r(2));
  BranchInstruction b = skip(0);
  b.uniforms = UniformTarget::reg;
  b.reg = 1;
  job << b << nop() << nop() << nop();
  job.set(2, 14).store(2).end().run();
  EXPECT_EQ(job.row(0), splat(14));
}

TEST(OracleControl, SecondStream) {
  OracleJob job;
  for (std::uint32_t k = 0; k < 4; ++k) job.put_word(OracleJob::data + 4 * k, 100 + k);
  job.ramp(1, OracleJob::data, 0x400);  // only lane 0 counts
  job << mov(magic(Magic::unifa), r(1)) << nop() << nop() << nop();
  job << nop().sig(Signal::ldunifa) << mov(reg(2), r(0)) << nop().sig(Signal::ldunifarf, reg(3));
  // A new pointer beside a read: the read uses the old one.
  job << mov(magic(Magic::unifa), r(1)).sig(Signal::ldunifarf, reg(4));
  job << nop() << nop() << nop() << nop().sig(Signal::ldunifarf, reg(5));
  for (unsigned n = 2; n <= 5; ++n) job.store(n);
  job.end().run();
  for (unsigned n = 0; n < 4; ++n) EXPECT_EQ(job.row(n), splat(100 + n % 3)) << n;
}

TEST(OracleControl, UniformsDoNotSeeStoresOfTheSameJob) {
  // As test_tmu_read_tmu_write_uniform_read: the line was touched before the store.
  OracleJob job;
  job.set(1, uniforms + 0x80).set(2, 77);
  job.put_word(uniforms + 0x80, 0);
  job << mov(magic(Magic::tmud), r(2)) << mov(magic(Magic::tmua), r(1));
  job << mov(magic(Magic::unifa), r(1)) << nop() << nop() << nop()
      << nop().sig(Signal::ldunifarf, reg(3));
  job.store(3);
  // Lines end after 256 bytes: the next one is read fresh.
  job.set(1, uniforms + 0x200);
  job << mov(magic(Magic::tmud), r(2)) << mov(magic(Magic::tmua), r(1));
  job << mov(magic(Magic::unifa), r(1)) << nop() << nop() << nop()
      << nop().sig(Signal::ldunifarf, reg(3));
  job.store(3).end().run();
  EXPECT_EQ(job.row(0), splat(0));
  EXPECT_EQ(job.row(1), splat(77));
}

// --- threads
// --------------------------------------------------------------------------------------

TEST(OracleThreads, SwitchCompletesAfterTwoSlots) {
  OracleJob job;
  job << nop() << nop().sig(Signal::thrsw) << nop() << nop();
  job.end();
  Batch& batch = job.start();
  EXPECT_EQ(batch.resume(true), Exit::switched);
  EXPECT_EQ(batch.instructions(), 4u);
  EXPECT_EQ(batch.resume(true), Exit::switched) << "the first of the pair that announces the end";
  EXPECT_EQ(batch.instructions(), 7u);
  EXPECT_EQ(batch.resume(true), Exit::ended);
  EXPECT_EQ(batch.instructions(), 11u);
}

TEST(OracleThreads, SwitchAtDistanceTwoIsAFurtherSwitch) {
  // test_alu of py-videocore7 does it (v3d71 §7.1).
  OracleJob job;
  job << nop().sig(Signal::thrsw) << nop() << nop().sig(Signal::thrsw) << nop() << nop();
  job.end();
  Batch& batch = job.start();
  for (const unsigned n : {3u, 5u, 8u}) {
    EXPECT_EQ(batch.resume(true), Exit::switched);
    EXPECT_EQ(batch.instructions(), n);
  }
  EXPECT_EQ(batch.resume(true), Exit::ended);
}

TEST(OracleThreads, WithoutStopTheSwitchesPass) {
  OracleJob job;
  job << nop().sig(Signal::thrsw) << nop() << nop();
  job.end();
  EXPECT_EQ(job.start().resume(false), Exit::ended);
}

TEST(OracleThreads, BarrierWaitsAtTheNextSwitch) {
  for (const bool same_instruction : {false, true}) {
    OracleJob job;
    Line barrier = op(AddOp::barrierid, magic(Magic::syncb));
    if (same_instruction) barrier.sig(Signal::thrsw);
    job << barrier;
    if (!same_instruction) job << nop().sig(Signal::thrsw);
    job << nop() << nop();
    job.end();
    Batch& batch = job.start();
    EXPECT_EQ(batch.resume(false), Exit::barrier);
    EXPECT_EQ(batch.instructions(), same_instruction ? 3u : 4u);
    EXPECT_EQ(batch.resume(false), Exit::ended);
  }
}

TEST(OracleThreads, SingleSegmentEndsAtTheFirstSwitch) {
  OracleJob job;
  job.context.single_segment = true;
  job << nop() << nop().sig(Signal::thrsw) << nop() << nop();
  EXPECT_EQ(job.start().resume(true), Exit::ended);
}

TEST(OracleThreads, ResultsLeftBehindAreWarnedAbout) {
  OracleJob job;
  job.set(1, OracleJob::data) << mov(magic(Magic::tmua), r(1));
  job.end().run();
  EXPECT_EQ(job.warnings.take(),
            std::vector<std::string>{"thread end with TMU results not popped"});
}

}  // namespace
}  // namespace vc7::sim::testing
