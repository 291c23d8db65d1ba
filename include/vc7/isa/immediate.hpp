// SPDX-License-Identifier: MIT
//
// Small immediates: the 48 constants that a source field can hold instead of a register (v3d71 §5).
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

namespace vc7::isa {

/// Number of valid small-immediate indices: 0..15 and -16..-1 as integers, then 2^-8 .. 2^7 as
/// floats.
inline constexpr unsigned small_immediate_count = 48;

/// The 32-bit word that index 0..47 stands for.
constexpr std::uint32_t small_immediate_value(unsigned index) {
  if (index < 16) return index;
  if (index < 32) return index - 32u;
  return 0x3b800000u + ((index - 32u) << 23);
}

/// The index of a 32-bit word, nothing if the word is not a small immediate.
constexpr std::optional<std::uint8_t> small_immediate_index(std::uint32_t word) {
  if (word < 16) return static_cast<std::uint8_t>(word);
  if (word >= 0xfffffff0u) return static_cast<std::uint8_t>(word + 32u);
  const std::uint32_t exponent = (word - 0x3b800000u) >> 23;
  if (exponent < 16 && small_immediate_value(32 + exponent) == word)
    return static_cast<std::uint8_t>(32 + exponent);
  return std::nullopt;
}

/// The index of a float, by its bit pattern; 0.0f is index 0.
constexpr std::optional<std::uint8_t> small_immediate_index(float value) {
  return small_immediate_index(std::bit_cast<std::uint32_t>(value));
}

}  // namespace vc7::isa
