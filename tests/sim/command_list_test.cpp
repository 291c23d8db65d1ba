// SPDX-License-Identifier: MIT
//
// Buffer fills and copies by the tile engine, and lists that are none.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vc7/sim/command_list.hpp>

#include "support/tile_job.hpp"

namespace vc7::sim {
namespace {

using test::Bytes;
using test::TileJob;

class CommandListTest : public testing::Test {
 protected:
  static constexpr std::uint32_t lists = 0x10000, generic = 0x18000, from = 0x100000, to = 0x200000;
  static constexpr std::uint32_t data_size = 0x40000;

  CommandListTest() {
    memory.map(lists, 0x10000);
    memory.map(from, data_size);
    memory.map(to, data_size);
    for (std::uint32_t i = 0; i < data_size; ++i)
      *memory.at(from + i) = std::byte{static_cast<std::uint8_t>(i * 7 + i / 251)};
    std::memset(memory.at(to), 0xee, data_size);
  }

  CommandList place(const Bytes& list, std::uint32_t at) {
    std::memcpy(memory.at(at), list.data(), list.size());
    return {at, at + static_cast<std::uint32_t>(list.size())};
  }
  std::optional<Fault> render(const TileJob& job) {
    const auto inner = place(test::generic_list(job), generic);
    return run_render_list(memory, place(test::render_list(job, inner.start, inner.end), lists));
  }
  std::string refused(const Bytes& list) {
    const auto fault = run_render_list(memory, place(list, lists));
    return fault ? fault->message : "ran to its end";
  }
  /// The bytes at `to` that are not 0xee: all before `size`, none behind.
  void expect_written(std::uint32_t size, auto expected) {
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_EQ(*memory.at(to + i), expected(i)) << i;
    for (std::uint32_t i = size; i < data_size; ++i)
      ASSERT_EQ(*memory.at(to + i), std::byte{0xee}) << i;
  }

  Memory memory;
};

constexpr std::array<std::uint8_t, 16> colour = {0x78, 0x56, 0x34, 0x12, 5,  6,  7,  8,
                                                 9,    10,   11,   12,   13, 14, 15, 16};

TEST_F(CommandListTest, FillsAPage) {
  const auto fault = render({.to = to, .colour = colour});
  ASSERT_FALSE(fault) << fault->message;
  expect_written(4096, [](auto i) { return std::byte{colour[i % 4]}; });
}

TEST_F(CommandListTest, CopiesAPage) {
  const auto fault = render({.to = to, .from = from});
  ASSERT_FALSE(fault) << fault->message;
  expect_written(4096, [&](auto i) { return *memory.at(from + i); });
}

struct Format {
  std::uint32_t number, pixel;
};
constexpr Format formats[] = {{34, 4}, {15, 16}, {16, 8}, {17, 4}, {35, 2}, {26, 2}, {36, 1}};

// Every format, with sizes around those of tiles and supertiles.
TEST_F(CommandListTest, EdgeTilesStoreWhatIsInsideTheImage) {
  for (const auto format : formats)
    for (const std::uint32_t width : {1u, 3u, 16u, 17u, 100u})
      for (const std::uint32_t height : {1u, 15u, 16u, 33u})
        for (const std::uint32_t supertile : {1u, 2u, 5u})
          for (const bool fill : {false, true}) {
            std::memset(memory.at(to), 0xee, data_size);
            TileJob job{.width = width,
                        .height = height,
                        .format = format.number,
                        .pixel = format.pixel,
                        .to = to,
                        .from = from,
                        .log2_tile = 1,
                        .supertile = supertile};
            if (fill) job.colour = colour;
            const auto fault = render(job);
            ASSERT_FALSE(fault) << fault->message;
            const auto size = width * height * format.pixel;
            for (std::uint32_t i = 0; i < size; ++i)
              ASSERT_EQ(*memory.at(to + i),
                        fill ? std::byte{colour[i % format.pixel]} : *memory.at(from + i))
                  << "format " << format.number << ", " << width << " x " << height << ", byte "
                  << i;
            for (std::uint32_t i = size; i < size + 4096; ++i)
              ASSERT_EQ(*memory.at(to + i), std::byte{0xee}) << i;
          }
}

// A range that is no rectangle is several jobs, as the driver splits it.
TEST_F(CommandListTest, RangesInPieces) {
  std::uint32_t done = 0;
  for (const auto& [width, height] : {std::pair{64u, 130u}, {64u, 1u}, {7u, 1u}}) {
    const auto fault =
        render({.width = width, .height = height, .to = to + done, .from = from + done});
    ASSERT_FALSE(fault) << fault->message;
    done += width * height * 4;
  }
  expect_written(done, [&](auto i) { return *memory.at(from + i); });
}

TEST_F(CommandListTest, EmptyJobs) {
  const TileJob job{.width = 1, .height = 1};
  const auto list = test::binner_list(job);
  EXPECT_EQ(list.size(), 14u);
  EXPECT_FALSE(run_binner_list(memory, place(list, lists)));
  EXPECT_FALSE(render(job));
  expect_written(0, [](auto) { return std::byte{0}; });
}

TEST_F(CommandListTest, RefusalsNameOpcodeAndOffset) {
  EXPECT_EQ(refused({19, 36}),
            "opcode 36 at offset 1 of the render list at 0x10000: not modelled; only buffer fills, "
            "buffer copies and empty jobs are");
  EXPECT_EQ(refused({6}),
            "opcode 6 (start tile binning) at offset 0 of the render list at 0x10000: not modelled "
            "in this list");
  EXPECT_EQ(refused({19, 29, 0}),
            "opcode 29 (store tile buffer) at offset 1 of the render list at 0x10000: 13 bytes, "
            "the list ends after 2");
  EXPECT_EQ(refused({19}),
            "no packet at offset 1 of the render list at 0x10000: the list ends without opcode 13 "
            "(end of rendering)");
  EXPECT_EQ(refused({23, 0, 0}),
            "opcode 23 (supertile coordinates) at offset 0 of the render list at 0x10000: no "
            "supertile configuration before");
}

TEST_F(CommandListTest, FaultsNameTheAddress) {
  const auto outside = run_render_list(memory, {0x5000000, 0x5000010});
  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->kind, FaultKind::memory);
  EXPECT_EQ(outside->address, 0x5000000u);

  const auto store = render({.to = to + data_size - 128, .colour = colour});
  ASSERT_TRUE(store);
  EXPECT_EQ(store->kind, FaultKind::memory);
  EXPECT_EQ(store->address, to + data_size);

  const auto load = render({.to = to, .from = 0xffffff80});
  ASSERT_TRUE(load);
  EXPECT_EQ(load->kind, FaultKind::memory);

  const auto format = render({.format = 12, .to = to, .colour = colour});
  ASSERT_TRUE(format);
  EXPECT_EQ(format->message,
            "opcode 29 (store tile buffer) at offset 4 of the generic tile list at 0x18000: image "
            "format 12; 15 16 17 26 34 35 36 are modelled");
}

TEST_F(CommandListTest, CanBeStopped) {
  const std::atomic<bool> stop = true;
  const auto fault = run_render_list(memory, place({19, 13}, lists), &stop);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::budget);
}

// A list may be as long as the address space; work has an end anyway.
TEST_F(CommandListTest, EndlessWorkEnds) {
  const auto list = test::generic_list({.to = 0});
  const auto inner = place(list, generic);
  Bytes outer = test::render_list({.to = 0}, inner.start, inner.end);
  outer.pop_back();
  test::packet(outer, 122, 0xffff | std::uint64_t{0xfff} << 32 | std::uint64_t{0xfff} << 44, 8);
  for (int i = 0; i < 6000; ++i) test::packet(outer, 23, 0, 2);
  ASSERT_LT(outer.size(), 0x8000u);
  const auto fault = run_render_list(memory, place(outer, lists));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::budget);
}

// Bytes of real lists with some of them changed: any answer, but one.
TEST_F(CommandListTest, SurvivesDamagedLists) {
  std::mt19937 random{7};
  const auto number = [&](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  int faults = 0;
  for (int round = 0; round < 300; ++round) {
    const TileJob job{.width = 1 + number(64), .height = 1 + number(64), .to = to, .from = from};
    auto inner = test::generic_list(job);
    auto outer =
        test::render_list(job, generic, generic + static_cast<std::uint32_t>(inner.size()));
    for (auto changes = 1 + number(4); changes > 0; --changes) {
      auto& list = number(2) == 0 ? inner : outer;
      list[number(static_cast<std::uint32_t>(list.size()))] = static_cast<std::uint8_t>(random());
    }
    place(inner, generic);
    if (run_render_list(memory, place(outer, lists))) ++faults;
  }
  EXPECT_GT(faults, 30);
  EXPECT_LT(faults, 300);
}

}  // namespace
}  // namespace vc7::sim
