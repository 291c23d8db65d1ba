// SPDX-License-Identifier: MIT
//
// Names to numbers, as hash tables that the compiler builds from the tables of isa.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vc7::text {

/// A name is found in about one comparison. `skip` leaves out the first names of the list (the
/// "none" that is never written); empty names are left out as well.
template <std::size_t Count>
class NameTable {
 public:
  constexpr explicit NameTable(const std::array<std::string_view, Count>& names,
                               std::size_t skip = 0)
      : names_{names}, skip_{skip} {
    for (std::size_t i = skip; i < Count; ++i) {
      if (names[i].empty()) continue;
      std::size_t slot = hash(names[i]) % size;
      while (slots_[slot] != 0) slot = (slot + 1) % size;
      slots_[slot] = static_cast<std::uint8_t>(i + 1);
    }
  }

  constexpr std::optional<std::uint8_t> find(std::string_view name) const {
    for (std::size_t slot = hash(name) % size; slots_[slot] != 0; slot = (slot + 1) % size) {
      const auto index = static_cast<std::uint8_t>(slots_[slot] - 1);
      if (names_[index] == name) return index;
    }
    return std::nullopt;
  }

  /// Calls visit(name) for every name that can be found.
  template <class Visit>
  constexpr void each(Visit visit) const {
    for (std::size_t i = skip_; i < Count; ++i)
      if (!names_[i].empty()) visit(names_[i]);
  }

 private:
  static_assert(Count < 255, "a slot is one byte");
  static constexpr std::size_t size = std::bit_ceil(Count * 4);

  static constexpr std::size_t hash(std::string_view name) {
    std::uint32_t h = 2166136261u;
    for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 16777619u;
    return h ^ h >> 15;
  }

  std::array<std::string_view, Count> names_;
  std::size_t skip_;
  std::array<std::uint8_t, size> slots_{};
};

}  // namespace vc7::text
