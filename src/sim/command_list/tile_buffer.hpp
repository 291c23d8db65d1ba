// SPDX-License-Identifier: MIT
//
// The pixels of one tile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vc7::sim::command_list {

/// Bytes per pixel of an image format whose load and store copy bits; 0 for the others.
constexpr std::uint32_t pixel_size(std::uint32_t image_format) {
  switch (image_format) {
    case 15: return 16;  // rgba32ui
    case 16: return 8;   // rg32ui
    case 17: return 4;   // r32ui
    case 34: return 4;   // rgba8ui
    case 26:
    case 35: return 2;
    case 36: return 1;
    default: return 0;
  }
}

/// One render target: its configuration, and what the tile buffer holds for it. The contents stay
/// from tile to tile, which fills rely on: they clear once and store every tile.
struct RenderTarget {
  static constexpr std::uint32_t tile_edge = 64;  // the largest
  static constexpr std::uint32_t row_size = tile_edge * 16;
  enum class Holds : std::uint8_t { nothing, clear_colour, image };

  std::uint32_t pixel_bytes = 4;           ///< of the tile buffer: 4, 8 or 16
  std::array<std::byte, 16> clear_colour;  ///< little-endian
  Holds holds = Holds::nothing;
  std::uint32_t format = 0;       ///< image format of the last load
  std::vector<std::byte> pixels;  ///< row_size bytes per row, as they were loaded

  RenderTarget() { clear_colour.fill(std::byte{0}); }
  /// Row `y` of the tile, room for it made.
  std::byte* row(std::uint32_t y) {
    if (pixels.empty()) pixels.resize(std::size_t{tile_edge} * row_size);
    return pixels.data() + std::size_t{y} * row_size;
  }
};

}  // namespace vc7::sim::command_list
