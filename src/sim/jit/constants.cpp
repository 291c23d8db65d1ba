// SPDX-License-Identifier: MIT
#include "vectors.hpp"

#include <algorithm>
#include <cstring>

namespace vc7::sim::jit {
namespace {

Slot all(std::uint32_t word) {
  Slot slot;
  std::fill_n(slot.lane, 16, word);
  return slot;
}
Slot access_note(std::uint32_t words, bool store) {
  Slot slot = {};
  slot.lane[0] = 0xffff;
  slot.lane[1] = words;
  slot.lane[2] = 4;
  const bool note = store;
  std::memcpy(&slot.lane[3], &note, sizeof note);
  return slot;
}
template <class Function>
Slot each(Function function) {
  Slot slot;
  for (std::uint32_t i = 0; i < 16; ++i) slot.lane[i] = function(i);
  return slot;
}

}  // namespace

const Constants& constants() {
  static const Constants table{
      .vec4_load = access_note(4, false),
      .vec4_store = access_note(4, true),
      .word_load = access_note(1, false),
      .word_store = access_note(1, true),
      .nan = all(0x7fc00000),
      .magnitude = all(0x7fffffff),
      .three = all(3),
      .last_vector = all(0xfffffff0),
      .low_five = all(31),
      .low_half = all(0xffff),
      .low_24 = all(0xffffff),
      .lane = each([](std::uint32_t i) { return i; }),
      .lane_group = each([](std::uint32_t i) { return i & 12; }),
      .lane_bytes = each([](std::uint32_t i) { return 4 * i; }),
      .vec4_in_quad = each([](std::uint32_t i) { return 16 * (i & 3); }),
      .lane_bit = each([](std::uint32_t i) { return 1u << i; }),
      .bit_to_sign = each([](std::uint32_t i) { return 31 - i; }),
      .transposed = each([](std::uint32_t i) { return 4 * (i & 3) + i / 4; }),
      .byte_in_word = all(0x03020100),
      // Byte numbers of four words that begin with word 0, 1, 2 and 3.
      .quad_rotations =
          each([](std::uint32_t i) { return 0x03020100 + 0x04040404 * ((i + i / 4) & 3); }),
  };
  return table;
}

}  // namespace vc7::sim::jit
