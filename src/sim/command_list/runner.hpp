// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <vc7/sim/command_list.hpp>

#include "packet.hpp"
#include "tile_buffer.hpp"

namespace vc7::sim::command_list {

/// Thrown inside the runner alone; the list ends with it.
struct Stopped {
  Fault fault;
};

/// Executes one list. One function per packet; each throws Stopped for what is not modelled.
class Runner {
 public:
  Runner(const Memory& memory, const std::atomic<bool>* stop) : memory_{memory}, stop_{stop} {}

  /// Packets up to the one that ends a list of this kind. Throws Stopped, std::bad_alloc.
  void run(List kind, std::uint64_t start, std::uint64_t end);

  void ignore(const Payload&) {}
  void finish(const Payload&) { ended_ = true; }
  void layers(const Payload& p);
  void binning_mode(const Payload& p);
  void rendering_mode(const Payload& p);
  void supertile_configuration(const Payload& p);
  void tile_list(const Payload& p);
  void supertile(const Payload& p);
  void tile_coordinates(const Payload& p);
  void clear(const Payload& p);
  void load(const Payload& p);
  void store(const Payload& p);

 private:
  /// Packets, and rows of loads and stores, of one job: 2 GiB of copies in 64x64 tiles stay below,
  /// and a hostile list ends after seconds.
  static constexpr std::uint64_t most_work = 16'000'000;

  /// Where a load or store takes place.
  struct Access {
    std::uint32_t format, pixel, stride, address;
    std::uint32_t x, y, columns, rows;  ///< part of the tile that is inside the image
  };

  [[noreturn]] void fail(FaultKind kind, const std::string& why, std::uint32_t address = 0) const;
  [[noreturn]] void refuse(const std::string& why) const { fail(FaultKind::unsupported, why); }
  void work();
  void packet(List kind, std::uint64_t end);
  void copy(std::byte* to, const std::byte* from, std::size_t size, std::uint32_t address);
  void read(std::byte* to, std::uint64_t address, std::size_t size);
  void write(std::uint64_t address, const std::byte* from, std::size_t size);
  RenderTarget& target(std::uint32_t number);
  Access access(const Payload& p) const;
  void run_tile();

  const Memory& memory_;
  const std::atomic<bool>* stop_;
  std::uint64_t done_ = 0;
  bool ended_ = false;

  // The packet that is being executed, for messages.
  List list_ = render;
  std::uint64_t list_start_ = 0, position_ = 0, next_ = 0;
  int opcode_ = -1;

  std::uint32_t width_ = 0, height_ = 0;              // of the image, in pixels
  std::uint32_t tile_width_ = 64, tile_height_ = 64;  // in pixels
  std::uint32_t super_width_ = 0, super_height_ = 0;  // in tiles
  std::uint32_t frame_columns_ = 0, frame_rows_ = 0;  // in tiles
  std::uint32_t column_ = 0, row_ = 0;                // the current tile
  CommandList generic_list_{};
  std::uint32_t target_count_ = 0;
  std::array<RenderTarget, 8> targets_{};
};

}  // namespace vc7::sim::command_list
