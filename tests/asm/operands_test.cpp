// SPDX-License-Identifier: MIT
#include <vc7/asm/operands.hpp>

// Functions of the C library with names of the assembler: abs, sync, link.
#include <cmath>
#include <cstdlib>

#include <unistd.h>

#include <limits>

#include <gtest/gtest.h>

#include "asm/expect_error.hpp"

namespace {

using namespace vc7::qpu;
using vc7::Assembler;
using vc7::test::error_of_call;

TEST(Operands, RegistersByNumber) {
  static_assert(rf[0] == rf0 && rf[31] == rf31 && rf[63] == rf63);
  for (unsigned i = 0; i < rf.size(); ++i) EXPECT_EQ(rf[i].address(), i);
  for (std::int8_t i = 0; i < 63; ++i) EXPECT_EQ(rf[i].address(), i);
}

TEST(Operands, RegisterIndexOutOfRange) {
  for (const int i : {-1, 64, 1000}) {
    const auto error = error_of_call([&] { (void)rf[i]; });
    EXPECT_EQ(error.message, "register index " + std::to_string(i) + " is not in 0..63");
    EXPECT_EQ(error.line, static_cast<unsigned>(__LINE__ - 2));
  }
  EXPECT_EQ(error_of_call([] { (void)rf[std::numeric_limits<std::int64_t>::min()]; }).message,
            "register index -9223372036854775808 is not in 0..63");
  unsigned big = 0xffffffff;
  EXPECT_EQ(error_of_call([&] { (void)rf[big]; }).message,
            "register index 4294967295 is not in 0..63");
}

TEST(Operands, Aliases) {
  static_assert(broadcast.write_address() == rep.write_address());
  static_assert(quad_broadcast.write_address() == quad.write_address());
  static_assert(rf1.unpack(r32).address == 1 && std::same_as<decltype(r32), decltype(ff)>);
  static_assert(std::same_as<decltype(rl2h), decltype(ll)> &&
                std::same_as<decltype(rh2l), decltype(hh)>);
  static_assert(std::same_as<decltype(vc7::qpu::swap), decltype(swp)>);
}

TEST(Operands, NamesOfTheCLibrary) {
  const auto words = vc7::assemble([](Assembler& a) {
                       a.fmov(rf1, rf2.unpack(abs));
                       a.barrierid(sync);
                       a.b(link, always);
                       a.nop(ldunifrf(sync));
                     }).words();
  EXPECT_EQ(words[0], 0x38002181f903f080u);
  EXPECT_EQ(words[1], 0x38003190bb03f00eu);
  EXPECT_EQ(words[2], 0x0200000000002000u);
  EXPECT_EQ(words[3], 0x39943186bb03f000u);
}

TEST(Operands, EverySmallImmediate) {
  for (unsigned index = 0; index < vc7::isa::small_immediate_count; ++index) {
    const std::uint32_t word = vc7::isa::small_immediate_value(index);
    EXPECT_EQ(imm(word).index(), index);
    EXPECT_EQ(imm(static_cast<std::uint64_t>(word)).index(), index);
    if (index < 32) {
      EXPECT_EQ(imm(static_cast<std::int32_t>(word)).index(), index);
    }
    if (index < 16 || index >= 32) {
      EXPECT_EQ(imm(std::bit_cast<float>(word)).index(), index);
      EXPECT_EQ(imm(static_cast<double>(std::bit_cast<float>(word))).index(), index);
    }
  }
  static_assert(imm(0.0).index() == 0 && imm(-16).index() == 16 && imm(0.25f).index() == 38);
  static_assert(imm(0xfffffff0u) == imm(-16) && imm(0x3f800000) == imm(1.0));
}

TEST(Operands, NoSuchImmediate) {
  const std::string limits =
      " is not a small immediate: integers are -16..15, floats are 0 and the powers of two 2^-8 .. 2^7";
  for (const int value : {16, -17, 1000000}) {
    const auto error = error_of_call([&] { (void)imm(value); });
    EXPECT_EQ(error.message, std::to_string(value) + limits);
    EXPECT_EQ(error.line, static_cast<unsigned>(__LINE__ - 2));
  }
  EXPECT_EQ(error_of_call([] { (void)imm(0.3); }).message, "0.3" + limits);
  EXPECT_EQ(error_of_call([] { (void)imm(256.0f); }).message, "256" + limits);
  EXPECT_EQ(error_of_call([] { (void)imm(-0.0); }).message, "-0" + limits);
  EXPECT_EQ(error_of_call([] { (void)imm(1.0 + 0x1p-40); }).message, "1.0000000000009095" + limits);
  EXPECT_EQ(error_of_call([] { (void)imm(std::numeric_limits<float>::quiet_NaN()); }).message,
            "nan" + limits);
  // Not the 32-bit form of -16.
  EXPECT_NE(error_of_call([] { (void)imm(0xfffffffffffffff0u); }).message, "");
}

}  // namespace
