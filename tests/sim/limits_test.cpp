// SPDX-License-Identifier: MIT
//
// Threads that can never go on, programs that run off their code, and the instruction budget.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using sim::FaultKind;

class Limits : public MachineFixture {
 protected:
  void expect(const sim::Fault& fault, FaultKind kind, const std::string& message,
              std::uint32_t index) {
    EXPECT_EQ(fault.kind, kind);
    EXPECT_EQ(fault.message, message);
    EXPECT_EQ(fault.pc, code + 8 * index);
  }
  static void loads(Assembler& a, int count) {
    a.nop(ldunifrf(rf1));
    for (int i = 0; i < count; ++i) a.mov(tmua, rf1);
  }
  static void endless(Assembler& a) {
    const auto loop = a.loop();
    loop.b(always);
    for (int i = 0; i < 3; ++i) a.nop();
  }
};

// ---- TMU FIFOs ---------------------------------------------------------------------------------

TEST_F(Limits, OutputFifo) {
  for (const bool four_way : {false, true}) {
    const int limit = four_way ? 4 : 8;
    const Launch how{.four_way = four_way};
    run(
        [&](Assembler& a) {
          loads(a, limit);
          for (int i = 0; i < limit; ++i) a.nop(ldtmu(rf2));
        },
        {data}, how);
    expect(
        fault_of([&](Assembler& a) { loads(a, limit + 1); }, {data}, how), FaultKind::deadlock,
        fmt::format("R36: {} words outstanding in the TMU output FIFO, {} fit", limit + 1, limit),
        static_cast<std::uint32_t>(limit) + 1);
  }
}

TEST_F(Limits, VectorsInTheOutputFifo) {
  // Two of four words fill it; of three, two fit and a third does not.
  for (const int n : {2, 3, 4}) {
    const auto fault = fault_of(
        [](Assembler& a) {
          a.nop(ldunifrf(rf1));
          for (int i = 0; i < 9; ++i) a.mov(tmuau, rf1);
        },
        [&] {
          Words list(10, TmuConfig(1, 15, n).word());
          list[0] = data;
          return list;
        }());
    const int fit = 8 / n;
    expect(fault, FaultKind::deadlock,
           fmt::format("R36: {} words outstanding in the TMU output FIFO, 8 fit", (fit + 1) * n),
           static_cast<std::uint32_t>(fit) + 1);
  }
}

// Stores, prefetches and accesses without an active lane: the last still has a result to pop.
TEST_F(Limits, WhatNeedsRoomInTheOutputFifo) {
  run(
      [](Assembler& a) {
        loads(a, 8);
        for (int i = 0; i < 20; ++i) {
          a.mov(tmud, 1);
          a.mov(tmua, rf1);
        }
        for (int i = 0; i < 8; ++i) a.nop(ldtmu(rf2));
      },
      {data});
  expect(fault_of(
             [](Assembler& a) {
               loads(a, 8);
               a.mov(null, 1, pushz);
               a.mov(tmua, rf1, ifa);
             },
             {data}),
         FaultKind::deadlock, "R36: 9 words outstanding in the TMU output FIFO, 8 fit", 10);
  expect(fault_of(
             [](Assembler& a) {
               loads(a, 8);
               a.nop(ldunifrf(tmuc));
               a.mov(tmua, rf1);
             },
             {data, TmuConfig{}.write_and_read_inc().word()}),
         FaultKind::deadlock, "R36: 9 words outstanding in the TMU output FIFO, 8 fit", 10);
}

TEST_F(Limits, DataOfOneAccess) {
  const auto kernel = [](int words) {
    return [=](Assembler& a) {
      a.nop(ldunifrf(rf1));
      for (int i = 0; i < words; ++i) a.mov(tmud, 1);
      a.mov(tmua, rf1);
    };
  };
  EXPECT_EQ(run(kernel(16), {data}).warnings.size(), 1u);
  expect(fault_of(kernel(17), {data}), FaultKind::deadlock,
         "R36: more than 16 data words for one TMU access", 17);
}

TEST_F(Limits, NothingToPop) {
  const std::string message = "R38: ldtmu with no outstanding request";
  expect(fault_of([](Assembler& a) { a.nop(ldtmu(rf1)); }), FaultKind::deadlock, message, 0);
  expect(fault_of(
             [](Assembler& a) {
               loads(a, 2);
               for (int i = 0; i < 3; ++i) a.nop(ldtmu(rf2));
             },
             {data}),
         FaultKind::deadlock, message, 5);
  // A store has no result.
  expect(fault_of(
             [](Assembler& a) {
               a.nop(ldunifrf(rf1));
               a.mov(tmud, rf1);
               a.mov(tmua, rf1);
               a.nop(ldtmu(rf2));
             },
             {data}),
         FaultKind::deadlock, message, 3);
  // The request in the same instruction is too late.
  expect(fault_of(
             [](Assembler& a) {
               a.nop(ldunifrf(rf1));
               a.mov(tmua, rf1, ldtmu(rf2));
             },
             {data}),
         FaultKind::deadlock, message, 1);
}

// ---- the end of the code -----------------------------------------------------------------------

TEST_F(Limits, RunningOffTheCode) {
  // The last two instructions that are mapped.
  const std::uint32_t end = code + code_bytes;
  load(
      [](Assembler& a) {
        a.nop();
        a.nop();
      },
      end - 16);
  const auto result = machine().run(config({}, end - 16));
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, FaultKind::fetch);
  EXPECT_EQ(result.fault->message,
            fmt::format("R43: instruction fetch at unmapped GPU address 0x{:08x}", end));
  EXPECT_EQ(result.fault->pc, end);
  EXPECT_EQ(result.fault->address, end);
  EXPECT_EQ(result.instructions, 2u);
  EXPECT_EQ(sim::describe(*result.fault),
            fmt::format("instruction fetch fault: R43: instruction fetch at unmapped GPU address "
                        "0x{0:08x} (batch 0, QPU 0, thread 0) at instruction 0x{0:08x}",
                        end));
}

TEST_F(Limits, CodeAtAnUnmappedAddress) {
  const auto result = machine().run(config({}, 0x7000'0000));
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, FaultKind::fetch);
  EXPECT_EQ(result.fault->address, 0x7000'0000u);
  EXPECT_EQ(result.instructions, 0u);
}

TEST_F(Limits, BranchesToUnmappedAddresses) {
  const auto direct = fault_of([](Assembler& a) {
    a.b(0x7000'0000, always, absolute);
    for (int i = 0; i < 3; ++i) a.nop();
  });
  EXPECT_EQ(direct.kind, FaultKind::fetch);
  EXPECT_EQ(direct.address, 0x7000'0000u);
  const auto by_register = fault_of(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.b(rf1, always);
        for (int i = 0; i < 3; ++i) a.nop();
      },
      {0x6000'0000});
  EXPECT_EQ(by_register.kind, FaultKind::fetch);
  EXPECT_EQ(by_register.address, 0x6000'0000u);
  // Relative, around 4 GiB: code is at 1 MiB.
  const auto around = fault_of([](Assembler& a) {
    a.b(-0x20'0000, always);
    for (int i = 0; i < 3; ++i) a.nop();
  });
  EXPECT_EQ(around.kind, FaultKind::fetch);
  EXPECT_EQ(around.address, code + 32 - 0x20'0000);
  // Not taken, or never reached, is no fault.
  run([](Assembler& a) {
    a.b(0x7000'0000, anya, absolute);
    for (int i = 0; i < 3; ++i) a.nop();
  });
}

// Empty memory reads as words of zero.
TEST_F(Limits, NoEnd) {
  const auto job = launch([](Assembler& a) {
    for (int i = 0; i < 10; ++i) a.nop();
  });
  ASSERT_TRUE(job.fault);
  expect(*job.fault, FaultKind::invalid,
         "R41: no instruction: op_mul is 0 and there is no branch marker", 10);
  EXPECT_EQ(job.instructions, 10u);
}

// ---- budget ------------------------------------------------------------------------------------

TEST_F(Limits, Budget) {
  new_machine({.instruction_budget = 1000});
  const auto job = launch(endless);
  ASSERT_TRUE(job.fault);
  EXPECT_EQ(job.fault->kind, FaultKind::budget);
  EXPECT_EQ(job.fault->message, "more than 1000 instructions in one batch: an endless loop?");
  EXPECT_GE(job.fault->pc, code);
  EXPECT_LT(job.fault->pc, code + 32);
  EXPECT_GE(job.instructions, 1000u);
  EXPECT_LE(job.instructions, 1004u);
  // The process and the machine go on.
  run([](Assembler&) {});
}

TEST_F(Limits, BudgetIsPerBatch) {
  new_machine({.instruction_budget = 1000});
  const auto rounds = [](int count) {
    return [=](Assembler& a) {
      a.nop(ldunifrf(rf1));
      const auto loop = a.loop();
      a.sub(rf1, rf1, 1, pushz);
      loop.b(na0);
      for (int i = 0; i < 3; ++i) a.nop();
      (void)count;
    };
  };
  const auto job = run(rounds(0), {100}, {.batches = 50});
  EXPECT_EQ(job.instructions, 50u * (1 + 500 + 7));
  EXPECT_EQ(fault_of(rounds(0), {201}, {.batches = 50}).kind, FaultKind::budget);
}

// Loops without an end through registers and over several blocks.
TEST_F(Limits, BudgetOfOtherLoops) {
  new_machine({.instruction_budget = 100'000});
  const auto through_register = fault_of(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.b(rf1, always);
        for (int i = 0; i < 3; ++i) a.nop();
      },
      {code + 8});
  EXPECT_EQ(through_register.kind, FaultKind::budget);
  const auto ping_pong = fault_of([](Assembler& a) {
    a.L("a");
    a.b(a.R("b"), always);
    for (int i = 0; i < 3; ++i) a.nop();
    a.L("b");
    a.b(a.R("a"), allna);
    for (int i = 0; i < 3; ++i) a.nop();
  });
  EXPECT_EQ(ping_pong.kind, FaultKind::budget);
}

}  // namespace
}  // namespace vc7::test
