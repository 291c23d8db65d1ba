// SPDX-License-Identifier: MIT
#include <vc7/asm/guards.hpp>

#include <gtest/gtest.h>

#include "asm/expect_error.hpp"

namespace {

using namespace vc7::qpu;
using vc7::Assembler;
using vc7::test::error_of;

std::string message_of(void (*kernel)(Assembler&)) { return error_of(kernel).message; }

TEST(Guards, LaneMovesToBroadcastRegisters) {
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(rep, rf1, 1); }),
            "rot with the destination rep has no effect");
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(quad, rf1, 1); }),
            "rot with the destination quad has no effect");
  EXPECT_EQ(message_of([](Assembler& a) { a.rotq(rep, rf1, 1); }),
            "rotq with the destination rep has no effect");
  EXPECT_EQ(message_of([](Assembler& a) { a.rotq(quad, rf1, 1); }),
            "rotq with the destination quad has no effect");
  EXPECT_EQ(message_of([](Assembler& a) { a.shuffle(rep, rf1, rf2); }),
            "shuffle with the destination rep has no effect");
  EXPECT_EQ(message_of([](Assembler& a) { a.shuffle(quad, rf1, rf2); }),
            "shuffle with the destination quad has no effect");
  // The mul half may broadcast the value from before the rotation, and other SFU results may be
  // broadcast.
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(rf1, rf1, 1).mov(rep, rf1); }), "");
  EXPECT_EQ(message_of([](Assembler& a) { a.recip(rep, rf1); }), "");
}

TEST(Guards, SfuBesideTmuWrite) {
  const auto dangerous = [](const std::string& op, const std::string& write) {
    return op + " and a write to " + write +
           " are dangerous in one instruction: at most 1 SFU operation or TMU write fits (v3d71 §7 R9)";
  };
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(tmud, rf1, 1); }), dangerous("rot", "tmud"));
  EXPECT_EQ(message_of([](Assembler& a) { a.rotq(tmua, rf1, 1); }), dangerous("rotq", "tmua"));
  EXPECT_EQ(message_of([](Assembler& a) { a.shuffle(tmuc, rf1, rf2); }),
            dangerous("shuffle", "tmuc"));
  EXPECT_EQ(message_of([](Assembler& a) { a.recip(tmuau, rf1); }), dangerous("recip", "tmuau"));
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(rf1, rf1, 1).mov(tmud, rf1); }),
            dangerous("rot", "tmud"));
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(rf1, rf1, 1).mov(tmua, rf1); }),
            dangerous("rot", "tmua"));
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(rf1, rf1, 1).mov(tmuc, rf1); }),
            dangerous("rot", "tmuc"));
  EXPECT_EQ(message_of([](Assembler& a) { a.rsqrt(rf1, rf1).mov(tmus, rf1); }),
            dangerous("rsqrt", "tmus"));
  EXPECT_EQ(message_of([](Assembler& a) { a.ballot(rf1, rf1, ldunifrf(tmud)); }),
            dangerous("ballot", "tmud"));
  EXPECT_EQ(message_of([](Assembler& a) { a.exp(rf1, rf1, wrtmuc); }),
            dangerous("exp", "the signal wrtmuc"));
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(rf1, rf1, rf2).mov(rf2, rf3, ldtmu(rf4)); }), "");
  EXPECT_EQ(message_of([](Assembler& a) { a.rot(rf1, rf1, 1).mov(unifa, rf1); }), "");
}

TEST(Guards, Immediates) {
  const char* two = "two small immediates in one instruction, at most 1 fits";
  EXPECT_EQ(message_of([](Assembler& a) { a.add(rf1, 1, 2); }), two);
  EXPECT_EQ(message_of([](Assembler& a) { a.add(rf1, 1, 1); }), two);
  EXPECT_EQ(message_of([](Assembler& a) { a.add(rf1, rf1, 1).mov(rf2, 1); }), two);
  EXPECT_EQ(message_of([](Assembler& a) { a.fmul(rf1, 1.0, 0.5); }), two);
  const std::string signal = "a small immediate takes the place of the signals and cannot go with ";
  EXPECT_EQ(message_of([](Assembler& a) { a.add(rf1, rf1, 1, thrsw); }), signal + "thrsw");
  EXPECT_EQ(message_of([](Assembler& a) { a.add(rf1, rf1, 1).nop(thrsw); }), signal + "thrsw");
  EXPECT_EQ(message_of([](Assembler& a) { a.nop(thrsw, ldunif).mov(rf1, 1); }),
            signal + "thrsw, ldunif");
  EXPECT_EQ(message_of([](Assembler& a) { a.add(rf1, rf1, 1, ldtmu(rf2)); }), signal + "ldtmu");
  EXPECT_EQ(message_of([](Assembler& a) { a.add(rf1, rf1, 1, pushz).mov(rf2, rf3, ifa); }), "");
}

// A refused instruction leaves no trace.
TEST(Guards, RefusedInstructionsAreNotWritten) {
  Assembler a;
  EXPECT_THROW(a.rot(tmud, rf1, 1), vc7::AssembleError);
  EXPECT_EQ(a.position(), 0u);
  EXPECT_THROW(a.rot(rf1, rf1, 1).mov(tmud, rf1), vc7::AssembleError);
  EXPECT_EQ(a.position(), 1u);
  EXPECT_EQ(a.finish().words().at(0), 0x39e02181fd03f041u);
}

}  // namespace
