// SPDX-License-Identifier: MIT
//
// The two uniform streams and their cache (v3d71 §11).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using sim::FaultKind;

class Uniforms : public MachineFixture {
 protected:
  /// Three instructions between a write to unifa and the first ldunifa (R22).
  static void wait(Assembler& a) {
    for (int i = 0; i < 3; ++i) a.nop();
  }
  /// A word of the uniform buffer behind what run_body() puts there.
  static constexpr std::uint32_t table = uniforms + 0x1000;
};

TEST_F(Uniforms, EveryConsumerTakesOneWord) {
  run_body(
      [](Assembler& a) {
        a.nop(ldunif);
        a.mov(rf1, rf0);  // rf0 is there in the next instruction
        a.nop(ldunifrf(rf2));
        a.nop(wrtmuc);       // 0xfffffffb: vec3
        a.mov(tmuau, rf29);  // replaces it: vec2
        a.nop(ldtmu(rf3));
        a.nop(ldtmu(rf4));
        a.nop(ldunifrf(rf5));
        for (unsigned i = 1; i <= 5; ++i) out(a, rf[i]);
      },
      {all_lanes(7), all_lanes(8)}, {11, 22, 0xfffffffb, 0xfffffffa, 33});
  const std::uint32_t expected[] = {11, 22, 7, 7, 33};
  for (std::uint32_t i = 0; i < 5; ++i) {
    if (i == 3)
      EXPECT_EQ(result(i), each_lane([](auto lane) { return lane == 15 ? 8 : 7; }));
    else
      EXPECT_EQ(result(i), all_lanes(expected[i])) << i;
  }
}

TEST_F(Uniforms, LoadIntoMagicAddresses) {
  run_body(
      [](Assembler& a) {
        a.nop(ldunifrf(tmud));
        a.mov(tmua, rf30).add(rf30, rf30, rf31);
        a.nop(ldunifrf(rep));
        out(a, rf0);
        a.nop(ldunifrf(null));
        a.nop(ldunifrf(tmua));  // the same address in all lanes
        a.nop(ldtmu(rf1));
        out(a, rf1);
        a.nop(ldunifrf(unifa));
        wait(a);
        a.nop(ldunifarf(rf2));
        out(a, rf2);
        a.nop(ldunifarf(tmud));
        a.mov(tmua, rf30).add(rf30, rf30, rf31);
      },
      {each_lane([](auto lane) { return 500 + lane; })}, {41, 42, 43, input + 8, input + 12});
  EXPECT_EQ(result(0), all_lanes(41));
  EXPECT_EQ(result(1), all_lanes(42));
  EXPECT_EQ(result(2), all_lanes(502));
  EXPECT_EQ(result(3), all_lanes(503));
  EXPECT_EQ(result(4), all_lanes(504));
}

TEST_F(Uniforms, ManyLines) {
  Words list;
  for (std::uint32_t i = 0; i < 400; ++i) list.push_back(i * i);
  run_body(
      [](Assembler& a) {
        for (int i = 0; i < 400; ++i) {
          a.nop(ldunifrf(rf1));
          out(a, rf1);
        }
      },
      {}, list);
  for (std::uint32_t i = 0; i < 400; ++i) EXPECT_EQ(result(i), all_lanes(i * i));
}

// test_unifa case 1: lane 0 of the written value is the address; loads directly one after another;
// rf0 can be read in the next instruction.
TEST_F(Uniforms, UnifaTakesElementZero) {
  write(table, {1, 2, 3, 4, 5, 6});
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.mov(unifa, rf1);
        wait(a);
        a.nop(ldunifa);
        a.mov(rf2, rf0, ldunifa);
        a.mov(rf3, rf0);
        a.nop(ldunifarf(rf4));
        a.nop(ldunif);  // the main stream is another one
        a.mov(rf5, rf0);
        a.nop(ldunifa);
        for (const Register r : {rf2, rf3, rf4, rf5, rf0}) out(a, r);
      },
      {each_lane([](auto lane) { return table + 4 * lane; })}, {77});
  const std::uint32_t expected[] = {1, 2, 3, 77, 4};
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(result(i), all_lanes(expected[i])) << i;
}

// test_unifa case 2: unifa written in a slot of a branch that also moves the main stream; the
// vector base + 4 * lane starts the main stream at base.
TEST_F(Uniforms, UnifaInABranchSlot) {
  write(table, {1, 2, 3, 4});
  write(table + 0x1000, {11, 12, 13, 14});
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        in(a, rf2);
        a.b(a.R("next"), always).unif_addr(rf1);
        a.mov(unifa, rf2);
        a.nop();
        a.nop();
        a.L("next");
        a.nop(ldunifrf(rf3));
        a.nop(ldunifarf(rf4));
        a.nop(ldunifrf(rf5));
        a.nop(ldunifarf(rf6));
        for (unsigned i = 3; i <= 6; ++i) out(a, rf[i]);
      },
      {each_lane([](auto lane) { return table + 4 * lane; }),
       each_lane([](auto lane) { return table + 0x1000 + 4 * lane; })});
  const std::uint32_t expected[] = {1, 11, 2, 12};
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(result(i), all_lanes(expected[i])) << i;
}

// test_unifa case 3: the address of the main stream is lane 1 ("second element").
TEST_F(Uniforms, BranchTakesElementOne) {
  write(table, {1, 2, 3, 4});
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        in(a, rf2);
        a.mov(unifa, rf2);
        a.b(a.R("next"), always).unif_addr(rf1);
        a.nop();
        a.nop();
        a.nop();
        a.L("next");
        a.nop(ldunifrf(rf3));
        a.nop(ldunifarf(rf4));
        out(a, rf3);
        out(a, rf4);
      },
      {each_lane([](auto lane) { return lane == 1 ? table : 0; }), all_lanes(table + 8)});
  EXPECT_EQ(result(0), all_lanes(1));
  EXPECT_EQ(result(1), all_lanes(3));
}

// A new address in the same instruction as a load: the load is of the old stream.
TEST_F(Uniforms, UnifaBesideItsLoad) {
  write(table, {1, 2, 3});
  write(table + 0x100, {11, 12});
  run_body(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.nop(ldunifrf(rf2));
        a.mov(unifa, rf1);
        wait(a);
        a.nop(ldunifarf(rf3));
        a.mov(unifa, rf2, ldunifarf(rf4));
        wait(a);
        a.nop(ldunifarf(rf5));
        for (unsigned i = 3; i <= 5; ++i) out(a, rf[i]);
      },
      {}, {table, table + 0x100});
  EXPECT_EQ(result(0), all_lanes(1));
  EXPECT_EQ(result(1), all_lanes(2));
  EXPECT_EQ(result(2), all_lanes(11));
}

// test_tmu_read_tmu_write_uniform_read: data (64 bytes), result (64) and uniforms (12) lie back to
// back. The job turns data from 1 to 2, re-points the stream at it and still reads 1.
TEST_F(Uniforms, StoresOfTheSameJobAreNotSeen) {
  const std::uint32_t base = data, results = data + 64, stream = data + 128;
  write(base, all_lanes(1));
  write(stream, {base, results, base});
  load([](Assembler& a) {
    a.eidx(rf10, ldunifrf(rf1));
    a.shl(rf10, rf10, 2);
    a.add(rf1, rf1, rf10, ldunifrf(rf11));
    a.add(rf11, rf11, rf10);
    a.mov(tmua, rf1);
    a.nop(ldtmu(rf12));
    a.add(tmud, rf12, 1);
    a.mov(tmua, rf1);
    a.tmuwt();
    a.b(a.R("next"), always).unif_addr(absolute);
    a.nop();
    a.nop();
    a.nop();
    a.L("next");
    a.nop(ldunifrf(rf13));
    a.add(tmud, rf12, rf13);
    a.mov(tmua, rf11);
    a.tmuwt();
    a.end_program();
  });
  sim::CsdConfig cfg = config({});
  cfg[6] = stream;
  ASSERT_FALSE(machine().run(cfg).fault);
  EXPECT_EQ(vector(base), all_lanes(2));
  EXPECT_EQ(vector(results), all_lanes(2));  // 1 + 1; a coherent stream would give 3
  // The next job sees what this one stored.
  ASSERT_FALSE(machine().run(cfg).fault);
  EXPECT_EQ(vector(base), all_lanes(3));
  EXPECT_EQ(vector(results), all_lanes(4));
}

// Lines are 256 bytes, filled at the first touch: a line not yet read is as memory is then.
TEST_F(Uniforms, LinesAreFilledAtTheFirstTouch) {
  for (std::uint32_t i = 0; i < 3; ++i) write(table + 256 * i, Words(64, 100 + i));
  run_body(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));  // in the middle of line 1
        a.mov(unifa, rf1);
        wait(a);
        a.nop(ldunifarf(null));
        a.nop(ldunifrf(rf2));
        a.eidx(rf3);
        a.shl(rf4, rf3, 4);  // every fourth word of line 0, then of 1 and 2
        a.add(rf2, rf2, rf4, ldunifrf(rf4));
        for (int i = 0; i < 3; ++i) {
          a.mov(tmud, 7);
          a.mov(tmua, rf2).add(rf2, rf2, rf4);
        }
        a.tmuwt();
        for (int i = 0; i < 6; ++i) {
          a.nop(ldunifrf(unifa));
          wait(a);
          a.nop(ldunifarf(rf5));
          out(a, rf5);
        }
      },
      {},
      {table + 256 + 128, table, 256, table, table + 240, table + 256 + 16, table + 256 + 240,
       table + 512, table + 512 + 240});
  // Line 1 is the old one.
  const std::uint32_t expected[] = {7, 7, 101, 101, 7, 7};
  for (std::uint32_t i = 0; i < 6; ++i) EXPECT_EQ(result(i), all_lanes(expected[i])) << i;
}

// The cache is one for all batches, and both streams share it.
TEST_F(Uniforms, BatchesShareTheCache) {
  write(table, {1});
  const auto kernel = [](Assembler& a) {
    a.mov(rf4, rf3.unpack(ul), ldunifrf(rf1));  // batch
    a.mov(unifa, rf1);
    a.eidx(rf5, ldunifrf(rf2));
    a.shl(rf5, rf5, 2);
    a.add(rf2, rf2, rf5);
    a.nop(ldunifarf(rf6));  // 1 in every batch
    a.shl(rf4, rf4, 6);
    a.add(rf2, rf2, rf4);
    a.mov(tmud, rf6);
    a.mov(tmua, rf2);
    a.mov(tmud, 9);
    a.mov(tmua, rf1);
    a.tmuwt();
  };
  run(kernel, {table, output}, {.batches = 50});
  for (std::uint32_t i = 0; i < 50; ++i) EXPECT_EQ(result(i), all_lanes(1)) << i;
  EXPECT_EQ(word(table), 9u);
  run(kernel, {table, output}, {.batches = 50});
  for (std::uint32_t i = 0; i < 50; ++i) EXPECT_EQ(result(i), all_lanes(9)) << i;
}

TEST_F(Uniforms, UnmappedStreams) {
  const std::uint32_t end = uniforms + uniform_bytes;
  write(end - 8, {1, 2});
  load([](Assembler& a) {
    a.nop(ldunif);
    a.nop(ldunif);
    a.nop(ldunif);
    a.end_program();
  });
  sim::CsdConfig cfg = config({});
  cfg[6] = end - 8;
  auto result = machine().run(cfg);
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, FaultKind::uniform);
  EXPECT_EQ(result.fault->address, end);
  EXPECT_EQ(result.fault->pc, code + 16);
  EXPECT_EQ(result.fault->lane, -1);
  EXPECT_EQ(result.fault->message,
            fmt::format("uniform read at unmapped GPU address 0x{:08x}", end));
  EXPECT_EQ(sim::name(result.fault->kind), "MMU fault");

  const auto unifa_fault = fault_of([](Assembler& a) {
    a.mov(unifa, 4);
    wait(a);
    a.nop(ldunifa);
  });
  EXPECT_EQ(unifa_fault.kind, FaultKind::uniform);
  EXPECT_EQ(unifa_fault.address, 4u);
  EXPECT_EQ(unifa_fault.pc, code + 32);
  EXPECT_EQ(unifa_fault.message, "unifa read at unmapped GPU address 0x00000004");

  // A program that reads no uniform needs none.
  load([](Assembler& a) { a.end_program(); });
  cfg[6] = 0;
  EXPECT_FALSE(machine().run(cfg).fault);
  // Every other consumer.
  const auto at_zero = [&](auto kernel) {
    load([&](Assembler& a) {
      kernel(a);
      a.end_program();
    });
    const auto fault = machine().run(cfg).fault.value_or(sim::Fault{});
    EXPECT_EQ(fault.kind, FaultKind::uniform);
    EXPECT_EQ(fault.address, 0u);
    EXPECT_EQ(fault.pc, code);
  };
  at_zero([](Assembler& a) { a.nop(ldunifrf(rf1)); });
  at_zero([](Assembler& a) { a.nop(wrtmuc); });
  at_zero([](Assembler& a) { a.mov(tmuau, 0); });
  at_zero([](Assembler& a) {
    a.b(0, always).unif_addr();
    for (int i = 0; i < 3; ++i) a.nop();
  });
}

}  // namespace
}  // namespace vc7::test
