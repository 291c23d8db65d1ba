// SPDX-License-Identifier: MIT
//
// Thread switches, the end of a thread, both threading modes (v3d71 §12).
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using sim::FaultKind;

class Threads : public MachineFixture {
 protected:
  static void nops(Assembler& a, int count) {
    for (int i = 0; i < count; ++i) a.nop();
  }
  static void thread_switch(Assembler& a) {
    a.nop(thrsw);
    nops(a, 2);
  }
};

// Both slots of the thread end are executed, the word behind them is not.
TEST_F(Threads, End) {
  const auto job = launch(
      [](Assembler& a) {
        begin(a);
        a.mov(rf1, 3);
        a.nop(thrsw);
        a.nop(thrsw);
        a.nop();
        a.nop();
        a.mov(tmud, rf1, thrsw);
        a.mov(tmua, rf30).add(rf30, rf30, rf31);
        a.mov(tmud, rf1);
        a.raw(0);
      },
      {input, output});
  EXPECT_FALSE(job.fault);
  EXPECT_EQ(job.batches, 1u);
  EXPECT_EQ(job.instructions, 14u);
  EXPECT_EQ(result(0), all_lanes(3));
  launch(
      [](Assembler& a) {
        begin(a);
        a.mov(rf1, 4);
        a.nop(thrsw);
        a.nop(thrsw);
        a.nop();
        a.nop();
        a.nop(thrsw);
        a.mov(tmud, rf1);
        a.mov(tmua, rf30);
        a.raw(0);
      },
      {input, output});
  EXPECT_EQ(result(0), all_lanes(4));
}

TEST_F(Threads, InstructionCounts) {
  EXPECT_EQ(run([](Assembler&) {}).instructions, 7u);
  EXPECT_EQ(run([](Assembler& a) { nops(a, 1000); }).instructions, 1007u);
  EXPECT_EQ(run([](Assembler& a) { nops(a, 20'000); }).instructions, 20'007u);
  const auto counted = [](Assembler& a) {
    a.mov(rf1, 10);
    const auto loop = a.loop();  // 5 instructions, 10 times
    a.sub(rf1, rf1, 1, pushz);
    loop.b(na0);
    nops(a, 3);
    a.b(a.R("end"), always);  // 4, and 2 that are skipped
    nops(a, 3);
    nops(a, 2);
    a.L("end");
  };
  EXPECT_EQ(run(counted).instructions, 1u + 50 + 4 + 7);
  EXPECT_EQ(run(counted, {}, {.batches = 100}).instructions, 6200u);
}

// A switch by itself: everything that belongs to the thread is kept (§12.2).
TEST_F(Threads, WhatASwitchKeeps) {
  write(uniforms + 0x1000, {1, 2, 3, 4});
  run_body(
      [](Assembler& a) {
        a.nop(ldunifrf(unifa));
        a.nop(ldunifrf(rf1));
        a.b(a.R("call"), always).set_link();
        nops(a, 3);
        a.L("call");
        a.lr(rf2);
        a.nop(ldunifarf(rf3));
        a.eidx(rf4);
        a.sub(null, rf4, 3, pushn);
        a.sub(null, rf4, 9, pushn);
        a.sub(rf8, rf4, 6);
        a.nop(ldunifrf(tmuc));
        thread_switch(a);
        a.mov(tmua, rf29);  // the configuration: vec2
        a.nop(ldtmu(rf9));
        a.nop(ldtmu(rf10));
        a.vfla(rf5);
        a.vflb(rf6);
        a.lr(rf7);
        a.sub(rf7, rf7, rf2);
        a.nop(ldunifarf(rf11));
        a.nop(ldunifrf(rf12));
        for (unsigned i = 5; i <= 12; ++i) out(a, rf[i]);
      },
      {each_lane([](auto lane) { return 50 + lane; })}, {uniforms + 0x1000, 11, 0xfffffffa, 13});
  const auto mask = [](std::uint32_t below) {
    return each_lane([=](auto lane) { return lane < below ? 0x10001 : 0; });
  };
  EXPECT_EQ(result(0), mask(9));
  EXPECT_EQ(result(1), mask(3));
  EXPECT_EQ(result(2), all_lanes(0));
  EXPECT_EQ(result(3), each_lane([](auto lane) { return lane - 6; }));
  EXPECT_EQ(result(4), each_lane([](auto lane) { return 50 + lane; }));
  EXPECT_EQ(result(5), each_lane([](auto lane) { return lane == 15 ? 0 : 51 + lane; }));
  EXPECT_EQ(result(6), all_lanes(2));
  EXPECT_EQ(result(7), all_lanes(13));
}

// rtop and the mode of v8dot are lost; without a switch they are there.
TEST_F(Threads, WhatASwitchLoses) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        in(a, rf2);
        for (const bool switches : {false, true}) {
          a.nop().multop(null, rf1, rf2);
          a.setnnmode_ss();
          if (switches)
            thread_switch(a);
          else
            nops(a, 3);
          a.nop().umul24(rf3, rf1, rf2);
          a.nop().v8dot(rf4, rf1, rf2);
          a.nop().umul24(rf5, rf1, rf2);  // umul24 has used it up
          for (unsigned i = 3; i <= 5; ++i) out(a, rf[i]);
        }
      },
      {all_lanes(0x81020304), all_lanes(0x0203ff05)});
  const std::uint32_t product = 0x81020304u * 0x0203ff05u;
  const std::uint32_t low = static_cast<std::uint32_t>(std::uint64_t{0x020304} * 0x03ff05);
  EXPECT_EQ(result(0), all_lanes(product));
  EXPECT_EQ(result(1), all_lanes(static_cast<std::uint32_t>(-127 * 2 + 2 * 3 + 3 * -1 + 4 * 5)));
  EXPECT_EQ(result(2), all_lanes(low));
  EXPECT_EQ(result(3), all_lanes(low));
  EXPECT_EQ(result(4), all_lanes(129 * 2 + 2 * 3 + 3 * 255 + 4 * 5));  // uu
  EXPECT_EQ(result(5), all_lanes(low));
}

// test_alu: the pop in the slots of the switch of its request; the next request in slot 2 with a
// switch of its own at distance 2 (§7.1).
TEST_F(Threads, RequestsAndPopsInTheSlots) {
  run_body(
      [](Assembler& a) {
        a.mov(rf1, rf29);
        a.mov(tmua, rf1, thrsw).add(rf1, rf1, rf31);
        a.nop();
        a.mov(tmua, rf1, thrsw).add(rf1, rf1, rf31);
        a.nop(ldtmu(rf2));
        a.nop(ldtmu(rf3));
        a.mov(tmua, rf1, thrsw);
        a.nop(ldtmu(rf4));
        a.nop();
        for (unsigned i = 2; i <= 4; ++i) out(a, rf[i]);
      },
      {all_lanes(1), all_lanes(2), all_lanes(3)});
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(result(i), all_lanes(i + 1));
}

// Every distance from an ordinary switch to the pair that announces the last one.
TEST_F(Threads, SwitchBeforeTheLastOne) {
  for (int distance = 2; distance <= 6; ++distance) {
    const auto job = launch([&](Assembler& a) {
      a.nop(thrsw);
      nops(a, distance - 1);
      a.nop(thrsw);
      a.nop(thrsw);
      nops(a, 2);
      a.nop(thrsw);
      nops(a, 2);
      a.raw(0);
    });
    EXPECT_FALSE(job.fault) << sim::describe(*job.fault);
    EXPECT_EQ(job.instructions, static_cast<unsigned>(distance) + 7);
  }
}

// The end right behind the pair, and later; at distance 2 from the first of the pair it is third in
// a row.
TEST_F(Threads, DistanceOfTheEnd) {
  for (int between = 1; between <= 5; ++between) {
    const auto job = launch([&](Assembler& a) {
      a.nop(thrsw);
      a.nop(thrsw);
      nops(a, between);
      a.nop(thrsw);
      nops(a, 2);
      a.raw(0);
    });
    EXPECT_FALSE(job.fault) << sim::describe(*job.fault);
    EXPECT_EQ(job.instructions, static_cast<unsigned>(between) + 5);
  }
}

// The pair, the end and branches between them: blocks of their own.
TEST_F(Threads, AnnouncedInAnotherBlock) {
  run_body([](Assembler& a) {
    a.nop(thrsw);
    a.nop(thrsw);
    nops(a, 2);
    a.mov(rf1, 3);
    const auto loop = a.loop();
    a.sub(rf1, rf1, 1, pushz);
    loop.b(na0);
    nops(a, 3);
    a.b(a.R("end"), always);
    nops(a, 3);
    a.raw(0);
    a.L("end");
    a.mov(rf2, 5);
    out(a, rf2);
    a.nop(thrsw);
    nops(a, 2);
    a.raw(0);
  });
  EXPECT_EQ(result(), all_lanes(5));
}

// Any number of ordinary switches; only the announced end ends.
TEST_F(Threads, NotAnnounced) {
  run_body([](Assembler& a) {
    a.mov(rf1, 0);
    a.mov(rf2, 1);
    for (int i = 0; i < 10; ++i) {
      a.add(rf1, rf1, rf2, thrsw);
      a.add(rf1, rf1, 1);
      a.add(rf1, rf1, 1);
      a.add(rf1, rf1, 1);
    }
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(40));
}

// Entered at its second instruction, a pair is an ordinary switch.
TEST_F(Threads, IntoThePair) {
  run_body([](Assembler& a) {
    a.b(a.R("second"), always);
    nops(a, 3);
    a.nop(thrsw);
    a.L("second");
    a.nop(thrsw);
    nops(a, 3);
    thread_switch(a);
    a.mov(rf1, 6);
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(6));
}

// A pair may carry loads and operations like any instruction.
TEST_F(Threads, WorkInThePair) {
  launch(
      [](Assembler& a) {
        begin(a);
        a.mov(rf1, 1);
        a.add(rf1, rf1, rf1, thrsw);
        a.add(rf1, rf1, rf1, thrsw).mov(rf2, rf1);
        a.add(rf1, rf1, rf1);
        a.add(rf1, rf1, rf1);
        out(a, rf1);
        out(a, rf2);
        a.nop(thrsw);
        nops(a, 2);
      },
      {input, output});
  EXPECT_EQ(result(0), all_lanes(16));
  EXPECT_EQ(result(1), all_lanes(2));
}

// ---- modes -------------------------------------------------------------------------------------

TEST_F(Threads, SingleSegment) {
  const Launch single{.single_segment = true};
  const auto job = launch(
      [](Assembler& a) {
        begin(a);
        a.mov(rf1, 1);
        a.mov(tmud, rf1, thrsw);
        a.mov(tmua, rf30).add(rf30, rf30, rf31);
        a.nop();
        a.raw(0);
      },
      {input, output}, single);
  EXPECT_FALSE(job.fault) << sim::describe(*job.fault);
  EXPECT_EQ(job.instructions, 10u);
  EXPECT_EQ(result(), all_lanes(1));
  // A pair has no meaning of its own there.
  const auto pair = launch(
      [](Assembler& a) {
        a.nop(thrsw);
        a.nop(thrsw);
        a.nop();
        a.raw(0);
      },
      {}, single);
  EXPECT_FALSE(pair.fault) << sim::describe(*pair.fault);
  EXPECT_EQ(pair.instructions, 3u);
  // The same program in the normal mode runs on.
  const auto normal = launch([](Assembler& a) {
    a.nop(thrsw);
    nops(a, 2);
    a.raw(0);
  });
  ASSERT_TRUE(normal.fault);
  EXPECT_EQ(normal.fault->kind, FaultKind::invalid);
  EXPECT_EQ(normal.fault->pc, code + 24);
}

TEST_F(Threads, FourWay) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.tidx(rf2);
        a.add(rf1, rf1, rf2);
        out(a, rf1);
      },
      {all_lanes(10)}, {}, {.four_way = true});
  EXPECT_EQ(result(), all_lanes(10));
}

// Registers start at 0 in the model, whatever ran before (v3d71 §13.3).
TEST_F(Threads, NothingIsLeftFromOtherBatches) {
  const auto kernel = [](Assembler& a) {
    for (unsigned i = 4; i <= 63; ++i) {
      if (i >= 29 && i <= 31) continue;
      a.bor(rf0, rf0, rf[i]);
    }
    a.bor(rf0, rf0, rf1);
    a.vfla(rf1);
    a.bor(rf0, rf0, rf1);
    a.shl(rf3, rf3, 6);  // workgroup x
    begin(a);
    a.add(rf30, rf30, rf3);
    out(a, rf0);
    a.mov(null, 0, pushz);
    a.mov(null, 0, pushz);
    for (unsigned i = 0; i <= 63; ++i)
      if (i != 2 && i != 3) a.mov(rf[i], -1);
  };
  write(output, Words(16 * 40, 1));
  run(kernel, {input, output}, {.batches = 40});
  EXPECT_EQ(words(output, 16 * 40), Words(16 * 40, 0));
}

TEST_F(Threads, ResultsLeftAtTheEnd) {
  const auto job = run(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.mov(tmua, rf1);
      },
      {input}, {.batches = 3});
  EXPECT_EQ(job.warnings, std::vector<std::string>{"thread end with TMU results not popped"});
}

}  // namespace
}  // namespace vc7::test
