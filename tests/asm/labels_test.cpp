// SPDX-License-Identifier: MIT
#include <vc7/asm/labels.hpp>

#include <string>

#include <gtest/gtest.h>

#include "asm/expect_error.hpp"

namespace {

using namespace vc7::qpu;
using vc7::Assembler;
using vc7::Program;
using vc7::test::error_of;

// Where a relative branch at `index` goes.
std::int64_t target_of(const Program& program, std::size_t index) {
  const std::uint64_t word = program.words()[index];
  const auto offset =
      static_cast<std::int32_t>((word >> 24 & 0xff) << 24 | (word >> 35 & 0x1fffff) << 3);
  return static_cast<std::int64_t>(index) + 4 + offset / 8;
}

TEST(Labels, BackwardAndForward) {
  const auto program = vc7::assemble([](Assembler& a) {
    a.nop();
    const auto back = a.L("back");
    a.b(a.R("end"), always);
    a.b(back, na0);
    a.b(a.R("back"), anya);
    a.L("end");
    a.nop();
  });
  EXPECT_EQ(target_of(program, 1), 4);
  EXPECT_EQ(target_of(program, 2), 1);
  EXPECT_EQ(target_of(program, 3), 1);
  EXPECT_EQ(program.find_label("back"), 1u);
  EXPECT_EQ(program.find_label("end"), 4u);
  EXPECT_EQ(program.find_label("nowhere"), std::nullopt);
  EXPECT_EQ(program.labels().at(1).name, "end");
  EXPECT_EQ(program.labels().at(1).byte_offset(), 32u);
}

TEST(Labels, HandlesBeforeDefinition) {
  const auto program = vc7::assemble([](Assembler& a) {
    const auto skip = a.fresh_label("skip");
    a.b(skip, a0).unif_addr();
    a.nop();
    a.L(skip);
  });
  EXPECT_EQ(target_of(program, 0), 2);
  EXPECT_EQ(program.find_label("skip0"), 2u);
}

TEST(Labels, FreshNamesAvoidTakenOnes) {
  const auto program = vc7::assemble([](Assembler& a) {
    a.L("x0"), a.nop();
    a.L("x2"), a.nop();
    a.L(a.fresh_label("x")), a.nop();
    a.L(a.fresh_label("x")), a.nop();
    for (int i = 0; i < 120; ++i) a.L(a.fresh_label("y")), a.nop();
  });
  EXPECT_EQ(program.find_label("x1"), 2u);
  EXPECT_EQ(program.find_label("x3"), 3u);
  EXPECT_EQ(program.find_label("y104"), 104u);
}

TEST(Labels, Namespaces) {
  const auto program = vc7::assemble([](Assembler& a) {
    a.L("here");
    a.b(a.R("here"), always);  // 0
    {
      auto x = a.name_space("x");
      a.L("here");
      a.b(a.R("here"), always);  // 1
      {
        auto y = a.name_space("y");
        EXPECT_EQ(a.full_name("here"), "x.y.here");
        a.b(a.R("here"), always);  // 2
        a.L("here");
      }
      a.b(a.R("here"), always);  // 3
    }
    a.b(a.R("here"), always);  // 4
    {
      auto x = a.name_space("x");  // the same namespace again
      a.b(a.R("here"), always);    // 5
    }
  });
  EXPECT_EQ(target_of(program, 0), 0);
  EXPECT_EQ(target_of(program, 1), 1);
  EXPECT_EQ(target_of(program, 2), 3);
  EXPECT_EQ(target_of(program, 3), 1);
  EXPECT_EQ(target_of(program, 4), 0);
  EXPECT_EQ(target_of(program, 5), 1);
  EXPECT_EQ(program.find_label("x.y.here"), 3u);
}

TEST(Labels, Loops) {
  const auto program = vc7::assemble([](Assembler& a) {
    a.nop();
    auto outer = a.loop();
    a.nop();
    a.loop([&](auto& inner) {
      a.nop();
      inner.b(na0).unif_addr();
    });
    outer.b(anya);
    a.b(outer.label(), always).set_link();
  });
  EXPECT_EQ(target_of(program, 3), 2);
  EXPECT_EQ(target_of(program, 4), 1);
  EXPECT_EQ(target_of(program, 5), 1);
  EXPECT_EQ(program.find_label("__generated_loop_label_0"), 1u);
  EXPECT_EQ(program.find_label("__generated_loop_label_1"), 2u);
}

TEST(Labels, AbsoluteBranchesNeedTheBaseAddress) {
  const auto kernel = [](Assembler& a) {
    a.nop();
    auto l = a.loop();
    a.b(a.R("end"), always, absolute);
    l.b(na0, absolute);
    a.b(a.R("end"), always);
    a.L("end");
  };
  auto program = vc7::assemble({.base_address = 0x12340000, .py_unused_bdu = false}, kernel);
  EXPECT_EQ(program.base_address(), 0x12340000u);
  EXPECT_EQ(program.words()[1], 0x0200002012000000u | std::uint64_t{0x340020 >> 3} << 35);
  EXPECT_EQ(program.words()[2], 0x0200000312000000u | std::uint64_t{0x340008 >> 3} << 35);
  ASSERT_EQ(program.absolute_branches().size(), 2u);
  EXPECT_EQ(program.absolute_branches()[1].index, 2u);
  EXPECT_EQ(program.absolute_branches()[1].target, 1u);
  const auto at_zero = vc7::assemble(kernel);
  program.rebase(0);
  EXPECT_EQ(program.words(), at_zero.words());
  EXPECT_EQ(target_of(program, 3), 4);  // relative: where it was
}

TEST(Labels, Missing) {
  std::uint32_t line = 0;
  const auto error = error_of([&](Assembler& a) {
    auto x = a.name_space("x");
    const auto end = a.R("end");
    line = __LINE__ + 1;
    a.b(end, always);
    a.nop();
  });
  EXPECT_EQ(error.message, "label 'x.end' is not defined");
  EXPECT_EQ(error.line, line);
  EXPECT_EQ(error_of([](Assembler& a) { (void)a.R("unused"); }).message, "");
}

TEST(Labels, DefinedTwice) {
  std::uint32_t line = 0;
  const auto error = error_of([&](Assembler& a) {
    auto x = a.name_space("x");
    line = __LINE__ + 1;
    a.L("loop");
    a.L("loop");
  });
  EXPECT_EQ(error.message,
            "label 'x.loop' is defined twice, first at " __FILE__ ":" + std::to_string(line));
  EXPECT_EQ(error.line, line + 1);
}

TEST(Labels, Names) {
  const std::string rest =
      "' cannot be the name of a label or namespace: it must not be empty or contain '.'";
  EXPECT_EQ(error_of([](Assembler& a) { a.L("x.y"); }).message, "'x.y" + rest);
  EXPECT_EQ(error_of([](Assembler& a) { a.R(""); }).message, "'" + rest);
  EXPECT_EQ(error_of([](Assembler& a) { auto ns = a.name_space("."); }).message, "'." + rest);
}

TEST(Labels, OfAnotherAssembler) {
  Assembler other;
  const auto label = other.L("there");
  const char* message = "this label belongs to another assembler, or to a program that is finished";
  EXPECT_EQ(error_of([&](Assembler& a) { a.b(label, always); }).message, message);
  other.finish();
  EXPECT_THROW(other.b(label, always), vc7::AssembleError);
}

TEST(Labels, Many) {
  const auto program = vc7::assemble([](Assembler& a) {
    for (int i = 0; i < 3000; ++i) {
      auto ns = a.name_space("n" + std::to_string(i % 7));
      a.L("l" + std::to_string(i));
      a.b(a.R("l" + std::to_string(i)), always);
    }
  });
  for (std::size_t i = 0; i < 3000; ++i) {
    EXPECT_EQ(program.find_label("n" + std::to_string(i % 7) + ".l" + std::to_string(i)), i);
    EXPECT_EQ(target_of(program, i), static_cast<std::int64_t>(i));
  }
}

}  // namespace
