// SPDX-License-Identifier: MIT
//
// The oracle's memory accesses, calculated by hand (v3d71 §10).
#include <gtest/gtest.h>

#include "oracle_job.hpp"

namespace vc7::sim::testing {
namespace {

using isa::Condition;
using isa::FlagOp;

constexpr std::uint32_t data = OracleJob::data;

/// Sets the configuration word.
void config(OracleJob& job, std::uint32_t word) {
  job.uniform(word) << nop().sig(Signal::ldunifrf, magic(Magic::tmuc));
}
void load(OracleJob& job, unsigned address) { job << mov(magic(Magic::tmua), r(address)); }
void pop(OracleJob& job, unsigned to) { job << nop().sig(Signal::ldtmu, reg(to)); }

TEST(OracleMemory, Vec4LoadGivesComponentsInOrder) {
  OracleJob job;
  for (std::uint32_t k = 0; k < 64; ++k) job.put_word(data + 4 * k, 1000 + k);
  job.ramp(1, data, 16);
  config(job, 0xfffffffc);
  load(job, 1);
  for (unsigned k = 0; k < 4; ++k) pop(job, 10 + k);
  for (unsigned k = 0; k < 4; ++k) job.store(10 + k);
  job.end().run();
  for (std::uint32_t k = 0; k < 4; ++k)
    EXPECT_EQ(job.row(k), each([k](auto lane) { return 1000 + 4 * lane + k; }));
}

TEST(OracleMemory, ConfigurationBytesAreUsedFromTheBottom) {
  OracleJob job;
  for (std::uint32_t k = 0; k < 64; ++k) job.put_word(data + 4 * k, k);
  job.ramp(1, data, 0);
  config(job, 0xfffafbfc);  // vec4, vec3, vec2, default
  unsigned to = 10;
  for (const unsigned n : {4u, 3u}) {
    load(job, 1);
    for (unsigned k = 0; k < n; ++k) pop(job, to++);
  }
  for (const unsigned n : {2u, 1u, 1u}) {
    load(job, 1);
    for (unsigned k = 0; k < n; ++k) pop(job, to++);
  }
  for (unsigned n = 10; n < to; ++n) job.store(n);
  job.end().run();
  const unsigned expected[] = {0, 1, 2, 3, 0, 1, 2, 0, 1, 0, 0};
  for (unsigned n = 0; n < 11; ++n) EXPECT_EQ(job.row(n), splat(expected[n])) << n;
}

TEST(OracleMemory, TmuauTakesItsConfigurationFromTheUniforms) {
  OracleJob job;
  job.put_word(data, 7);
  job.put_word(data + 4, 8);
  job.set(1, data);
  job.uniform(0xfffffffa) << mov(magic(Magic::tmuau), r(1));
  pop(job, 2);
  pop(job, 3);
  job.store(2).store(3).end().run();
  EXPECT_EQ(job.row(0), splat(7));
  EXPECT_EQ(job.row(1), splat(8));
}

TEST(OracleMemory, NarrowTypes) {
  OracleJob job;
  job.put_word(data, 0x8182f3f4);
  job.set(1, data + 1);
  unsigned to = 10;
  for (const std::uint32_t byte :
       {0xf8u, 0xf9u, 0xfdu, 0xfeu, 0xffu}) {  // int8 int16 uint8 uint16 uint32
    config(job, 0xffffff00 | byte);
    load(job, 1);
    pop(job, to++);
  }
  for (unsigned n = 10; n < to; ++n) job.store(n);
  job.end().run();
  EXPECT_EQ(job.row(0), splat(0xfffffff3));
  EXPECT_EQ(job.row(1), splat(0xfffff3f4)) << "the low address bit is ignored";
  EXPECT_EQ(job.row(2), splat(0xf3));
  EXPECT_EQ(job.row(3), splat(0xf3f4));
  EXPECT_EQ(job.row(4), splat(0x8182f3f4));
}

TEST(OracleMemory, NarrowStores) {
  OracleJob job;
  job.put_word(data, 0x11111111);
  job.put_word(data + 4, 0x22222222);
  job.set(2, 0xabcdef98);
  const auto store_to = [&](std::uint32_t address, std::uint32_t byte) {
    job.set(1, address);
    config(job, 0xffffff00 | byte);
    job << mov(magic(Magic::tmud), r(2));
    load(job, 1);
  };
  store_to(data + 2, 0xfd);
  store_to(data + 6, 0xfe);
  job.end().run();
  EXPECT_EQ(job.word(data), 0x11981111u);
  EXPECT_EQ(job.word(data + 4), 0xef982222u);
}

TEST(OracleMemory, Vec2StoreScatters) {
  OracleJob job;
  job.ramp(1, data, 8).ramp(2, 100, 1).ramp(3, 200, 1);
  config(job, 0xfffffffa);
  job << mov(magic(Magic::tmud), r(2)) << mov(magic(Magic::tmud), r(3));
  load(job, 1);
  job.end().run();
  for (std::uint32_t lane = 0; lane < 16; ++lane) {
    EXPECT_EQ(job.word(data + 8 * lane), 100 + lane);
    EXPECT_EQ(job.word(data + 8 * lane + 4), 200 + lane);
  }
  EXPECT_TRUE(job.warnings.take().empty());
}

TEST(OracleMemory, HighestLaneWins) {
  OracleJob job;
  job << op(AddOp::eidx, reg(2));
  job.set(1, data);
  job << mov(magic(Magic::tmud), r(2));
  load(job, 1);
  // vec4 at overlapping addresses: word k is component 0 of lane k if there is one, else of
  // lane 15.
  job.ramp(1, data + 64, 4);
  config(job, 0xfffffffc);
  for (unsigned k = 0; k < 4; ++k) {
    job << op(AddOp::shl, reg(3), r(2), imm(4));
    job << op(AddOp::bor, magic(Magic::tmud), r(3), imm(static_cast<int>(k)));
  }
  load(job, 1);
  job.end().run();
  EXPECT_EQ(job.word(data), 15u);
  for (std::uint32_t k = 0; k < 19; ++k)
    EXPECT_EQ(job.word(data + 64 + 4 * k), k < 16 ? k << 4 : 15u << 4 | (k - 15)) << k;
}

TEST(OracleMemory, OnlyActiveLanesAccess) {
  OracleJob job;
  for (std::uint32_t k = 0; k < 16; ++k) job.put_word(data + 4 * k, 50 + k);
  job.ramp(1, data, 4) << op(AddOp::eidx, reg(2));
  job.set(4, 99);
  job << op(AddOp::sub, nowhere, r(2), imm(5)).add_flag(FlagOp::pushz);  // A: lane 5
  job << mov(magic(Magic::tmua), r(1)).add_if(Condition::ifa);
  pop(job, 3);
  job << mov(magic(Magic::tmud), r(4)) << mov(magic(Magic::tmua), r(1)).add_if(Condition::ifa);
  job.store(3).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return lane == 5 ? 55u : 0; }));
  for (std::uint32_t k = 0; k < 16; ++k) EXPECT_EQ(job.word(data + 4 * k), k == 5 ? 99 : 50 + k);
}

TEST(OracleMemory, QuadGranularityLoadsWholeQuads) {
  OracleJob job;
  for (std::uint32_t k = 0; k < 16; ++k) job.put_word(data + 4 * k, 50 + k);
  job.ramp(1, data, 4) << op(AddOp::eidx, reg(2));
  job << op(AddOp::sub, nowhere, r(2), imm(5)).add_flag(FlagOp::pushz);
  config(job, 0xffffff7f);
  job << mov(magic(Magic::tmua), r(1)).add_if(Condition::ifa);
  pop(job, 3);
  job.store(3).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return lane / 4 == 1 ? 50 + lane : 0; }));
}

TEST(OracleMemory, LanesThatAreNotLiveDoNotAccess) {
  OracleJob job;
  job.first.live = 0x00ff;
  job.ramp(1, data, 4).set(2, 1);
  job << mov(magic(Magic::tmud), r(2));
  load(job, 1);
  job.end().run();
  for (std::uint32_t k = 0; k < 16; ++k) EXPECT_EQ(job.word(data + 4 * k), k < 8 ? 1u : 0u);
}

TEST(OracleMemory, MsfOfTheInstructionItselfComesTooLate) {
  OracleJob job;
  job.ramp(1, data, 4).set(2, 1);
  job << mov(magic(Magic::tmud), r(2));
  job << op(AddOp::setmsf, nowhere, imm(0)).mul(MulOp::mov, magic(Magic::tmua), r(1));
  job.end().run();
  EXPECT_EQ(job.word(data + 60), 1u) << "all is read before anything is written";
}

TEST(OracleMemory, AtomicsOfConventionA) {
  const struct {
    unsigned op;
    std::uint32_t old, operand, result;
  } rows[] = {{0, 5, 3, 8},
              {1, 5, 3, 2},
              {2, 5, 3, 3},
              {4, 5, 0xffffffff, 5},
              {5, 5, 0xffffffff, ~0u},
              {6, 5, ~0u, ~0u},
              {7, 5, 0xffffffff, 5},
              {8, 6, 3, 2},
              {9, 6, 3, 7},
              {10, 6, 3, 5}};
  for (const auto& row : rows) {
    OracleJob job;
    job.put_word(data, row.old);
    // One lane, so that the result is that of a single operation.
    job.first.live = 1;
    job.set(1, data).set(2, row.operand);
    config(job, 0xffffff87 | row.op << 3);
    job << mov(magic(Magic::tmudref), r(2));
    load(job, 1);
    pop(job, 3);
    job.store(3).end().run();
    EXPECT_EQ(job.word(data), row.result) << row.op;
    EXPECT_EQ(job.row(0)[0], row.old) << row.op;
  }
}

TEST(OracleMemory, AtomicsAreSerialisedInLaneOrder) {
  OracleJob job;
  job.put_word(data, 100);
  job.set(1, data).set(2, 2);
  config(job, 0xffffff87);
  job << mov(magic(Magic::tmud), r(2));
  load(job, 1);
  pop(job, 3);
  job.store(3).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return 100 + 2 * lane; }));
  EXPECT_EQ(job.word(data), 132u);
}

TEST(OracleMemory, CompareExchangeInBothConventions) {
  for (const bool mesa : {false, true}) {
    OracleJob job;
    for (std::uint32_t k = 0; k < 16; ++k) job.put_word(data + 4 * k, k % 2);
    job.ramp(1, data, 4).set(2, 1).set(3, 77);
    config(job, (mesa ? 0xffffff82 : 0xffffff87) | 3 << 3);
    job << mov(magic(mesa ? Magic::tmud : Magic::tmudref), r(2));
    job << mov(magic(mesa ? Magic::tmud : Magic::tmuoff), r(3));
    load(job, 1);
    pop(job, 4);
    job.store(4).end().run();
    EXPECT_EQ(job.row(0), each([](auto lane) { return lane % 2; }));
    for (std::uint32_t k = 0; k < 16; ++k) EXPECT_EQ(job.word(data + 4 * k), k % 2 == 1 ? 77u : 0u);
  }
}

TEST(OracleMemory, IncrementDecrementNotTakeNoData) {
  const std::uint32_t expected[] = {11, 9, ~10u};
  for (unsigned op = 8; op <= 10; ++op) {
    OracleJob job;
    job.first.live = 1;
    job.put_word(data, 10);
    job.set(1, data);
    config(job, 0xffffff87 | op << 3);
    load(job, 1);
    pop(job, 2);
    job.store(2).end().run();
    EXPECT_EQ(job.word(data), expected[op - 8]);
    EXPECT_EQ(job.row(0)[0], 10u);
  }
}

TEST(OracleMemory, HintsReturnNothing) {
  OracleJob job;
  job.set(1, OracleJob::unmapped);
  for (unsigned op = 0; op < 8; ++op) {
    config(job, 0xffffff80 | op << 3);
    load(job, 1);
  }
  pop(job, 2);
  EXPECT_EQ(job.fault().message, "R38: ldtmu with no outstanding request");
}

TEST(OracleMemory, ShortStoreStoresWhatIsThereAndWarns) {
  OracleJob job;
  job.put_word(data + 4, 55);
  job.set(1, data).set(2, 44);
  config(job, 0xfffffffa);
  job << mov(magic(Magic::tmud), r(2));
  load(job, 1);
  job.end().run();
  EXPECT_EQ(job.word(data), 44u);
  EXPECT_EQ(job.word(data + 4), 55u);
  EXPECT_EQ(job.warnings.take(),
            std::vector<std::string>{
                "store of vec2 with 1 data words; the smaller number of components is stored"});
}

TEST(OracleMemory, LoadsBesideAnAddressPopOlderResults) {
  OracleJob job;
  job.put_word(data, 1);
  job.put_word(data + 4, 2);
  job.set(1, data).set(2, data + 4);
  load(job, 1);
  job << mov(magic(Magic::tmua), r(2)).sig(Signal::ldtmu, reg(3));
  pop(job, 4);
  job.store(3).store(4).end().run();
  EXPECT_EQ(job.row(0), splat(1));
  EXPECT_EQ(job.row(1), splat(2));
}

TEST(OracleMemory, TmucTakesLaneZero) {
  OracleJob job;
  job.put_word(data, 1);
  job.put_word(data + 4, 2);
  job.set(1, data).ramp(2, 0xfffffffa, 1);
  job << mov(magic(Magic::tmuc), r(2));
  load(job, 1);
  pop(job, 3);
  pop(job, 4);
  job.store(4).end().run();
  EXPECT_EQ(job.row(0), splat(2));
}

}  // namespace
}  // namespace vc7::sim::testing
