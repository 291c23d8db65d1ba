// SPDX-License-Identifier: MIT
//
// Words go decode -> print -> parse -> encode and come back canonical: all of the small spaces, and
// random words.
#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <vc7/asm/disassemble.hpp>
#include <vc7/asm/text.hpp>
#include <vc7/isa/decode.hpp>
#include <vc7/isa/instruction.hpp>
#include <vc7/isa/print.hpp>

namespace {

using Words = std::vector<std::uint64_t>;

/// `count` is what the space is known to hold of decodable words, if that is known.
void expect_round_trip(const Words& words, std::optional<std::size_t> count = std::nullopt) {
  const auto result = vc7::assemble_text(vc7::disassemble(words));
  ASSERT_TRUE(result) << format(result.diagnostics);
  const auto& back = result.program.words();
  ASSERT_EQ(back.size(), words.size());
  std::size_t decodable = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto canonical = vc7::isa::canonical_word(words[i]);
    decodable += canonical.has_value();
    ASSERT_EQ(back[i], canonical.value_or(words[i])) << vc7::isa::print_word(words[i]);
  }
  if (count) {
    EXPECT_EQ(decodable, *count);
  }
  // With the don't-care bits kept, the very words.
  const auto exact = vc7::assemble_text(vc7::disassemble(words, {.exact = true}));
  EXPECT_EQ(exact.program.words(), words);
}

std::uint64_t with_field(std::uint64_t word, unsigned high, unsigned low, std::uint64_t value) {
  const std::uint64_t mask = (std::uint64_t{2} << (high - low)) - 1;
  return (word & ~(mask << low)) | (value & mask) << low;
}

// The counts are those of tests/isa/exhaustive_alu_test.cpp, for 2 write addresses each.
TEST(TextWords, AddCells) {
  Words words;
  for (unsigned opcode = 0; opcode < 256; ++opcode)
    for (unsigned raddr_b = 0; raddr_b < 64; ++raddr_b)
      for (const unsigned magic : {0u, 1u})
        for (const unsigned waddr : {9u, 63u}) {
          std::uint64_t word = with_field(vc7::isa::nop_word, 31, 24, opcode);
          word = with_field(with_field(word, 5, 0, raddr_b), 11, 6, 33);
          words.push_back(with_field(with_field(word, 44, 44, magic), 37, 32, waddr));
        }
  expect_round_trip(words, 2 * 28123);
}

TEST(TextWords, MulCells) {
  Words words;
  for (unsigned opcode = 1; opcode < 64; ++opcode)
    for (unsigned raddr_d = 0; raddr_d < 64; ++raddr_d)
      for (const unsigned magic : {0u, 1u})
        for (const unsigned waddr : {9u, 63u}) {
          std::uint64_t word = with_field(vc7::isa::nop_word, 63, 58, opcode);
          word = with_field(with_field(word, 17, 12, raddr_d), 23, 18, 33);
          words.push_back(with_field(with_field(word, 45, 45, magic), 43, 38, waddr));
        }
  expect_round_trip(words, 4 * 3813);
}

TEST(TextWords, StvpmAndEveryWriteAddress) {
  Words words;
  for (unsigned opcode : {190u, 56u, 0u, 188u})
    for (unsigned waddr = 0; waddr < 64; ++waddr)
      for (const unsigned magic : {0u, 1u}) {
        const std::uint64_t word = with_field(vc7::isa::nop_word, 31, 24, opcode);
        words.push_back(with_field(with_field(word, 44, 44, magic), 37, 32, waddr));
        words.push_back(with_field(with_field(word, 45, 45, magic), 43, 38, waddr));
        words.back() = with_field(words.back(), 63, 58, 1);
      }
  expect_round_trip(words);
}

// On an instruction with all four sources, and on nop ; nop, where smimm_* has no source.
TEST(TextWords, SignalsAndConditionField) {
  for (const std::uint64_t base : {vc7::isa::nop_word, std::uint64_t{0x0800018338105042}}) {
    Words words;
    for (unsigned signal = 0; signal < 32; ++signal)
      for (unsigned field = 0; field < 128; ++field)
        words.push_back(with_field(with_field(base, 57, 53, signal), 52, 46, field));
    expect_round_trip(words);
  }
}

TEST(TextWords, Immediates) {
  Words words;
  // fadd ; fmul with modifiers, so that immediates have them too, and add ; sub.
  for (const std::uint64_t base :
       {std::uint64_t{0x5400018305105042}, std::uint64_t{0xe00010c605069000},
        std::uint64_t{0x0800018338105042}})
    for (const unsigned signal : {14u, 15u, 30u, 31u})
      for (unsigned index = 0; index < 64; ++index) {
        std::uint64_t word = with_field(base, 57, 53, signal);
        for (const unsigned low : {0u, 6u, 12u, 18u})
          words.push_back(with_field(word, low + 5, low, index));
      }
  expect_round_trip(words);
}

TEST(TextWords, Branches) {
  Words words;
  const std::uint64_t offsets[] = {0, 1, 0x1fffff};
  for (unsigned low = 0; low < 1u << 11; ++low)  // msfign, set_link, bdu, ub, bdi
    for (unsigned condition = 0; condition < 8; ++condition) {
      std::uint64_t word = with_field(std::uint64_t{2} << 56, 34, 32, condition);
      word = with_field(word, 23, 21, low >> 8);
      word = with_field(word, 17, 12, low);
      word = with_field(word, 11, 6, low * 7);
      word = with_field(word, 55, 35, offsets[low % 3]);
      words.push_back(with_field(word, 31, 24, low % 5 == 0 ? 0xff : low % 2));
    }
  expect_round_trip(words);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t random_words = 50'000;
#else
constexpr std::size_t random_words = 1'000'000;
#endif

TEST(TextWords, Random) {
  std::mt19937_64 random{20260};
  Words words;
  for (std::size_t i = 0; i < random_words; ++i) words.push_back(random());
  expect_round_trip(words);
}

}  // namespace
