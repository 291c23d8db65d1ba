// SPDX-License-Identifier: MIT
#include <vc7/asm/assembler.hpp>

#include "support.hpp"

namespace vc7::test {
namespace {

TEST(Load, WordsAndPadding) {
  FakeGpu gpu;
  Device device = gpu.open();
  const std::vector<std::uint64_t> words{1, 2, 3};
  const Code code = device.load(words);
  EXPECT_EQ(code.size(), 3u);
  EXPECT_EQ(code.address() % buffer_alignment, 0u);
  EXPECT_EQ(code.program().words(), words);
  EXPECT_EQ(code.program().origins().size(), 3u);
  EXPECT_FALSE(code.empty());
  // The next program begins behind at least 64 words of padding.
  const Code next = device.load(words);
  EXPECT_GE(next.address(), code.address() + 3 * 8 + 512);
}

TEST(Load, CopiesShareTheMemory) {
  FakeGpu gpu;
  Device device = gpu.open();
  Code a = device.load(words_with_lines(4));
  const Code b = a;
  const auto address = a.address();
  a = {};
  EXPECT_EQ(b.address(), address);
  EXPECT_NE(device.load(words_with_lines(4)).address(), address);
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
  const Code code = device.load(program);
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
    code = device.load(words_with_lines(4));
  }
  EXPECT_TRUE(gpu.watch->clean());
  EXPECT_EQ(code.size(), 4u);
}

}  // namespace
}  // namespace vc7::test
