// SPDX-License-Identifier: MIT
//
// Supergroup barriers (v3d71 §12.4), and how batches advance relative to each other (§12.2).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using sim::FaultKind;

class Barrier : public MachineFixture {
 protected:
  static constexpr std::uint32_t shared = data + 0x80'0000;

  static void barrier(Assembler& a) {
    a.tmuwt();
    a.barrierid(syncb, thrsw);
    a.nop();
    a.nop();
  }
  /// rf4 = number of the batch, rf5 = address of its lane's word in `shared`, rf6 = 64. Takes one
  /// uniform.
  static void place(Assembler& a) {
    a.mov(rf4, rf3.unpack(ul), ldunifrf(rf5));
    a.eidx(rf6);
    a.shl(rf6, rf6, 2);
    a.add(rf5, rf5, rf6);
    a.shl(rf6, rf4, 6);
    a.add(rf5, rf5, rf6);
    a.mov(rf6, 1);
    a.shl(rf6, rf6, 6);
  }
  /// A barrier and no more, in all batches that pass the condition `batch < limit`.
  static auto barrier_below(bool then_all) {
    return [=](Assembler& a) {
      a.mov(rf4, rf3.unpack(ul), ldunifrf(rf5));
      a.sub(null, rf4, rf5, pushc);
      a.b(a.R("over"), allna);
      for (int i = 0; i < 3; ++i) a.nop();
      barrier(a);
      a.L("over");
      if (then_all) barrier(a);
    };
  }
};

// test_barrier: 24 batches on 12 QPUs exchange words with their neighbours. Behind the barrier
// every batch loads the word of the next one and overwrites its own two switches later. That is a
// race, but the hardware, where all advance together, gives every batch the neighbour's first word.
TEST_F(Barrier, ExchangeWithTheNeighbour) {
  for (const bool four_way : {false, true}) {
    const std::uint32_t count = four_way ? 48 : 24;
    run(
        [&](Assembler& a) {
          a.tidx(rf4, ldunifrf(rf5));
          if (!four_way) a.shr(rf4, rf4, 1);  // (qpu * 2) + (slot >> 1)
          a.nop(ldunifrf(rf7));               // count
          a.add(rf8, rf4, 1);
          a.sub(null, rf8, rf7, pushz);
          a.mov(rf8, 0, ifa);  // the next one
          a.eidx(rf6);
          a.shl(rf6, rf6, 2);
          a.add(rf5, rf5, rf6);
          a.shl(rf9, rf4, 6);
          a.add(rf9, rf9, rf5);
          a.shl(rf8, rf8, 6);
          a.add(rf8, rf8, rf5);
          a.add(tmud, rf4, 10);
          a.mov(tmua, rf9);
          barrier(a);
          a.mov(tmua, rf8, thrsw);
          a.nop();
          a.nop();
          a.nop(ldtmu(rf1));
          a.nop(thrsw);
          a.nop();
          a.nop();
          a.mov(tmud, rf1);
          a.mov(tmua, rf9);
          a.tmuwt();
        },
        {shared, count}, {.batches = count, .batches_per_supergroup = count, .four_way = four_way});
    for (std::uint32_t i = 0; i < count; ++i)
      EXPECT_EQ(vector(shared + 64 * i), all_lanes((i + 1) % count + 10)) << i;
  }
}

// A sum over all batches in five rounds, each of two barriers; no race.
TEST_F(Barrier, PrefixSums) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.add(tmud, rf4, 1);
    a.mov(tmua, rf5);
    a.add(rf7, rf4, 1);  // the sum so far
    a.mov(rf8, 1);       // distance
    const auto round = a.loop();
    barrier(a);
    a.shl(rf9, rf8, 6);
    a.sub(rf9, rf5, rf9);
    a.sub(null, rf4, rf8, pushc);  // batches below the distance have nothing to add
    a.mov(tmua, rf9, ifna, thrsw);
    a.nop();
    a.nop();
    a.nop(ldtmu(rf1));
    a.sub(null, rf4, rf8, pushc);
    a.add(rf7, rf7, rf1, ifna);
    barrier(a);
    a.mov(tmud, rf7);
    a.mov(tmua, rf5);
    a.shl(rf8, rf8, 1);
    a.shr(rf10, rf8, 5);
    a.mov(null, rf10, pushz);
    round.b(a0);
    a.nop();
    a.nop();
    a.nop();
  };
  run(kernel, {shared}, {.batches = 24, .batches_per_supergroup = 24});
  for (std::uint32_t i = 0; i < 24; ++i)
    EXPECT_EQ(vector(shared + 64 * i), all_lanes((i + 1) * (i + 2) / 2)) << i;
}

// Every supergroup has its own; the last one may be cut short by cfg4 (scopy).
TEST_F(Barrier, ManySupergroups) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.mov(tmud, 1);
    a.mov(tmua, rf5);
    barrier(a);
    // The word of the first batch of the supergroup: 8 batches, 512 bytes.
    a.mov(rf7, 7);
    a.band(rf8, rf4, rf7);
    a.shl(rf8, rf8, 6);
    a.sub(rf9, rf5, rf8);
    a.sub(null, 0, rf8, pushz);
    a.mov(tmua, rf9);
    a.nop(ldtmu(rf1));
    a.add(tmud, rf1, 1);
    a.mov(tmua, rf5, ifna);  // all but the first one
    a.nop(thrsw);
    a.nop();
    a.nop();
  };
  for (const std::uint32_t batches : {8u, 80u, 83u, 3u}) {
    write(shared, Words(16 * 90, 0));
    const auto job = run(kernel, {shared}, {.batches = batches, .batches_per_supergroup = 8});
    EXPECT_EQ(job.batches, batches);
    for (std::uint32_t i = 0; i < batches; ++i)
      EXPECT_EQ(vector(shared + 64 * i), all_lanes(i % 8 == 0 ? 1 : 2)) << i;
  }
}

TEST_F(Barrier, OneBatch) {
  run_body([](Assembler& a) {
    for (int i = 0; i < 3; ++i) barrier(a);
    a.mov(rf1, 1);
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(1));
}

// The wait is at the next switch, which may be the last one: the epilogue of scopy.
TEST_F(Barrier, AtTheLastSwitch) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.mov(tmud, 1);
    a.mov(tmua, rf5);
    a.tmuwt();
    a.barrierid(syncb, thrsw);
    a.nop(thrsw);
    a.nop();
    a.nop();
    // All have stored.
    a.sub(rf7, 11, rf4);
    a.shl(rf7, rf7, 6);
    a.add(rf5, rf5, rf7);  // word of batch 11
    a.mov(tmua, rf5);
    a.nop(ldtmu(rf1));
    a.shl(rf4, rf4, 6);
    a.add(rf5, rf5, rf4);
    a.add(rf5, rf5, rf6);
    a.mov(tmud, rf1);
    a.mov(tmua, rf5, thrsw);
    a.nop();
    a.nop();
  };
  ASSERT_FALSE(launch(kernel, {shared}, {.batches = 12, .batches_per_supergroup = 16}).fault);
  for (std::uint32_t i = 0; i < 24; ++i) EXPECT_EQ(vector(shared + 64 * i), all_lanes(1)) << i;
}

// The request and the switch need not be one instruction.
TEST_F(Barrier, SwitchLater) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.barrierid(syncb);
    a.add(tmud, rf4, 3);  // still before the wait
    a.mov(tmua, rf5);
    a.tmuwt();
    a.nop(thrsw);
    a.nop();
    a.nop();
    a.mov(rf7, 3);
    a.bxor(rf8, rf4, rf7);
    a.sub(rf8, rf8, rf4);
    a.shl(rf8, rf8, 6);
    a.add(rf8, rf8, rf5);
    a.mov(tmua, rf8);
    a.nop(ldtmu(rf1));
    a.shl(rf9, rf6, 4);  // 1024 further on
    a.add(rf5, rf5, rf9);
    a.mov(tmud, rf1);
    a.mov(tmua, rf5);
  };
  run(kernel, {shared}, {.batches = 4, .batches_per_supergroup = 4});
  for (std::uint32_t i = 0; i < 4; ++i)
    EXPECT_EQ(vector(shared + 1024 + 64 * i), all_lanes((i ^ 3) + 3)) << i;
}

// ---- barriers that cannot complete -------------------------------------------------------------

TEST_F(Barrier, SomeNeverArrive) {
  const auto fault =
      fault_of(barrier_below(false), {3}, {.batches = 4, .batches_per_supergroup = 4});
  EXPECT_EQ(fault.kind, FaultKind::deadlock);
  EXPECT_EQ(
      fault.message,
      "R35: barrier cannot complete: 3 of 4 batches of the supergroup arrived, the others have "
      "ended");
  EXPECT_EQ(fault.batch, 0u);
  // In the second supergroup.
  const auto later =
      fault_of(barrier_below(false), {7}, {.batches = 8, .batches_per_supergroup = 4});
  EXPECT_EQ(later.kind, FaultKind::deadlock);
  EXPECT_EQ(later.batch, 4u);
  EXPECT_EQ(later.qpu, 4u);
  EXPECT_EQ(sim::describe(later),
            "deadlock: R35: barrier cannot complete: 3 of 4 batches of the supergroup arrived, the "
            "others have ended (batch 4, QPU 4, thread 0)");
}

TEST_F(Barrier, SomeWaitMoreOften) {
  const auto fault =
      fault_of(barrier_below(true), {2}, {.batches = 6, .batches_per_supergroup = 6});
  EXPECT_EQ(fault.kind, FaultKind::deadlock);
  EXPECT_EQ(
      fault.message,
      "R35: barrier cannot complete: 2 of 6 batches of the supergroup arrived, the others have "
      "ended");
}

// All batches of the supergroup have to be resident.
TEST_F(Barrier, TooLargeSupergroup) {
  const auto kernel = [](Assembler& a) { barrier(a); };
  struct Case {
    sim::Topology topology;
    bool four_way;
    std::uint32_t slots;
  };
  for (const Case& c :
       {Case{sim::topology_7_1_10, false, 24}, Case{sim::topology_7_1_10, true, 48},
        Case{sim::topology_7_1_7, false, 32}, Case{sim::topology_7_1_7, true, 64}}) {
    new_machine({.topology = c.topology});
    run(kernel, {},
        {.batches = c.slots, .batches_per_supergroup = c.slots, .four_way = c.four_way});
    const auto fault = fault_of(
        kernel, {},
        {.batches = c.slots + 1, .batches_per_supergroup = c.slots + 1, .four_way = c.four_way});
    EXPECT_EQ(fault.kind, FaultKind::deadlock);
    EXPECT_EQ(
        fault.message,
        fmt::format("R35: barrier in a supergroup of {} batches, only {} are resident at a time",
                    c.slots + 1, c.slots));
    // Without a barrier it does not matter.
    run([](Assembler&) {}, {},
        {.batches = c.slots + 1, .batches_per_supergroup = c.slots + 1, .four_way = c.four_way});
  }
}

TEST_F(Barrier, OtherCommands) {
  const auto fault = fault_of([](Assembler& a) {
    a.mov(syncb, 1);
    a.nop(thrsw);
    a.nop();
    a.nop();
  });
  EXPECT_EQ(fault.kind, FaultKind::unsupported);
  EXPECT_EQ(fault.message, "R35: a synchronisation command other than barrierid");
  EXPECT_EQ(fault.pc, code);
}

// A fault in one batch of the group ends the job; the first in the order of time is reported.
TEST_F(Barrier, FaultBehindTheBarrier) {
  const auto fault = fault_of(
      [](Assembler& a) {
        place(a);
        barrier(a);
        a.sub(rf7, rf4, 5, pushz);
        a.mov(tmua, rf7, ifa);
        a.nop(ldtmu(rf1));
      },
      {shared}, {.batches = 12, .batches_per_supergroup = 12});
  EXPECT_EQ(fault.kind, FaultKind::memory);
  EXPECT_EQ(fault.batch, 5u);
  EXPECT_EQ(fault.qpu, 5u);
  EXPECT_EQ(fault.address, 0u);
}

}  // namespace
}  // namespace vc7::test
