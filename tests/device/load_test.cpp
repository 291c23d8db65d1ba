// SPDX-License-Identifier: MIT
#include <vc7/asm/assembler.hpp>

#include "support.hpp"

namespace vc7::test {
namespace {

TEST(Load, WordsAndPadding) {
  FakeGpu gpu;
  Device device = gpu.open();
  const std::vector<std::uint64_t> words{1, 2, 3};
  const Code code = device.load(words, unchecked);
  EXPECT_EQ(code.size(), 3u);
  EXPECT_EQ(code.address() % buffer_alignment, 0u);
  EXPECT_EQ(code.program().words(), words);
  EXPECT_EQ(code.program().origins().size(), 3u);
  EXPECT_FALSE(code.empty());
  // The next program begins behind at least 64 words of padding.
  const Code next = device.load(words, unchecked);
  EXPECT_GE(next.address(), code.address() + 3 * 8 + 512);
}

TEST(Load, CopiesShareTheMemory) {
  FakeGpu gpu;
  Device device = gpu.open();
  Code a = device.load(words_with_lines(4), unchecked);
  const Code b = a;
  const auto address = a.address();
  a = {};
  EXPECT_EQ(b.address(), address);
  EXPECT_NE(device.load(words_with_lines(4), unchecked).address(), address);
}

TEST(Load, SetsAbsoluteBranches) {
  FakeGpu gpu;
  Device device = gpu.open();
  Assembler a;
  a.nop();
  const Label begin = a.L("begin");
  a.b(begin, Assembler::Condition::always, qpu::absolute);
  a.nop(), a.nop(), a.nop();
  const Program program = a.finish();
  const Code code = device.load(program, unchecked);
  Program expected = program;
  expected.rebase(code.address());
  EXPECT_NE(expected.words(), program.words());
  EXPECT_EQ(code.program().words(), expected.words());
}

TEST(Load, RefusesPrograms) {
  FakeGpu gpu;
  Device device = gpu.open();
  EXPECT_CONTAINS(error_of([&] { (void)device.load(Program{}); }), "load: the program is empty");
  EXPECT_CONTAINS(error_of([&] { (void)device.load(std::span<const std::uint64_t>{}); }),
                  "load: the program is empty");
  Program::Parts parts;
  parts.words = {1, 2};
  parts.absolute_branches = {{.index = 2, .target = 0}};
  EXPECT_CONTAINS(error_of([&] { (void)device.load(Program{parts}); }),
                  "load: an absolute branch from word 2 to word 0 in a program of 2 words");
  EXPECT_EQ(gpu.watch->objects, 0);
}

/// A rotation where hardware allows it, and Mesa does not.
Program careless() {
  Assembler a;
  a.mov(qpu::tmua, qpu::rf2, qpu::thrsw);
  a.nop();
  a.rot(qpu::rf10, qpu::rf2, 1);
  a.nop(qpu::ldtmu(qpu::rf11));
  a.end_program();
  return a.finish();
}

TEST(Load, ChecksTheProgram) {
  FakeGpu gpu;
  Device device = gpu.open();
  try {
    (void)device.load(careless());
    FAIL() << "loaded";
  } catch (const LoadError& error) {
    EXPECT_CONTAINS(std::string{error.what()}, "load: the program breaks rules");
    EXPECT_CONTAINS(std::string{error.what()}, ": error: rot in one of the 2 slots of a thrsw "
                                               "(instruction 2: rot rf10, rf2, 1");
    ASSERT_EQ(error.findings().size(), 1u);
    EXPECT_EQ(error.findings()[0].rule, "R24");
    EXPECT_EQ(error.findings()[0].severity, Severity::error);
  }
  EXPECT_EQ(gpu.watch->objects, 0);
  const Code code = device.load(careless(), {.check = Check::compat});
  ASSERT_EQ(code.warnings().size(), 1u);
  EXPECT_EQ(code.warnings()[0].severity, Severity::warning);
  EXPECT_TRUE(device.load(careless(), unchecked).warnings().empty());
}

TEST(Load, ChecksForTheThreading) {
  FakeGpu gpu;
  Device device = gpu.open();
  Assembler a;
  a.mov(qpu::rf40, qpu::rf2);
  a.end_program();
  const Program program = a.finish();
  EXPECT_FALSE(device.load(program, {}).empty());
  EXPECT_THROW((void)device.load(program, {.four_way = true}), LoadError);
}

TEST(Load, EmptyCode) {
  const Code code;
  EXPECT_TRUE(code.empty());
  EXPECT_EQ(code.address(), 0u);
  EXPECT_EQ(code.size(), 0u);
}

TEST(Load, OutlivesTheDevice) {
  FakeGpu gpu;
  Code code;
  {
    Device device = gpu.open();
    code = device.load(words_with_lines(4), unchecked);
  }
  EXPECT_TRUE(gpu.watch->clean());
  EXPECT_EQ(code.size(), 4u);
}

}  // namespace
}  // namespace vc7::test
