// SPDX-License-Identifier: MIT
//
// The packets of command lists: one row each (reference/drm-clients.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vc7::sim::command_list {

/// The payload behind the opcode; bits count from its first byte.
class Payload {
 public:
  static constexpr std::size_t most = 12;
  std::span<std::byte> bytes(std::size_t size) { return std::span{bytes_}.first(size); }

  /// Bits last:first as a number; at most 32 of them.
  std::uint32_t bits(unsigned last, unsigned first) const {
    std::uint64_t value = 0;
    for (unsigned byte = last / 8 + 1; byte-- > first / 8;)
      value = value << 8 | std::to_integer<std::uint64_t>(bytes_[byte]);
    const auto count = last - first + 1;
    return static_cast<std::uint32_t>((value >> (first % 8)) & ((std::uint64_t{1} << count) - 1));
  }
  bool bit(unsigned number) const { return bits(number, number) != 0; }

 private:
  std::array<std::byte, most> bytes_{};
};

/// Where a packet may stand.
enum List : std::uint8_t { binner = 1, render = 2, tile = 4 };

class Runner;

struct Packet {
  std::uint8_t opcode;
  std::uint8_t size;   ///< in bytes, with the opcode
  std::uint8_t lists;  ///< bits of List
  const char* name;
  void (Runner::*execute)(const Payload&);
};

/// Null for an opcode that is not modelled.
const Packet* find_packet(std::uint8_t opcode);
std::span<const Packet> packets();

}  // namespace vc7::sim::command_list
