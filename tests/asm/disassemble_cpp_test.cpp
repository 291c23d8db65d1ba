// SPDX-License-Identifier: MIT
//
// golden_kernel.cpp is what `vc7 dis --cpp --labels` made of the golden words when this was built.
#include <fstream>

#include <gtest/gtest.h>

#include <vc7/asm.hpp>
#include <vc7/asm/disassemble.hpp>
#include <vc7/isa/instruction.hpp>

void kernel(vc7::Assembler& a);

namespace {

TEST(DisassembleCpp, GoldenWordsComeBackExactly) {
  std::vector<std::uint64_t> words;
  std::ifstream file{VC7_GOLDEN_WORDS};
  for (std::string line; std::getline(file, line);) words.push_back(std::stoull(line, nullptr, 16));
  ASSERT_GT(words.size(), 200u);
  EXPECT_EQ(vc7::assemble(kernel).words(), words);
}

std::string body(std::uint64_t word) {
  const std::string text = vc7::disassemble_cpp({&word, 1});
  const std::size_t begin = text.find("  a.");
  return text.substr(begin + 2, text.find('\n', begin) - begin - 2);
}

TEST(DisassembleCpp, WhatTheAssemblerRefusesIsRaw) {
  EXPECT_EQ(body(vc7::isa::nop_word), "a.nop();");
  EXPECT_EQ(body(0), "a.raw(0x0000000000000000);");                   // no instruction
  EXPECT_EQ(body(0x0200004000009000), "a.raw(0x0200004000009000);");  // unused bdu 1
  EXPECT_EQ(body(0x38002183f503f040), "a.raw(0x38002183f503f040);");  // fround rf3, rf1.abs
  EXPECT_EQ(body(0x39e031863b03f000), "a.raw(0x39e031863b03f000);") << "undefined operation";
  EXPECT_EQ(body(0x39e03186bb03f000), "a.raw(0x39e03186bb03f000);");  // smimm_b without a source
  EXPECT_EQ(body(0x38003199f903f043), "a.mov(MagicRegister{vc7::isa::Magic{25}}, rf1);");
}

}  // namespace
