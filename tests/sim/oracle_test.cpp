// SPDX-License-Identifier: MIT
//
// The oracle on programs whose results are calculated by hand: ALU, flags, destinations (v3d71 §4,
// §6, §9). Memory, branches, threads and faults are in the oracle_*_test.cpp beside this.
#include <gtest/gtest.h>

#include "oracle_job.hpp"

namespace vc7::sim::testing {
namespace {

using isa::Condition;
using isa::FlagOp;
using isa::Pack;
using isa::Unpack;

TEST(Oracle, StoresTheLaneIndex) {
  OracleJob job;
  job << op(AddOp::eidx, reg(1));
  job.store(1).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return lane; }));
}

TEST(Oracle, PayloadAndIdentity) {
  OracleJob job;
  job.first.rf2 = splat(0x12340005);
  job.first.rf3 = splat(0x00070009);
  job.first.qpu = 11;
  job.first.thread = 2;
  job << op(AddOp::tidx, reg(1));
  job.store(1).store(2).store(3).store(0).end().run();
  EXPECT_EQ(job.row(0), splat(11 << 2 | 2));
  EXPECT_EQ(job.row(1), splat(0x12340005));
  EXPECT_EQ(job.row(2), splat(0x00070009));
  EXPECT_EQ(job.row(3), splat(0));
}

TEST(Oracle, BothHalvesReadBeforeEitherWrites) {
  OracleJob job;
  job.set(1, 11).set(2, 22);
  job << op(AddOp::mov, reg(1), r(2)).mul(MulOp::mov, reg(2), r(1));
  job.store(1).store(2).end().run();
  EXPECT_EQ(job.row(0), splat(22));
  EXPECT_EQ(job.row(1), splat(11));
}

TEST(Oracle, SmallImmediatesInAllPositions) {
  OracleJob job;
  job.set(1, 100);
  job << op(AddOp::sub, reg(2), imm(-5), r(1)) << op(AddOp::sub, reg(3), r(1), imm(15));
  job << op(MulOp::sub, reg(4), imm(7), r(1)) << op(MulOp::sub, reg(5), r(1), imm(-16));
  job << op(AddOp::fmov, reg(6), {47, true});
  job.store(2).store(3).store(4).store(5).store(6).end().run();
  EXPECT_EQ(job.row(0), splat(static_cast<std::uint32_t>(-105)));
  EXPECT_EQ(job.row(1), splat(85));
  EXPECT_EQ(job.row(2), splat(static_cast<std::uint32_t>(-93)));
  EXPECT_EQ(job.row(3), splat(116));
  EXPECT_EQ(job.row(4), splat(0x43000000));
}

TEST(Oracle, UnpackAndPack) {
  OracleJob job;
  job.set(1, 0x3c004000);  // halves: low 2.0, high 1.0
  job.set(2, 0xaaaabbbb);
  job.set(3, 0xaaaabbbb);
  job << op(AddOp::fadd, reg(2), r(1, Unpack::l), r(1, Unpack::h)).pack(Pack::h);  // 3.0 = 0x4200
  job << op(AddOp::fadd, reg(3), r(1, Unpack::l), r(1, Unpack::h)).pack(Pack::l);
  job << op(AddOp::mov, reg(4), r(1, Unpack::uh));
  job.store(2).store(3).store(4);
  job.store(op(AddOp::fadd, magic(Magic::tmud), r(1, Unpack::l), r(1, Unpack::h)).pack(Pack::h));
  job.end().run();
  EXPECT_EQ(job.row(0), splat(0x4200bbbb));
  EXPECT_EQ(job.row(1), splat(0xaaaa4200));
  EXPECT_EQ(job.row(2), splat(0x3c00));
  EXPECT_EQ(job.row(3), splat(0x42000000)) << "a magic address has no old half";
}

TEST(Oracle, PushMovesAToB) {
  OracleJob job;
  job << op(AddOp::eidx, reg(1));
  job << op(AddOp::sub, nowhere, r(1), imm(10)).add_flag(FlagOp::pushc);  // borrow: lanes 0-9
  job << op(AddOp::vfla, reg(2)) << op(AddOp::vflb, reg(3));
  job << op(AddOp::sub, nowhere, r(1), imm(3)).add_flag(FlagOp::pushz);  // lane 3
  job << op(AddOp::vfla, reg(4)) << op(AddOp::vflb, reg(5));
  job.store(2).store(3).store(4).store(5).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return lane < 10 ? 0x10001u : 0; }));
  EXPECT_EQ(job.row(1), splat(0));
  EXPECT_EQ(job.row(2), each([](auto lane) { return lane == 3 ? 0x10001u : 0; }));
  EXPECT_EQ(job.row(3), job.row(0));
}

TEST(Oracle, UpdatesChangeAOnly) {
  OracleJob job;
  job << op(AddOp::eidx, reg(1));
  job << op(AddOp::sub, nowhere, r(1), imm(10)).add_flag(FlagOp::pushc);  // A: 0-9
  job << op(AddOp::band, nowhere, r(1), imm(1)).add_flag(FlagOp::andz);   // A & even
  job << op(AddOp::vfla, reg(2)) << op(AddOp::vflb, reg(3));
  job << op(MulOp::sub, nowhere, r(1), imm(4)).mul_flag(FlagOp::norn);  // !(A | lane < 4)
  job << op(AddOp::vfla, reg(4));
  job.store(2).store(3).store(4).end().run();
  const auto a = [](auto lane) { return lane < 10 && lane % 2 == 0; };
  EXPECT_EQ(job.row(0), each([&](auto lane) { return a(lane) ? 0x10001u : 0; }));
  EXPECT_EQ(job.row(1), splat(0));
  EXPECT_EQ(job.row(2), each([&](auto lane) { return !(a(lane) || lane < 4) ? 0x10001u : 0; }));
}

TEST(Oracle, ConditionsUseTheFlagsBeforeTheInstruction) {
  OracleJob job;
  job << op(AddOp::eidx, reg(1));
  job.set(2, 0);
  job << op(AddOp::sub, nowhere, r(1), imm(8)).add_flag(FlagOp::pushn);  // A: 0-7
  // The push of the mul half makes A all-false after the conditional add half has used it.
  job << op(AddOp::mov, reg(2), r(1))
             .add_if(Condition::ifna)
             .mul(MulOp::mov, nowhere, r(1))
             .mul_flag(FlagOp::pushn);
  job << op(AddOp::vfla, reg(3)) << op(AddOp::vflb, reg(4));
  job.store(2).store(3).store(4).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return lane < 8 ? 0u : lane; }));
  EXPECT_EQ(job.row(1), splat(0));
  EXPECT_EQ(job.row(2), each([](auto lane) { return lane < 8 ? 0x10001u : 0; }));
}

TEST(Oracle, FloatFlags) {
  OracleJob job;
  job.set(1, 0x80000000).set(2, 0xbf800000).set(3, 0x7fc00000);  // -0, -1, NaN
  for (const unsigned n : {1u, 2u, 3u}) {
    job << op(AddOp::fmov, nowhere, r(n)).add_flag(FlagOp::pushz) << op(AddOp::vfla, reg(10 + n));
    job << op(AddOp::fmov, nowhere, r(n)).add_flag(FlagOp::pushn) << op(AddOp::vfla, reg(20 + n));
  }
  job << op(AddOp::fcmp, nowhere, r(3), r(3)).add_flag(FlagOp::pushz) << op(AddOp::vfla, reg(30));
  job << op(AddOp::fcmp, nowhere, r(2), r(2)).add_flag(FlagOp::pushc) << op(AddOp::vfla, reg(31));
  for (const unsigned n : {11u, 12u, 13u, 21u, 22u, 23u, 30u, 31u}) job.store(n);
  job.end().run();
  const bool expected[] = {true, false, false, false, true, false, false, true};
  for (unsigned n = 0; n < 8; ++n) EXPECT_EQ(job.row(n), splat(expected[n] ? 0x10001 : 0)) << n;
}

TEST(Oracle, FlagStack) {
  OracleJob job;
  job << op(AddOp::eidx, reg(1));
  job << op(AddOp::band, nowhere, r(1), imm(1)).add_flag(FlagOp::pushz);  // A: even lanes
  job.set(2, 1);
  job << op(AddOp::flapush, reg(2), r(2));
  job << op(AddOp::flpop, reg(3), imm(1)) << op(AddOp::vfla, reg(4));
  job.store(2).store(3).store(4).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return lane % 2 == 0 ? 7u : 4u; }));
  EXPECT_EQ(job.row(1), splat(0));
  EXPECT_EQ(job.row(2), splat(0x10001));
}

TEST(Oracle, RepAndQuad) {
  OracleJob job;
  job.ramp(1, 100, 1);
  job << mov(magic(Magic::rep), r(1)) << mov(reg(2), r(0));
  job << mov(magic(Magic::quad), r(1)) << mov(reg(3), r(0));
  // In lanes 8-15 only: still lane 0, in all lanes. In no lane: nothing.
  job << op(AddOp::eidx, reg(4)) << op(AddOp::sub, nowhere, r(4), imm(8)).add_flag(FlagOp::pushn);
  job << mov(magic(Magic::rep), r(4)).add_if(Condition::ifna) << mov(reg(5), r(0));
  job << mov(nowhere, r(1)).add_flag(FlagOp::pushz)
      << mov(magic(Magic::rep), r(1)).add_if(Condition::ifa);
  job.store(2).store(3).store(5).store(0).end().run();
  EXPECT_EQ(job.row(0), splat(100));
  EXPECT_EQ(job.row(1), each([](auto lane) { return 100 + lane / 4 * 4; }));
  EXPECT_EQ(job.row(2), splat(0));
  EXPECT_EQ(job.row(3), splat(0));
}

TEST(Oracle, RotateThenRepInOneInstruction) {
  OracleJob job;
  job.ramp(1, 100, 1);
  job << op(AddOp::rot, reg(1), r(1), imm(1)).mul(MulOp::mov, magic(Magic::rep), r(1));
  job.store(1).store(0).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return 100 + (lane + 1) % 16; }));
  EXPECT_EQ(job.row(1), splat(100)) << "the old lane 0";
}

TEST(Oracle, VotesOfTheParticipatingLanes) {
  OracleJob job;
  job.first.live = 0x0fff;
  job << op(AddOp::eidx, reg(1));
  job << op(AddOp::sub, nowhere, r(1), imm(4)).add_flag(FlagOp::pushn);  // A: 0-3
  job << op(AddOp::ballot, reg(2), r(1)) << op(AddOp::ballot, reg(3), r(1)).add_if(Condition::ifna);
  job << op(AddOp::bcastf, reg(4), r(1)).add_if(Condition::ifna);
  job << op(AddOp::msf, reg(5));
  job << op(AddOp::setmsf, nowhere, imm(15));  // all lanes store
  job.store(2).store(3).store(4).store(5).end().run();
  EXPECT_EQ(job.row(0), splat(0x0ffe));
  EXPECT_EQ(job.row(1), each([](auto lane) { return lane < 4 ? 0 : 0x0ff0u; }));
  EXPECT_EQ(job.row(2), each([](auto lane) { return lane < 4 ? 0 : 4u; }));
  EXPECT_EQ(job.row(3), each([](auto lane) { return lane < 12 ? 1u : 0; }));
}

TEST(Oracle, FullProductByMultop) {
  OracleJob job;
  job.set(1, 0x12345678).set(2, 0x9abcdef0);
  job << op(MulOp::multop, nowhere, r(1), r(2)) << op(MulOp::umul24, reg(3), r(1), r(2));
  job << op(MulOp::umul24, reg(4), r(1), r(2));
  job.store(3).store(4).end().run();
  EXPECT_EQ(job.row(0), splat(0x12345678u * 0x9abcdef0u));
  EXPECT_EQ(job.row(1), splat(0x345678u * 0xbcdef0u)) << "umul24 used rtop up";
}

TEST(Oracle, DotModes) {
  OracleJob job;
  job.set(1, 0xff0102fe).set(2, 0x0180fe03);
  // Bytes 3..0 of a: ff 01 02 fe, of b: 01 80 fe 03.
  unsigned to = 10;
  job << op(MulOp::v8dot, reg(to++), r(1), r(2));
  for (const AddOp mode :
       {AddOp::setnnmode_su, AddOp::setnnmode_us, AddOp::setnnmode_ss, AddOp::setnnmode_uu})
    job << op(mode, nowhere) << op(MulOp::v8dot, reg(to++), r(1), r(2));
  for (unsigned n = 10; n < to; ++n) job.store(n);
  job.end().run();
  const int expected[] = {
      255 * 1 + 1 * 128 + 2 * 254 + 254 * 3, -1 * 1 + 1 * 128 + 2 * 254 + -2 * 3,
      255 * 1 + 1 * -128 + 2 * -2 + 254 * 3, -1 * 1 + 1 * -128 + 2 * -2 + -2 * 3,
      255 * 1 + 1 * 128 + 2 * 254 + 254 * 3};
  for (unsigned n = 0; n < 5; ++n)
    EXPECT_EQ(job.row(n), splat(static_cast<std::uint32_t>(expected[n]))) << n;
}

TEST(Oracle, HiddenStateIsLostAtASwitch) {
  OracleJob job;
  job.set(1, 0xff0000ff);
  job << op(AddOp::setnnmode_ss, nowhere).mul(MulOp::multop, nowhere, r(1), r(1));
  job << nop().sig(Signal::thrsw) << nop() << nop();
  job << op(MulOp::v8dot, reg(2), r(1), r(1)) << op(MulOp::umul24, reg(3), r(1), r(1));
  job.store(2).store(3).end().run();
  EXPECT_EQ(job.row(0), splat(2 * 255 * 255));
  EXPECT_EQ(job.row(1), splat(255 * 255));
}

TEST(Oracle, FlagsSurviveASwitch) {
  // test_tmu_single_read of py-videocore7 loops on flags that were pushed before one (v3d71 §7.1).
  OracleJob job;
  job << op(AddOp::eidx, reg(1));
  job << op(AddOp::sub, nowhere, r(1), imm(5)).add_flag(FlagOp::pushn).sig(Signal::smimm_b);
  job << nop().sig(Signal::thrsw) << nop() << nop() << op(AddOp::vfla, reg(2));
  job.store(2).end().run();
  EXPECT_EQ(job.row(0), each([](auto lane) { return lane < 5 ? 0x10001u : 0; }));
}

}  // namespace
}  // namespace vc7::sim::testing
