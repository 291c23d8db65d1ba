// SPDX-License-Identifier: MIT
//
// Command lists as Mesa's driver submits them for buffer fills, copies and fences
// (reference/drm-clients.md), put together by fields that are written a second time here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace vc7::test {

using Bytes = std::vector<std::uint8_t>;

/// Appends `size` bytes of `value`, little-endian.
inline void put(Bytes& list, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) list.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
inline void packet(Bytes& list, std::uint8_t opcode, std::uint64_t payload = 0, int size = 0) {
  list.push_back(opcode);
  put(list, payload, size);
}

/// One image of a fill or a copy.
struct TileJob {
  std::uint32_t width = 32, height = 32;
  std::uint32_t format = 34, pixel = 4;                     ///< rgba8ui
  std::uint32_t to = 0, from = 0;                           ///< GPU addresses
  std::optional<std::array<std::uint8_t, 16>> colour = {};  ///< a fill, else a copy
  unsigned log2_tile = 3;                                   ///< 64 pixels
  std::uint32_t supertile = 1;                              ///< its width and height in tiles

  std::uint32_t tile() const { return 8u << log2_tile; }
  std::uint32_t columns() const { return (width + tile() - 1) / tile(); }
  std::uint32_t rows() const { return (height + tile() - 1) / tile(); }
};

inline Bytes binner_list(const TileJob& job) {
  Bytes list;
  packet(list, 119, 0, 1);
  packet(list, 120,
         std::uint64_t{job.log2_tile} << 8 | std::uint64_t{job.log2_tile} << 11 |
             std::uint64_t{job.width - 1} << 32 | std::uint64_t{job.height - 1} << 48,
         8);
  packet(list, 19);
  packet(list, 6);
  packet(list, 4);
  return list;
}

inline void transfer(Bytes& list, std::uint8_t opcode, const TileJob& job, std::uint32_t address) {
  packet(list, opcode,
         std::uint64_t{job.format} << 12 | std::uint64_t{job.width * job.pixel} << 28 |
             std::uint64_t{job.height} << 48,
         8);
  put(list, address, 4);
}

/// The list that runs for each tile.
inline Bytes generic_list(const TileJob& job) {
  Bytes list;
  packet(list, 125);
  if (!job.colour && job.from != 0) transfer(list, 30, job, job.from);
  packet(list, 26);
  packet(list, 21, 0, 1);
  if (job.to != 0) transfer(list, 29, job, job.to);
  packet(list, 27);
  packet(list, 18);
  return list;
}

/// `generic`, `generic_end`: where the generic list is.
inline Bytes render_list(const TileJob& job, std::uint32_t generic, std::uint32_t generic_end) {
  Bytes list;
  const std::uint64_t depth = job.pixel > 8 ? 2 : job.pixel > 4 ? 1 : 0;
  const auto colour = job.colour.value_or(std::array<std::uint8_t, 16>{});
  const auto part = [&](std::size_t first, std::size_t count) {
    std::uint64_t value = 0;
    for (auto i = count; i-- > 0;) value = value << 8 | colour[first + i];
    return value;
  };
  packet(list, 121,
         std::uint64_t{job.width} << 8 | std::uint64_t{job.height} << 24 |
             std::uint64_t{job.log2_tile} << 52 | std::uint64_t{job.log2_tile} << 55,
         8);
  packet(list, 121, 2 | depth << 25 | part(0, 4) << 32, 8);
  if (depth > 0) packet(list, 121, 3 | part(4, 5) << 24, 8);
  if (depth > 1) packet(list, 121, 4 | part(9, 7) << 8, 8);
  packet(list, 121, 1, 8);
  packet(list, 126, 0, 1);
  packet(list, 123, 0, 4);
  const auto supers = [&](std::uint32_t tiles) {
    return (tiles + job.supertile - 1) / job.supertile;
  };
  packet(list, 122,
         (job.supertile - 1) | (job.supertile - 1) << 8 |
             std::uint64_t{supers(job.columns())} << 16 | std::uint64_t{supers(job.rows())} << 24 |
             std::uint64_t{job.columns()} << 32 | std::uint64_t{job.rows()} << 44,
         8);
  for (int dummy = 0; dummy < 2; ++dummy) {
    packet(list, 124, 0, 3);
    packet(list, 26);
    packet(list, 29, 8, 8);
    put(list, 0, 4);
    if (dummy == 0 && job.colour) packet(list, 25);
    packet(list, 27);
  }
  packet(list, 19);
  packet(list, 20, generic | std::uint64_t{generic_end} << 32, 8);
  for (std::uint32_t row = 0; row < supers(job.rows()); ++row)
    for (std::uint32_t column = 0; column < supers(job.columns()); ++column)
      packet(list, 23, column | row << 8, 2);
  packet(list, 13);
  return list;
}

}  // namespace vc7::test
