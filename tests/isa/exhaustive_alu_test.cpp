// SPDX-License-Identifier: MIT
//
// Every add cell, mul cell, signal, condition code and immediate goes word -> instruction -> word
// and has the text that the second list (cells.hpp) says. Style: small spaces are exhausted, not
// sampled.
#include <gtest/gtest.h>

#include <vc7/isa/immediate.hpp>
#include <vc7/isa/print.hpp>

#include "cells.hpp"
#include "testing.hpp"

namespace vc7::isa::testing {
namespace {

std::uint64_t add_word(unsigned opcode, unsigned raddr_b, bool magic, unsigned waddr,
                       unsigned raddr_a) {
  std::uint64_t word = with_field(with_field(nop_word, 31, 24, opcode), 5, 0, raddr_b);
  word = with_field(with_field(word, 44, 44, magic ? 1 : 0), 37, 32, waddr);
  return with_field(word, 11, 6, raddr_a);
}

std::uint64_t mul_word(unsigned opcode, unsigned raddr_d, bool magic, unsigned waddr,
                       unsigned raddr_c) {
  std::uint64_t word = with_field(with_field(nop_word, 63, 58, opcode), 17, 12, raddr_d);
  word = with_field(with_field(word, 45, 45, magic ? 1 : 0), 43, 38, waddr);
  return with_field(word, 23, 18, raddr_c);
}

/// "rf5" or the name of a magic address.
std::string destination(unsigned address, bool magic) {
  return print(WriteAddress{static_cast<std::uint8_t>(address), magic});
}

// Decodable add cells of 256 opcodes x 64 raddr_b x magic bit with a write address above 2 (v3d71
// §2.2):
//   216 opcodes without sub-opcode: fadd 48, vfadd 5, vfpack 9, add and sub 2, fsub 48, vfsub 5,
//   min..ror 8, fmin 48,
//       vfmin 5, and..vsub 5, fcmp 16, vfcmp 5, vfmax 5, vpack v8pack v10pack v11fpack 4, rotq rot
//       shuffle 3
//   189 (ldvpmg_in and _out): all; 190 (stvpm*): none
//   sub-opcodes: 186: 8; 187: 19 + fxcd 3 + fycd 3 + setnnmode 4 = 29; 188: 2 + 10, and ldvpmp with
//   one magic bit only;
//                191: 4; 245: 64; 246: 12 + 12 + 3 + 3 = 30; 249: 21 + 5 = 26
constexpr unsigned add_cells_expected =
    216 * 64 * 2 + 64 * 2 + (8 + 29 + 12 + 4 + 64 + 30 + 26) * 2 + 1;
static_assert(add_cells_expected == 28123);

void check_add_cells(unsigned waddr, unsigned raddr_a, unsigned expected) {
  const auto rows = add_cells();
  unsigned decodable = 0;
  for (unsigned opcode = 0; opcode < 256; ++opcode)
    for (unsigned raddr_b = 0; raddr_b < 64; ++raddr_b)
      for (const bool magic : {false, true}) {
        const std::uint64_t word = add_word(opcode, raddr_b, magic, waddr, raddr_a);
        const CellRow* row = find_cell(rows, opcode, opcode == 190 ? waddr : raddr_b, magic);
        const Decoded decoded = decode(word);
        ASSERT_EQ(bool{decoded}, row != nullptr) << opcode << " " << raddr_b << " " << magic;
        if (!row) {
          ASSERT_EQ(decoded.error, DecodeError::add_opcode);
          continue;
        }
        ++decodable;
        ASSERT_TRUE(survives(word)) << opcode << " " << raddr_b << " " << magic;
        // The magic bit of ldvpm* selects the segment; the destination is a register (v3d71 §2.3).
        const std::string where = destination(waddr, magic && row->magic < 0);
        ASSERT_EQ(collapsed(print_word(word)),
                  expected_text(*row, opcode, raddr_b, where, raddr_a, raddr_b) + ";nop");
      }
  EXPECT_EQ(decodable, expected);
}

TEST(IsaExhaustive, AddCells) {
  for (const unsigned raddr_a : {0u, 1u, 33u, 63u}) check_add_cells(9, raddr_a, add_cells_expected);
}

TEST(IsaExhaustive, AddCellsWithTheWriteAddressesOfStvpm) {
  // With write addresses 0 to 2 and MA = 0, opcode 190 exists, with all 64 raddr_b.
  for (const unsigned waddr : {0u, 1u, 2u}) check_add_cells(waddr, 17, add_cells_expected + 64);
  for (const unsigned waddr : {3u, 6u, 32u, 63u}) check_add_cells(waddr, 17, add_cells_expected);
}

TEST(IsaExhaustive, WriteAddressesOfOpcode190) {
  unsigned decodable = 0;
  for (unsigned waddr = 0; waddr < 64; ++waddr)
    for (const bool magic : {false, true})
      decodable += survives(add_word(190, 5, magic, waddr, 4)) ? 1 : 0;
  EXPECT_EQ(decodable, 3u);
}

TEST(IsaExhaustive, EveryWriteAddressOfBothHalves) {
  for (unsigned waddr = 0; waddr < 64; ++waddr)
    for (const bool magic : {false, true}) {
      const std::uint64_t add = add_word(56, 2, magic, waddr, 1),
                          mul = mul_word(1, 2, magic, waddr, 1);
      ASSERT_TRUE(survives(add) && survives(mul));
      const WriteAddress expected{static_cast<std::uint8_t>(waddr), magic};
      EXPECT_EQ(alu(add).add.dst, expected);
      EXPECT_EQ(alu(mul).mul.dst, expected);
    }
}

// Decodable mul cells of 64 opcodes x 64 raddr_d (v3d71 §2.4): 59 opcodes without sub-opcode (add
// sub umul24 3, vfmul 5, smul24 multop v8dot 3, fmul 48) and 37 sub-opcodes of 14 (fmov 21, mov 5,
// unorm and unpack 8, unorm10 2, nop).
constexpr unsigned mul_cells_expected = 59 * 64 + 37;
static_assert(mul_cells_expected == 3813);

TEST(IsaExhaustive, MulCells) {
  const auto rows = mul_cells();
  for (const unsigned raddr_c : {0u, 1u, 33u, 63u})
    for (const bool magic : {false, true}) {
      unsigned decodable = 0;
      for (unsigned opcode = 1; opcode < 64; ++opcode)
        for (unsigned raddr_d = 0; raddr_d < 64; ++raddr_d) {
          const std::uint64_t word = mul_word(opcode, raddr_d, magic, 9, raddr_c);
          const CellRow* row = find_cell(rows, opcode, raddr_d, magic);
          const Decoded decoded = decode(word);
          ASSERT_EQ(bool{decoded}, row != nullptr) << opcode << " " << raddr_d;
          if (!row) {
            ASSERT_EQ(decoded.error, DecodeError::mul_opcode);
            continue;
          }
          ++decodable;
          ASSERT_TRUE(survives(word)) << opcode << " " << raddr_d;
          ASSERT_EQ(collapsed(print_word(word)),
                    "nop;" + expected_text(*row, opcode, raddr_d, destination(9, magic), raddr_c,
                                           raddr_d));
        }
      EXPECT_EQ(decodable, mul_cells_expected);
    }
}

TEST(IsaExhaustive, SignalsAndConditionField) {
  unsigned decodable = 0;
  for (unsigned sig = 0; sig < 32; ++sig)
    for (unsigned field = 0; field < 128; ++field) {
      const std::uint64_t word = with_field(with_field(nop_word, 57, 53, sig), 52, 46, field);
      const Decoded decoded = decode(word);
      if (!decoded) {
        const bool reserved = sig == 23 || sig == 28 || sig == 29;
        ASSERT_EQ(decoded.error, reserved ? DecodeError::signal : DecodeError::flags);
        ASSERT_TRUE(reserved || field == 0x10);
        continue;
      }
      ++decodable;
      ASSERT_TRUE(survives(word));
      const auto i = alu(word);
      if (i.signals.has_destination()) {
        EXPECT_EQ(i.signal_destination,
                  (WriteAddress{static_cast<std::uint8_t>(field & 63), field >= 64}));
        EXPECT_EQ(i.flags, FlagUses{});
      } else {
        EXPECT_EQ(i.signal_destination, WriteAddress{});
        EXPECT_EQ(encode_flags(i.flags), field);
      }
    }
  // 17 indices with a destination take every value, 12 without take all but 0x10 (v3d71 §3, §4.1).
  EXPECT_EQ(decodable, 17u * 128 + 12u * 127);
}

TEST(IsaExhaustive, ImmediatesInAllFourPositions) {
  const struct {
    unsigned signal, high, low;
  } positions[] = {{14, 11, 6}, {15, 5, 0}, {30, 23, 18}, {31, 17, 12}};
  unsigned decodable = 0;
  for (const auto& p : positions)
    for (unsigned index = 0; index < 64; ++index) {
      // add rf9, rf1, rf2 ; sub rf10, rf3, rf4 with one source replaced.
      std::uint64_t word = with_field(add_word(56, 2, false, 9, 1), 63, 58, 2);
      word = with_field(with_field(with_field(word, 45, 38, 10), 23, 18, 3), 17, 12, 4);
      word = with_field(with_field(word, 57, 53, p.signal), p.high, p.low, index);
      const Decoded decoded = decode(word);
      ASSERT_EQ(bool{decoded}, index < 48);
      if (!decoded) {
        ASSERT_EQ(decoded.error, DecodeError::immediate_index);
        continue;
      }
      ++decodable;
      ASSERT_TRUE(survives(word));
      const auto i = alu(word);
      const Source sources[] = {i.add.src[0], i.add.src[1], i.mul.src[0], i.mul.src[1]};
      for (std::size_t k = 0; k < 4; ++k) {
        const bool here = &positions[k] == &p;
        EXPECT_EQ(sources[k].immediate, here);
        EXPECT_EQ(sources[k].address, here ? index : k + 1);
      }
    }
  EXPECT_EQ(decodable, 4u * 48);
}

// Which fields become immediates with each operation: the sub-opcode wins over smimm_b and smimm_d
// (v3d71 §1.2).
TEST(IsaExhaustive, ImmediateSignalsWithEveryAddCell) {
  const auto rows = add_cells();
  for (unsigned opcode = 0; opcode < 256; ++opcode)
    for (unsigned raddr_b = 0; raddr_b < 64; ++raddr_b) {
      const CellRow* row = find_cell(rows, opcode, opcode == 190 ? 1 : raddr_b, false);
      if (!row) continue;
      const std::uint64_t word = add_word(opcode, raddr_b, false, 1, 20);
      const Decoded b = decode(with_field(word, 57, 53, 15));
      ASSERT_EQ(bool{b}, row->sources < 2 || raddr_b < 48) << row->mnemonic << " " << raddr_b;
      if (b) {
        ASSERT_TRUE(survives(with_field(word, 57, 53, 15)));
        const auto& half = std::get<AluInstruction>(*b.instruction).add;
        ASSERT_EQ(half.src[1].immediate, row->sources == 2) << row->mnemonic;
        ASSERT_FALSE(half.src[0].immediate);
      }
      ASSERT_TRUE(survives(with_field(word, 57, 53, 14)));
      ASSERT_EQ(alu(with_field(word, 57, 53, 14)).add.src[0].immediate, row->sources > 0)
          << row->mnemonic;
    }
}

}  // namespace
}  // namespace vc7::isa::testing
