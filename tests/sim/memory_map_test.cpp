// SPDX-License-Identifier: MIT
//
// The address space by itself: what can be mapped where, and what the pages hold.
#include <vc7/sim/memory.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include <vc7/base/error.hpp>

namespace vc7::sim {
namespace {

constexpr std::uint64_t space = std::uint64_t{1} << 32;

template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

bool all_bytes_are(const Memory& memory, std::uint32_t address, std::size_t size, int value) {
  const std::byte* const first = memory.at(address);
  return std::all_of(first, first + size, [&](std::byte b) { return b == std::byte(value); });
}

TEST(MemoryMap, PagesAreZeroAndWritable) {
  Memory memory;
  memory.map(0x10000, 0x3000);
  EXPECT_TRUE(all_bytes_are(memory, 0x10000, 0x3000, 0));
  std::memset(memory.at(0x10000), 0x5a, 0x3000);
  EXPECT_TRUE(all_bytes_are(memory, 0x10000, 0x3000, 0x5a));
}

TEST(MemoryMap, MappedAgainIsZeroAgain) {
  Memory memory;
  for (const std::uint64_t size : {std::uint64_t{0x2000}, std::uint64_t{4} << 20}) {
    memory.map(0x0040'0000, size);
    std::memset(memory.at(0x0040'0000), 1, size);
    memory.unmap(0x0040'0000);
    EXPECT_FALSE(memory.mapped(0x0040'0000, 1));
    memory.map(0x0040'0000, size);
    EXPECT_TRUE(all_bytes_are(memory, 0x0040'0000, size, 0));
    memory.unmap(0x0040'0000);
  }
}

TEST(MemoryMap, OtherRangesKeepTheirContents) {
  Memory memory;
  for (const std::uint32_t address : {0x1000u, 0x2000u, 0x3000u}) {
    memory.map(address, 0x1000);
    std::memset(memory.at(address), static_cast<int>(address >> 12), 0x1000);
  }
  memory.unmap(0x2000);
  EXPECT_TRUE(all_bytes_are(memory, 0x1000, 0x1000, 1));
  EXPECT_TRUE(all_bytes_are(memory, 0x3000, 0x1000, 3));
}

TEST(MemoryMap, SizeAndAddressAreMultiplesOfThePage) {
  Memory memory;
  EXPECT_EQ(error_of([&] { memory.map(0x1000, 0); }),
            "cannot map 0 bytes at GPU address 0x00001000: the size must be a multiple of 4096 and "
            "not 0");
  EXPECT_EQ(error_of([&] { memory.map(0x1000, 4095); }),
            "cannot map 4095 bytes at GPU address 0x00001000: the size must be a multiple of 4096 "
            "and not 0");
  EXPECT_EQ(error_of([&] { memory.map(0x1800, 4096); }),
            "cannot map 4096 bytes at GPU address 0x00001800: the address must be a multiple of "
            "4096");
  EXPECT_FALSE(memory.mapped(0x1000, 1));
}

TEST(MemoryMap, EndOfTheSpace) {
  Memory memory;
  EXPECT_EQ(error_of([&] { memory.map(0xfffff000, 0x2000); }),
            "cannot map 8192 bytes at GPU address 0xfffff000: the range ends above 4 GiB");
  EXPECT_EQ(error_of([&] { memory.map(0x1000, 0xffff'ffff'ffff'f000); }),
            "cannot map 18446744073709547520 bytes at GPU address 0x00001000: the range ends above "
            "4 GiB");
  memory.map(0xfffff000, 0x1000);
  std::memset(memory.at(0xfffff000), 7, 0x1000);
  EXPECT_TRUE(memory.mapped(0xfffff000, 0x1000));
  EXPECT_TRUE(memory.mapped(0xffffffff, 1));
  EXPECT_FALSE(memory.mapped(0xffffffff, 2));
  memory.map(0, 0x1000);
  EXPECT_FALSE(memory.mapped(0xffffffff, 2));  // does not go on at 0
  memory.unmap(0xfffff000);
  EXPECT_FALSE(memory.mapped(0xfffff000, 1));
}

TEST(MemoryMap, TheWholeSpace) {
  Memory memory;
  memory.map(0, space);
  EXPECT_TRUE(memory.mapped(0, space));
  EXPECT_FALSE(memory.mapped(0, space + 1));
  EXPECT_FALSE(memory.mapped(1, space));
  *memory.at(0) = *memory.at(0xffffffff) = std::byte{1};
  memory.unmap(0);
  EXPECT_FALSE(memory.mapped(0, 1));
}

TEST(MemoryMap, RangesDoNotOverlap) {
  Memory memory;
  memory.map(0x10000, 0x4000);
  const auto refused = [&](std::uint32_t address, std::uint64_t size) {
    return error_of([&] { memory.map(address, size); }).find(": part of the range is mapped") !=
           std::string::npos;
  };
  EXPECT_TRUE(refused(0x10000, 0x4000));  // the same
  EXPECT_TRUE(refused(0x10000, 0x1000));  // its begin
  EXPECT_TRUE(refused(0x13000, 0x1000));  // its end
  EXPECT_TRUE(refused(0x11000, 0x1000));  // inside
  EXPECT_TRUE(refused(0xf000, 0x2000));   // over the begin
  EXPECT_TRUE(refused(0x13000, 0x2000));  // over the end
  EXPECT_TRUE(refused(0xf000, 0x6000));   // around
  EXPECT_TRUE(refused(0, space));
  memory.map(0xf000, 0x1000);  // right before and right behind are free
  memory.map(0x14000, 0x1000);
}

TEST(MemoryMap, UnmapUndoesOneMap) {
  Memory memory;
  memory.map(0x10000, 0x2000);
  memory.map(0x12000, 0x1000);
  const std::string message = "cannot unmap GPU address 0x00011000: no mapping starts there";
  EXPECT_EQ(error_of([&] { memory.unmap(0x11000); }), message);
  memory.unmap(0x10000);
  EXPECT_FALSE(memory.mapped(0x10000, 1));
  EXPECT_FALSE(memory.mapped(0x11fff, 1));
  EXPECT_TRUE(memory.mapped(0x12000, 0x1000));
  EXPECT_EQ(error_of([&] { memory.unmap(0x10000); }),
            "cannot unmap GPU address 0x00010000: no mapping starts there");
}

TEST(MemoryMap, MappedLooksAcrossAdjacentRanges) {
  Memory memory;
  for (const std::uint32_t address : {0x10000u, 0x11000u, 0x13000u, 0x14000u})
    memory.map(address, address == 0x11000 ? 0x2000 : 0x1000);
  EXPECT_TRUE(memory.mapped(0x10000, 0x5000));
  EXPECT_TRUE(memory.mapped(0x10fff, 2));
  EXPECT_TRUE(memory.mapped(0x12ffc, 0x1008));
  EXPECT_FALSE(memory.mapped(0xffff, 2));
  EXPECT_FALSE(memory.mapped(0x14fff, 2));
  EXPECT_TRUE(memory.mapped(0x15000, 0));  // no byte that is missing
  memory.unmap(0x13000);
  EXPECT_FALSE(memory.mapped(0x10000, 0x5000));
  EXPECT_TRUE(memory.mapped(0x10000, 0x3000));
  EXPECT_FALSE(memory.mapped(0x12fff, 2));
  EXPECT_TRUE(memory.mapped(0x14000, 0x1000));
}

TEST(MemoryMap, SpacesAreIndependent) {
  Memory one, other;
  one.map(0x1000, 0x1000);
  EXPECT_FALSE(other.mapped(0x1000, 1));
  other.map(0x1000, 0x1000);
  *one.at(0x1000) = std::byte{1};
  EXPECT_EQ(*other.at(0x1000), std::byte{0});
}

}  // namespace
}  // namespace vc7::sim
