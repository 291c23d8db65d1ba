// SPDX-License-Identifier: MIT
//
// What the packets do.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "runner.hpp"

namespace vc7::sim::command_list {

void Runner::layers(const Payload& p) {
  if (p.bits(7, 0) != 0) refuse(fmt::format("{} layers; one is modelled", p.bits(7, 0) + 1));
}

void Runner::binning_mode(const Payload& p) {
  if (p.bits(10, 8) > 3 || p.bits(13, 11) > 3) refuse("tiles of more than 64 pixels");
}

void Runner::rendering_mode(const Payload& p) {
  const auto number = p.bits(5, 3);
  const auto put = [&](std::size_t at, unsigned last, unsigned first) {
    for (unsigned bit = first; bit < last; bit += 8)
      targets_[number].clear_colour[at++] =
          std::byte{static_cast<std::uint8_t>(p.bits(bit + 7, bit))};
  };
  switch (p.bits(2, 0)) {
    case 0:
      if (p.bits(7, 4) > 7) refuse(fmt::format("{} render targets, at most 8", p.bits(7, 4) + 1));
      if (p.bit(42)) refuse("multisampling");
      if (p.bits(54, 52) > 3 || p.bits(57, 55) > 3) refuse("tiles of more than 64 pixels");
      target_count_ = p.bits(7, 4) + 1;
      width_ = p.bits(23, 8);
      height_ = p.bits(39, 24);
      tile_width_ = 8u << p.bits(54, 52);
      tile_height_ = 8u << p.bits(57, 55);
      return;
    case 1: return;  // depth and stencil: nothing that is modelled uses them
    case 2:
      if (p.bits(26, 25) == 3) refuse("3 as bits per pixel of a render target, at most 2");
      targets_[number].pixel_bytes = 4u << p.bits(26, 25);
      return put(0, 63, 32);
    case 3: return put(4, 63, 24);
    case 4: return put(9, 63, 8);
    default: refuse(fmt::format("sub-id {}; 0 to 4 are modelled", p.bits(2, 0)));
  }
}

void Runner::supertile_configuration(const Payload& p) {
  super_width_ = p.bits(7, 0) + 1;
  super_height_ = p.bits(15, 8) + 1;
  frame_columns_ = p.bits(43, 32);
  frame_rows_ = p.bits(55, 44);
}

void Runner::tile_list(const Payload& p) { generic_list_ = {p.bits(31, 0), p.bits(63, 32)}; }

void Runner::tile_coordinates(const Payload& p) {
  column_ = p.bits(11, 0);
  row_ = p.bits(23, 12);
}

void Runner::supertile(const Payload& p) {
  if (super_width_ == 0) refuse("no supertile configuration before");
  if (generic_list_.start == 0) refuse("no generic tile list before");
  const auto first_column = p.bits(7, 0) * super_width_;
  const auto first_row = p.bits(15, 8) * super_height_;
  const auto last_column = std::min(first_column + super_width_, frame_columns_);
  const auto last_row = std::min(first_row + super_height_, frame_rows_);
  for (row_ = first_row; row_ < last_row; ++row_)
    for (column_ = first_column; column_ < last_column; ++column_) run_tile();
}

void Runner::run_tile() {
  const auto outer_start = list_start_, outer_position = position_, outer_next = next_;
  const int outer_opcode = opcode_;
  run(tile, generic_list_.start, generic_list_.end);
  list_ = render;
  list_start_ = outer_start;
  position_ = outer_position;
  next_ = outer_next;
  opcode_ = outer_opcode;
  ended_ = false;
}

void Runner::clear(const Payload&) {
  for (auto& target : targets_) target.holds = RenderTarget::Holds::clear_colour;
}

RenderTarget& Runner::target(std::uint32_t number) {
  if (number >= target_count_)
    refuse(fmt::format("buffer {}; 8 (none) and the job's {} render targets are modelled", number,
                       target_count_));
  return targets_[number];
}

Runner::Access Runner::access(const Payload& p) const {
  Access a{};
  a.format = p.bits(17, 12);
  a.pixel = pixel_size(a.format);
  if (p.bits(6, 4) != 0)
    refuse(fmt::format("memory format {}; 0 (raster) is modelled", p.bits(6, 4)));
  if (a.pixel == 0)
    refuse(fmt::format("image format {}; 15 16 17 26 34 35 36 are modelled", a.format));
  if (p.bits(11, 7) != 0) refuse("flipped, dithered or decimated");
  if (p.bits(20, 19) != 0) refuse("channels reversed or exchanged");
  a.stride = p.bits(47, 28);
  a.address = p.bits(95, 64);
  a.x = column_ * tile_width_;
  a.y = row_ * tile_height_;
  a.columns = a.x < width_ ? std::min(tile_width_, width_ - a.x) : 0;
  a.rows = a.y < height_ ? std::min(tile_height_, height_ - a.y) : 0;
  return a;
}

void Runner::load(const Payload& p) {
  constexpr std::uint32_t none = 8;
  if (p.bits(3, 0) == none) return;
  auto& to = target(p.bits(3, 0));
  const auto a = access(p);
  if (p.bit(18)) refuse("alpha forced to 1");
  if (a.pixel > to.pixel_bytes)
    refuse(fmt::format("pixels of {} bytes into a render target of {}", a.pixel, to.pixel_bytes));
  to.holds = RenderTarget::Holds::image;
  to.format = a.format;
  for (std::uint32_t y = 0; y < a.rows && a.columns != 0; ++y) {
    work();
    read(to.row(y), a.address + std::uint64_t{a.y + y} * a.stride + std::uint64_t{a.x} * a.pixel,
         std::size_t{a.columns} * a.pixel);
  }
}

void Runner::store(const Payload& p) {
  constexpr std::uint32_t none = 8;
  if (p.bits(3, 0) == none) return;
  auto& from = target(p.bits(3, 0));
  const auto a = access(p);
  using Holds = RenderTarget::Holds;
  if (from.holds == Holds::nothing) refuse("nothing was loaded or cleared before");
  if (from.holds == Holds::image && from.format != a.format)
    refuse(fmt::format("image format {} after a load of format {}; conversions are not modelled",
                       a.format, from.format));
  if (a.pixel > from.pixel_bytes)
    refuse(fmt::format("pixels of {} bytes from a render target of {}", a.pixel, from.pixel_bytes));
  for (std::uint32_t y = 0; y < a.rows && a.columns != 0; ++y) {
    work();
    auto* const row = from.row(y);
    if (from.holds == Holds::clear_colour)
      for (std::uint32_t x = 0; x < a.columns; ++x)
        std::memcpy(row + std::size_t{x} * a.pixel, from.clear_colour.data(), a.pixel);
    write(a.address + std::uint64_t{a.y + y} * a.stride + std::uint64_t{a.x} * a.pixel, row,
          std::size_t{a.columns} * a.pixel);
  }
  if (p.bit(18)) from.holds = Holds::clear_colour;
}

}  // namespace vc7::sim::command_list
