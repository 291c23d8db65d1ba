// SPDX-License-Identifier: MIT
//
// Programs as memory: code that changes between jobs, several programs, blocks that overlap, long
// programs.
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using sim::FaultKind;

class ProgramMemory : public MachineFixture {
 protected:
  static auto constant(int value) {
    return [=](Assembler& a) {
      begin(a);
      a.mov(rf1, imm(value));
      out(a, rf1);
      a.end_program();
    };
  }
  std::uint32_t run_at(std::uint32_t address, const Launch& how = {}) {
    write(uniforms, {input, output});
    const auto job = machine().run(config(how, address));
    EXPECT_FALSE(job.fault) << sim::describe(*job.fault);
    return word(output);
  }
  /// Copies the words and nothing else.
  template <class Kernel>
  void place(std::uint32_t address, Kernel kernel) {
    const Program program = assemble(AssembleOptions{.base_address = address}, kernel);
    std::memcpy(memory().at(address), program.words().data(), program.size_bytes());
  }
};

TEST_F(ProgramMemory, CodeChangedBetweenJobs) {
  for (const int value : {1, 2, 3, 2, 1}) {
    place(code, constant(value));
    EXPECT_EQ(run_at(code), static_cast<std::uint32_t>(value));
    EXPECT_EQ(run_at(code), static_cast<std::uint32_t>(value));
  }
}

// A change in a part that was only reached by a branch, and in the very last word.
TEST_F(ProgramMemory, ChangeFarAway) {
  const std::uint32_t far = code + 0x10'0000;
  place(code, [&](Assembler& a) {
    begin(a);
    a.b(far, always, absolute);
    for (int i = 0; i < 3; ++i) a.nop();
  });
  for (const int value : {4, 5, 6}) {
    place(far, [&](Assembler& a) {
      a.nop();
      a.mov(rf1, imm(value));
      out(a, rf1);
      a.end_program();
    });
    EXPECT_EQ(run_at(code), static_cast<std::uint32_t>(value));
  }
  place(far, [](Assembler& a) {
    a.mov(rf1, 9);
    a.mov(rf1, 6);
    out(a, rf1);
    a.end_program();
  });
  write(far + 8 * (4 + 6), {0, 0});  // the last slot of the end
  const auto job = machine().run(config({}));
  ASSERT_TRUE(job.fault);
  EXPECT_EQ(job.fault->kind, FaultKind::invalid);
}

TEST_F(ProgramMemory, CodeUnmappedAndMappedAgain) {
  const std::uint32_t address = 0x5000'0000;
  memory().map(address, 0x1000);
  place(address, constant(7));
  EXPECT_EQ(run_at(address), 7u);
  memory().unmap(address);
  const auto gone = machine().run(config({}, address));
  ASSERT_TRUE(gone.fault);
  EXPECT_EQ(gone.fault->kind, FaultKind::fetch);
  memory().map(address, 0x1000);
  place(address, constant(8));
  EXPECT_EQ(run_at(address), 8u);
}

// What ran off the end before finds the code that is mapped there now.
TEST_F(ProgramMemory, CodeMappedBehindTheEnd) {
  const std::uint32_t address = 0x5000'0000;
  memory().map(address, 0x1000);
  const Program program = assemble(constant(9));
  const std::uint32_t start = address + 0x1000 - 40;
  std::memcpy(memory().at(start), program.words().data(), 40);
  write(uniforms, {input, output});
  const auto short_of = machine().run(config({}, start));
  ASSERT_TRUE(short_of.fault);
  EXPECT_EQ(short_of.fault->kind, FaultKind::fetch);
  EXPECT_EQ(short_of.fault->address, address + 0x1000);
  memory().map(address + 0x1000, 0x1000);
  std::memcpy(memory().at(address + 0x1000), program.words().data() + 5, program.size_bytes() - 40);
  EXPECT_EQ(run_at(start), 9u);
}

TEST_F(ProgramMemory, ManyPrograms) {
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 150; ++i) {
      if (round == 0) place(code + 0x1000 * i, constant(static_cast<int>(i % 16)));
      EXPECT_EQ(run_at(code + 0x1000 * i), i % 16);
    }
  }
}

// One piece of code in all four modes.
TEST_F(ProgramMemory, OneProgramInAllModes) {
  place(code, [](Assembler& a) {
    begin(a);
    a.mov(rf1, 1);
    out(a, rf1);
    a.sub(rf30, rf30, rf31);
    a.nop(thrsw);
    a.nop();
    a.nop();
    a.mov(rf1, 2);
    out(a, rf1);
    a.end_program();
  });
  for (int round = 0; round < 2; ++round)
    for (const bool four_way : {false, true})
      for (const bool single : {false, true})
        EXPECT_EQ(run_at(code, {.four_way = four_way, .single_segment = single}), single ? 1u : 2u);
}

// PROPAGATE_NANS is bit 2 of the address word and no part of the address.
TEST_F(ProgramMemory, LowBitsOfTheAddress) {
  place(code, constant(3));
  EXPECT_EQ(run_at(code | 4), 3u);
}

// Longer than any block.
TEST_F(ProgramMemory, LongStraightProgram) {
  const auto job = run_body([](Assembler& a) {
    a.mov(rf1, 0);
    for (int i = 0; i < 50'000; ++i) a.add(rf1, rf1, 1);
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(50'000));
  EXPECT_EQ(job.instructions, 6u + 1 + 50'000 + 2 + 7);
}

// A program of 3000 blocks, each entered by a branch from the one before.
TEST_F(ProgramMemory, ManyBlocks) {
  run_body([](Assembler& a) {
    a.mov(rf1, 0);
    for (int i = 0; i < 3000; ++i) {
      const Label next = a.fresh_label();
      a.b(next, always);
      a.add(rf1, rf1, 1);
      a.nop();
      a.nop();
      a.raw(0);
      a.L(next);
    }
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(3000));
}

// Jumps into the middle of what is already known: by a table of register targets.
TEST_F(ProgramMemory, EntriesInTheMiddle) {
  // 16 adds; entered at each of them in turn, from the last to the first.
  const auto job = run_body(
      [](Assembler& a) {
        a.mov(rf1, 0);
        a.mov(rf2, 15);
        a.nop(ldunifrf(rf3));
        a.L("again");
        a.shl(rf4, rf2, 3);
        a.add(rf4, rf4, rf3);
        a.b(rf4, always);
        for (int i = 0; i < 3; ++i) a.nop();
        // 15
        for (int i = 0; i < 16; ++i) a.add(rf1, rf1, 1);
        a.sub(rf2, rf2, 1, pushn);
        a.b(a.R("again"), na0);
        for (int i = 0; i < 3; ++i) a.nop();
        out(a, rf1);
      },
      {}, {code + 8 * 15});
  EXPECT_EQ(result(), all_lanes(16 * 17 / 2));
  EXPECT_EQ(job.instructions, 6u + 3 + 16 * (6 + 5) + 16 * 17 / 2 + 2 + 7);
}

// The program may lie anywhere, also over the border of two buffers.
TEST_F(ProgramMemory, OverTwoBuffers) {
  memory().map(code + code_bytes, 0x1000);
  const std::uint32_t start = code + code_bytes - 24;
  place(start, constant(12));
  EXPECT_EQ(run_at(start), 12u);
  memory().map(0xffff'f000, 0x1000);
  const Program program = assemble(constant(13));
  const auto last = 0u - static_cast<std::uint32_t>(program.size_bytes());
  place(last, constant(13));
  EXPECT_EQ(run_at(last), 13u);
}

}  // namespace
}  // namespace vc7::test
