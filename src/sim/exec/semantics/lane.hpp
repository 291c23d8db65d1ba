// SPDX-License-Identifier: MIT
//
// Operations across lanes, v3d71 §9.5 (fdx, fdy: §9.2; rep, quad: §6). Quad q is lanes 4q..4q+3.
// `participating` are the lanes that pass the condition of the instruction and were dispatched; the
// lanes to be written are the caller's business.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/exec/semantics/flags.hpp"
#include "sim/exec/semantics/float.hpp"
#include "sim/exec/semantics/word.hpp"

namespace vc7::sim::semantics {

inline constexpr std::size_t lane_count = 16;
using Lanes = std::array<std::uint32_t, lane_count>;

// Evaluates `lane(i)` for every lane i.
template <typename Function>
constexpr Lanes each_lane(Function lane) {
  Lanes result{};
  for (std::size_t i = 0; i < lane_count; ++i) result[i] = lane(i);
  return result;
}
constexpr Lanes splat(std::uint32_t word) {
  return each_lane([=](std::size_t) { return word; });
}
constexpr bool in_mask(LaneMask mask, std::size_t lane) { return (mask >> lane & 1) != 0; }
// 16 if there is none.
constexpr std::size_t first_lane(LaneMask mask) {
  return static_cast<std::size_t>(std::countr_zero(mask));
}

// --- rearranging --------------------------------------------------------------------------------

constexpr Lanes eidx() {
  return each_lane([](std::size_t i) { return static_cast<std::uint32_t>(i); });
}
// Amounts are taken modulo 16 or 4, so negative ones rotate the other way.
constexpr Lanes rot(const Lanes& a, const Lanes& b) {
  return each_lane([&](std::size_t i) { return a[(i + b[0]) % 16]; });
}
constexpr Lanes rotq(const Lanes& a, const Lanes& b) {
  return each_lane([&](std::size_t i) {
    const std::size_t quad = i & ~std::size_t{3};
    return a[quad + (i + b[quad]) % 4];
  });
}
constexpr Lanes shuffle(const Lanes& a, const Lanes& b) {
  return each_lane([&](std::size_t i) { return a[b[i] % 16]; });
}

// What the write addresses rep and quad put into rf0.
constexpr Lanes rep(const Lanes& a) { return splat(a[0]); }
constexpr Lanes quad(const Lanes& a) {
  return each_lane([&](std::size_t i) { return a[i & ~std::size_t{3}]; });
}

// --- derivatives --------------------------------------------------------------------------------

// Right minus left neighbour, in both.
constexpr Lanes fdx(const Lanes& a) {
  return each_lane([&](std::size_t i) { return fsub(a[i | 1], a[i & ~std::size_t{1}]); });
}
// Lower minus upper neighbour, in both.
constexpr Lanes fdy(const Lanes& a) {
  return each_lane([&](std::size_t i) { return fsub(a[i | 2], a[i & ~std::size_t{2}]); });
}

// --- votes; the same result in all lanes --------------------------------------------------------

constexpr Lanes ballot(const Lanes& a, LaneMask participating) {
  std::uint32_t votes = 0;
  for (std::size_t i = 0; i < lane_count; ++i) votes |= (a[i] != 0 ? 1U : 0U) << i;
  return splat(votes & participating);
}
// Without participants nothing is specified; 0 here.
constexpr Lanes bcastf(const Lanes& a, LaneMask participating) {
  return splat(participating == 0 ? 0 : a[first_lane(participating)]);
}
// True without participants.
constexpr Lanes alleq(const Lanes& a, LaneMask participating) {
  bool equal = true;
  for (std::size_t i = 0; i < lane_count; ++i) {
    if (in_mask(participating, i)) equal = equal && a[i] == a[first_lane(participating)];
  }
  return splat(equal ? 1 : 0);
}
// The first participant is also compared with itself, so a NaN anywhere makes it false ([choose]).
constexpr Lanes allfeq(const Lanes& a, LaneMask participating) {
  bool equal = true;
  for (std::size_t i = 0; i < lane_count; ++i) {
    if (in_mask(participating, i)) {
      equal = equal && as_float(a[i]) == as_float(a[first_lane(participating)]);
    }
  }
  return splat(equal ? 1 : 0);
}

// --- elections ----------------------------------------------------------------------------------

// 1 in the lowest lane that has A (or does not have it), 0 elsewhere.
constexpr Lanes flafirst(LaneMask a_flags) {
  return each_lane([=](std::size_t i) { return i == first_lane(a_flags) ? 1U : 0U; });
}
constexpr Lanes flnafirst(LaneMask a_flags) { return flafirst(static_cast<LaneMask>(~a_flags)); }

}  // namespace vc7::sim::semantics
