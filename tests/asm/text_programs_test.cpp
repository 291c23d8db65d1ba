// SPDX-License-Identifier: MIT
//
// Whole programs through text with labels, and what a Program made of text knows.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/asm/disassemble.hpp>
#include <vc7/asm/text.hpp>
#include <vc7/isa/decode.hpp>
#include <vc7/isa/print.hpp>

#include "../../examples/kernels/mandelbrot.hpp"
#include "../../examples/kernels/reduction.hpp"
#include "../../examples/kernels/scopy.hpp"
#include "../../examples/kernels/sgemm.hpp"
#include "support/random_program.hpp"

namespace {

void expect_labels_round_trip(const std::vector<std::uint64_t>& words) {
  const std::string text = vc7::disassemble(words, {.labels = true});
  const auto result = vc7::assemble_text(text);
  ASSERT_TRUE(result) << format(result.diagnostics, text);
  ASSERT_EQ(result.program.size(), words.size());
  for (std::size_t i = 0; i < words.size(); ++i)
    ASSERT_EQ(result.program.words()[i], vc7::isa::canonical_word(words[i]).value_or(words[i]))
        << i << "\n"
        << text;
  EXPECT_EQ(vc7::disassemble(result.program.words(), {.labels = true}), text);
}

TEST(TextPrograms, ExampleKernelsWithLabels) {
  using namespace vc7::examples;
  for (const auto& program : {vc7::assemble(sgemm_kernel), vc7::assemble(scopy_kernel),
                              vc7::assemble(reduction_kernel), vc7::assemble(mandelbrot_kernel)}) {
    EXPECT_NE(vc7::disassemble(program.words(), {.labels = true}).find(":\n"), std::string::npos);
    expect_labels_round_trip(program.words());
  }
}

// The kernel of docs/assembly.md is that of examples/01_store_lane_index.cpp.
TEST(TextPrograms, ExampleFile) {
  std::ostringstream text;
  text << std::ifstream{VC7_TESTS_DIR "/../examples/kernels/lane_index.s"}.rdbuf();
  const auto program = vc7::assemble([](vc7::Assembler& a) {
    using namespace vc7::qpu;
    a.eidx(rf4, ldunifrf(rf5));
    a.mov(tmud, rf4);
    a.shl(rf4, rf4, 2);
    a.add(tmua, rf5, rf4);
    a.tmuwt();
    a.end_program();
  });
  EXPECT_EQ(vc7::assemble_text(text.str()).program.words(), program.words());
}

TEST(TextPrograms, RandomProgramsWithLabels) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    expect_labels_round_trip(
        vc7::test::random_program({.seed = seed, .instructions = 200, .exotic = seed % 2 == 0})
            .code);
}

constexpr const char* text = "# a comment\n"
                             "start:  nop\n"
                             "  b.anya  start   // and another\r\n"
                             "\n"
                             "inner.loop: last: bu zero_addr+end, r:unif\n"
                             "end:";

TEST(TextPrograms, WordsKnowTheirPlace) {
  const auto result = vc7::assemble_text(text, {.file = "x.s"});
  ASSERT_TRUE(result) << format(result.diagnostics, text);
  const auto& origins = result.program.origins();
  ASSERT_EQ(origins.size(), 3u);
  EXPECT_STREQ(origins[0].file, "x.s");
  EXPECT_EQ(origins[0].line, 2u);
  EXPECT_EQ(origins[0].column, 9u);
  EXPECT_EQ(origins[1].line, 3u);
  EXPECT_EQ(origins[1].column, 3u);
  EXPECT_EQ(origins[2].line, 5u);
}

TEST(TextPrograms, LabelsAndAbsoluteBranches) {
  auto program = vc7::assemble_text(text, {.base_address = 0x1000}).program;
  EXPECT_EQ(program.find_label("start"), 0u);
  EXPECT_EQ(program.find_label("inner.loop"), 2u);
  EXPECT_EQ(program.find_label("end"), 3u);
  ASSERT_EQ(program.absolute_branches().size(), 1u);
  EXPECT_EQ(program.base_address(), 0x1000u);
  EXPECT_EQ(vc7::isa::print_word(program.words()[1]), "b.anya  -40");
  EXPECT_EQ(vc7::isa::print_word(program.words()[2]), "bu  zero_addr+0x00001018, r:unif");
  program.rebase(0x2000);
  EXPECT_EQ(vc7::isa::print_word(program.words()[2]), "bu  zero_addr+0x00002018, r:unif");
}

TEST(TextPrograms, NothingButErrorsAfterAnError) {
  const auto result = vc7::assemble_text("nop\nnopp\nnop\nnopp\n", {.max_errors = 1});
  EXPECT_FALSE(result);
  EXPECT_EQ(result.program.size(), 0u);
  ASSERT_EQ(result.diagnostics.size(), 2u);
  EXPECT_EQ(result.diagnostics[1].message, "more errors are not shown after the first 1");
}

TEST(TextPrograms, EmptyTexts) {
  for (const char* empty : {"", "\n", "# x", "   ", "\r\n\r\n"})
    EXPECT_TRUE(vc7::assemble_text(empty)) << empty;
  EXPECT_EQ(vc7::disassemble({}), "");
}

TEST(TextPrograms, Comments) {
  const std::uint64_t words[] = {vc7::isa::nop_word, 0};
  const std::string shown =
      vc7::disassemble(words, {.addresses = true, .words = true, .base_address = 0x100});
  EXPECT_NE(shown.find(" # 0x00000100 0x38003186bb03f000\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find(" # 0x00000108 0x0000000000000000\n"), std::string::npos) << shown;
  EXPECT_TRUE(vc7::assemble_text(shown));
}

}  // namespace
