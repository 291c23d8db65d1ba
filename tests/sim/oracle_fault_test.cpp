// SPDX-License-Identifier: MIT
//
// Every fault of the oracle: kind, text, place (v3d71 §7, §10.6, §11).
#include <gtest/gtest.h>

#include "oracle_job.hpp"

namespace vc7::sim::testing {
namespace {

constexpr std::uint32_t data = OracleJob::data, unmapped = OracleJob::unmapped;

void expect(const Fault& fault, FaultKind kind, const std::string& message) {
  EXPECT_EQ(fault.kind, kind);
  EXPECT_EQ(fault.message, message);
}

/// The fault of one line after nothing else.
Fault fault_of(const Line& line) {
  OracleJob job;
  job.uniform(0).uniform(0) << line;
  return job.end().fault();
}

TEST(OracleFault, PlaceOfAFault) {
  OracleJob job;
  job.first.batch = 7;
  job.first.qpu = 3;
  job.first.thread = 2;
  job.ramp(1, data + 0x2000 - 4 * 9, 4);  // lane 9 is the first outside
  const auto at = static_cast<std::uint32_t>(job.here());
  job << mov(magic(Magic::tmua), r(1));
  const Fault fault = job.fault();
  expect(fault, FaultKind::memory, "TMU load at unmapped GPU address 0x00032000");
  EXPECT_EQ(fault.batch, 7u);
  EXPECT_EQ(fault.qpu, 3u);
  EXPECT_EQ(fault.thread, 2u);
  EXPECT_EQ(fault.lane, 9);
  EXPECT_EQ(fault.address, data + 0x2000);
  EXPECT_EQ(fault.pc, OracleJob::code + 8 * at);
  EXPECT_EQ(fault.word, isa::encode(mov(magic(Magic::tmua), r(1)).i).word);
}

TEST(OracleFault, StoreAndAtomicAtUnmappedAddresses) {
  OracleJob job;
  job.ramp(1, data + 0x2000 - 4 * 9, 4);
  job << mov(magic(Magic::tmud), r(1)) << mov(magic(Magic::tmua), r(1));
  const Fault store = job.fault();
  expect(store, FaultKind::memory, "TMU store at unmapped GPU address 0x00032000");
  EXPECT_EQ(store.lane, 9);
  EXPECT_EQ(store.address, data + 0x2000);
  EXPECT_EQ(job.word(data + 0x2000 - 4), data + 0x2000 - 4) << "lane 8 was stored before";

  OracleJob atomic;
  atomic.set(1, unmapped).uniform(0xffffff87) << nop().sig(Signal::ldunifrf, magic(Magic::tmuc));
  atomic << mov(magic(Magic::tmud), r(1)) << mov(magic(Magic::tmua), r(1));
  expect(atomic.fault(), FaultKind::memory, "TMU store at unmapped GPU address 0x00050000");
}

TEST(OracleFault, Vec4AcrossTheEnd) {
  OracleJob job;
  job.set(1, data + 0x2000 - 8).uniform(0xfffffffc)
      << nop().sig(Signal::ldunifrf, magic(Magic::tmuc));
  job << mov(magic(Magic::tmua), r(1));
  EXPECT_EQ(job.fault().address, data + 0x2000);
}

TEST(OracleFault, UniformStreams) {
  OracleJob job;
  job.set(1, unmapped);
  isa::BranchInstruction b;
  b.uniforms = isa::UniformTarget::absolute;
  job.uniform(unmapped) << b << nop() << nop() << nop() << nop().sig(Signal::ldunif);
  const Fault fault = job.fault();
  expect(fault, FaultKind::uniform, "uniform read at unmapped GPU address 0x00050000");
  EXPECT_EQ(fault.address, unmapped);
  EXPECT_EQ(fault.lane, -1);

  OracleJob second;
  second.set(1, unmapped) << mov(magic(Magic::unifa), r(1)) << nop() << nop() << nop();
  second << nop().sig(Signal::ldunifa);
  expect(second.fault(), FaultKind::uniform, "unifa read at unmapped GPU address 0x00050000");
}

TEST(OracleFault, MisalignedStreamPointersNameTheWordThatIsRead) {
  OracleJob job;
  job.set(1, unmapped + 7) << mov(magic(Magic::unifa), r(1)) << nop() << nop() << nop();
  job << nop().sig(Signal::ldunifa);
  EXPECT_EQ(job.fault().address, unmapped + 4);
}

TEST(OracleFault, FetchOutsideTheCode) {
  OracleJob job;
  isa::BranchInstruction b;
  b.target = isa::BranchTarget::absolute;
  b.offset = unmapped;
  job << b << nop() << nop() << nop();
  const Fault fault = job.fault();
  expect(fault, FaultKind::fetch, "R43: instruction fetch at unmapped GPU address 0x00050000");
  EXPECT_EQ(fault.pc, unmapped);
  EXPECT_EQ(fault.word, 0u);
}

TEST(OracleFault, MisalignedTarget) {
  OracleJob job;
  job.set(1, OracleJob::code + 4);
  isa::BranchInstruction b;
  b.target = isa::BranchTarget::reg;
  b.reg = 1;
  job << b;
  expect(job.fault(), FaultKind::restriction,
         "R43: branch to 0x00010004, which is not a multiple of 8");
}

TEST(OracleFault, NoInstruction) {
  OracleJob job;
  job.raw(0);
  expect(job.fault(), FaultKind::invalid,
         "R41: no instruction: op_mul is 0 and there is no branch marker");
}

TEST(OracleFault, GraphicsOperations) {
  for (const AddOp o : {AddOp::xcd, AddOp::fxcd, AddOp::iid, AddOp::revf, AddOp::ldvpmv_in,
                        AddOp::stvpmd, AddOp::vpmwt, AddOp::ftoc})
    expect(fault_of(op(o, reg(1), r(1), r(2))), FaultKind::unsupported,
           "R48: " + std::string{info(o).mnemonic} + " works in graphics shaders only");
}

TEST(OracleFault, GraphicsAndReservedAddresses) {
  for (const Magic m :
       {Magic::tlb, Magic::tlbu, Magic::vpm, Magic::tmus, Magic::tmul, Magic::sync, Magic::syncu})
    expect(fault_of(mov(magic(m), r(1))), FaultKind::unsupported,
           "R48: write to " + isa::print(magic(m)) + ", which works in graphics shaders only");
  expect(fault_of(mov({0, true}, r(1))), FaultKind::restriction,
         "R42: write to reserved address r0");
  expect(fault_of(op(MulOp::mov, {63, true}, r(1))), FaultKind::restriction,
         "R42: write to reserved address magic63");
  expect(fault_of(nop().sig(Signal::ldunifrf, {20, true})), FaultKind::restriction,
         "R42: write to reserved address rsqrt");
}

TEST(OracleFault, GraphicsSignals) {
  for (const Signal s : {Signal::ldvary, Signal::ldtlb, Signal::ldtlbu})
    expect(fault_of(nop().sig(s, reg(1))), FaultKind::unsupported,
           "R48: signal " + std::string{isa::signal_names[static_cast<std::size_t>(s)]} +
               " works in graphics shaders only");
}

TEST(OracleFault, UnknownSynchronisationCommand) {
  OracleJob job;
  job.ramp(1, 0, 1) << mov(magic(Magic::syncb), r(1));
  expect(job.fault(), FaultKind::unsupported,
         "R35: a synchronisation command other than barrierid");
}

TEST(OracleFault, TwoWritesToOnePlace) {
  const std::string rf0 = "R12: two writes to rf0 in one instruction";
  expect(fault_of(op(AddOp::mov, reg(5), r(1)).mul(MulOp::mov, reg(5), r(2))),
         FaultKind::restriction, "R12: two writes to rf5 in one instruction");
  expect(fault_of(mov(reg(5), r(1)).sig(Signal::ldunifrf, reg(5))), FaultKind::restriction,
         "R12: two writes to rf5 in one instruction");
  expect(
      fault_of(op(AddOp::mov, magic(Magic::tmud), r(1)).mul(MulOp::mov, magic(Magic::tmud), r(2))),
      FaultKind::restriction, "R12: two writes to tmud in one instruction");
  expect(fault_of(mov(reg(0), r(1)).sig(Signal::ldunif)), FaultKind::restriction, rf0);
  expect(fault_of(mov(magic(Magic::rep), r(1)).sig(Signal::ldunif)), FaultKind::restriction, rf0);
  expect(
      fault_of(op(AddOp::mov, magic(Magic::rep), r(1)).mul(MulOp::mov, magic(Magic::quad), r(2))),
      FaultKind::restriction, rf0);
  EXPECT_EQ(fault_of(op(AddOp::mov, nowhere, r(1)).mul(MulOp::mov, nowhere, r(2))).message,
            "no fault");
}

TEST(OracleFault, TwoUniforms) {
  expect(fault_of(mov(magic(Magic::tmuau), r(1)).sig(Signal::ldunif)), FaultKind::restriction,
         "R3: more than one uniform taken by one instruction");
  expect(fault_of(nop().sig(Signal::ldunifrf, magic(Magic::tmuau))), FaultKind::restriction,
         "R3: more than one uniform taken by one instruction");
}

TEST(OracleFault, HighRegistersInFourWayPrograms) {
  const auto fault = [](const Line& line) {
    OracleJob job;
    job.context.four_way = true;
    job.uniform(0) << line;
    return job.end().fault().message;
  };
  const std::string text = "R40: rf32 used in a 4-way threaded program, which has rf0-rf31";
  EXPECT_EQ(fault(mov(reg(32), r(1))), text);
  EXPECT_EQ(fault(op(AddOp::add, reg(1), r(2), r(32))), text);
  EXPECT_EQ(fault(op(MulOp::mov, reg(1), r(32))), text);
  EXPECT_EQ(fault(nop().sig(Signal::ldunifrf, reg(32))), text);
  EXPECT_EQ(fault(mov(reg(31), r(31))), "no fault");
  EXPECT_EQ(fault(op(AddOp::mov, reg(1), {40, true}).sig(Signal::smimm_a)), "no fault")
      << "40 is an immediate";
  OracleJob job;
  job.context.four_way = true;
  isa::BranchInstruction b;
  b.target = isa::BranchTarget::reg;
  b.reg = 40;
  job << b;
  EXPECT_EQ(job.fault().message, "R40: rf40 used in a 4-way threaded program, which has rf0-rf31");
}

TEST(OracleFault, BranchesAndSwitchesInSlots) {
  isa::BranchInstruction not_taken;
  not_taken.condition = isa::BranchCondition::anya;
  for (unsigned slot = 0; slot < 3; ++slot) {
    OracleJob branch, thrsw;
    branch << not_taken;
    thrsw << not_taken;
    for (unsigned k = 0; k < slot; ++k) branch << nop(), thrsw << nop();
    branch << not_taken;
    thrsw << nop().sig(Signal::thrsw);
    expect(branch.fault(), FaultKind::restriction, "R19: branch in a delay slot of a branch");
    expect(thrsw.fault(), FaultKind::restriction, "R14: thrsw in a delay slot of a branch");
  }
  for (unsigned slot = 0; slot < 3; ++slot) {
    OracleJob job;
    job << nop().sig(Signal::thrsw);
    for (unsigned k = 0; k < slot; ++k) job << nop();
    job << not_taken << nop() << nop() << nop();
    const std::string message = job.end().fault().message;
    EXPECT_EQ(message, slot < 2 ? "R15: branch in a delay slot of a thread switch" : "no fault")
        << slot;
  }
}

TEST(OracleFault, SwitchesInARow) {
  OracleJob three;
  for (int k = 0; k < 3; ++k) three << nop().sig(Signal::thrsw);
  expect(three.fault(), FaultKind::restriction, "R16: three consecutive instructions with thrsw");

  OracleJob pairs;
  pairs << nop().sig(Signal::thrsw) << nop().sig(Signal::thrsw) << nop() << nop();
  pairs << nop().sig(Signal::thrsw) << nop().sig(Signal::thrsw);
  expect(pairs.fault(), FaultKind::restriction, "R17: last-thrsw marker after the last one");
}

TEST(OracleFault, NothingToPop) {
  expect(fault_of(nop().sig(Signal::ldtmu, reg(1))), FaultKind::deadlock,
         "R38: ldtmu with no outstanding request");
  // The request of the same instruction comes too late.
  OracleJob job;
  job.set(1, data) << mov(magic(Magic::tmua), r(1)).sig(Signal::ldtmu, reg(2));
  expect(job.fault(), FaultKind::deadlock, "R38: ldtmu with no outstanding request");
}

TEST(OracleFault, OutputFifoHasRoomForEightOrFourWords) {
  for (const bool four_way : {false, true})
    for (const unsigned over : {0u, 1u}) {
      OracleJob job;
      job.context.four_way = four_way;
      const unsigned limit = four_way ? 4 : 8;
      job.set(1, data);
      for (unsigned k = 0; k < limit + over; ++k) job << mov(magic(Magic::tmua), r(1));
      const Fault fault = job.end().fault();
      if (over == 0) {
        EXPECT_EQ(fault.message, "no fault");
      } else {
        expect(fault, FaultKind::deadlock,
               four_way ? "R36: 5 words outstanding in the TMU output FIFO, 4 fit"
                        : "R36: 9 words outstanding in the TMU output FIFO, 8 fit");
      }
    }
}

TEST(OracleFault, TooManyDataWords) {
  OracleJob job;
  for (unsigned k = 0; k < 17; ++k) job << mov(magic(Magic::tmud), r(1));
  const Fault fault = job.fault();
  expect(fault, FaultKind::deadlock, "R36: more than 16 data words for one TMU access");
  EXPECT_EQ(fault.pc, OracleJob::code + 8 * 16);
}

Fault atomic_fault(unsigned op, std::initializer_list<Magic> operands) {
  OracleJob job;
  job.set(1, data).uniform(0xffffff87 | op << 3) << nop().sig(Signal::ldunifrf, magic(Magic::tmuc));
  for (const Magic m : operands) job << mov(magic(m), r(1));
  job << mov(magic(Magic::tmua), r(1));
  return job.fault();
}

TEST(OracleFault, Atomics) {
  expect(atomic_fault(3, {Magic::tmud, Magic::tmuoff}), FaultKind::restriction,
         "R46: tmud and tmudref/tmuoff mixed as operands of one atomic");
  expect(atomic_fault(3, {Magic::tmudref}), FaultKind::restriction,
         "R46: TMU operation 3 without data");
  expect(atomic_fault(12, {Magic::tmud}), FaultKind::restriction, "R41: reserved TMU operation 12");
  expect(atomic_fault(11, {}), FaultKind::restriction, "R41: reserved TMU operation 11");
}

TEST(OracleFault, BudgetAndStop) {
  OracleJob job;
  isa::BranchInstruction forever;
  forever.offset = static_cast<std::uint32_t>(-32);
  job << forever << nop() << nop() << nop();
  job.context.instruction_budget = 10;
  expect(job.fault(), FaultKind::budget,
         "more than 10 instructions in one batch: an endless loop?");

  OracleJob stopped;
  const std::atomic<bool> stop = true;
  stopped.context.stop = &stop;
  stopped << forever << nop() << nop() << nop();
  expect(stopped.fault(), FaultKind::budget, "stopped from outside");

  OracleJob enough;
  enough.context.instruction_budget = 7;
  EXPECT_EQ(enough.end().fault().message, "no fault") << "an end of exactly 7 instructions";
}

}  // namespace
}  // namespace vc7::sim::testing
