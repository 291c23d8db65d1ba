// SPDX-License-Identifier: MIT
//
// Modifiers of ALU operands: how a source is unpacked and a result is packed (v3d71 §2.1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vc7::isa {

/// What happens to a source before the operation sees it.
enum class Unpack : std::uint8_t {
  none,  ///< as it is
  abs,
  l,
  h,
  sat,
  nsat,
  max0,  ///< float: clear the sign, f16 half, clamp to [0,1], [-1,1], [0,inf)
  ff,
  ll,
  hh,
  swp,  ///< f16 pair: f32 to both halves, low to both, high to both, exchange
  ul,
  uh,
  il,
  ih,  ///< integer: a half, zero- or sign-extended
};

/// What happens to a float result: written whole, or converted to f16 into one half of the
/// destination.
enum class Pack : std::uint8_t { none, l, h };

/// The set of modifiers a source can have; the code in the instruction word depends on it.
enum class SourceKind : std::uint8_t {
  absent,                ///< there is no such source
  raw,                   ///< no modifiers
  f32,                   ///< abs none l h
  f32_no_abs,            ///< none l h; the code of abs belongs to other operations
  f32_abs_undocumented,  ///< none l h; abs decodes, no assembler emits it (v3d71 §2.3)
  f32_wide,              ///< abs none l h sat nsat max0
  f16,                   ///< none ff ll hh swp
  i32,                   ///< none ul uh il ih
};

inline constexpr std::array<std::string_view, 15> unpack_names{"none", "abs",  "l",  "h",  "sat",
                                                               "nsat", "max0", "ff", "ll", "hh",
                                                               "swp",  "ul",   "uh", "il", "ih"};
inline constexpr std::array<std::string_view, 3> pack_names{"none", "l", "h"};

namespace detail {
// Position in the list = code in the word. Codes that do not exist for a kind are left out at the
// end, or, for the f32 kinds without abs, skipped by `first`.
inline constexpr std::array<Unpack, 7> f32_codes{Unpack::abs, Unpack::none, Unpack::l,   Unpack::h,
                                                 Unpack::sat, Unpack::nsat, Unpack::max0};
inline constexpr std::array<Unpack, 5> f16_codes{Unpack::none, Unpack::ff, Unpack::ll, Unpack::hh,
                                                 Unpack::swp};
inline constexpr std::array<Unpack, 5> i32_codes{Unpack::none, Unpack::ul, Unpack::uh, Unpack::il,
                                                 Unpack::ih};

struct CodeRange {
  const Unpack* names;
  std::uint8_t first, count;
};
constexpr CodeRange code_range(SourceKind kind) {
  switch (kind) {
    case SourceKind::f32: return {f32_codes.data(), 0, 4};
    case SourceKind::f32_no_abs: return {f32_codes.data(), 1, 4};
    case SourceKind::f32_abs_undocumented: return {f32_codes.data(), 0, 4};
    case SourceKind::f32_wide: return {f32_codes.data(), 0, 7};
    case SourceKind::f16: return {f16_codes.data(), 0, 5};
    case SourceKind::i32: return {i32_codes.data(), 0, 5};
    case SourceKind::absent:
    case SourceKind::raw: break;
  }
  return {f16_codes.data(), 0, 1};  // only "none"
}
}  // namespace detail

/// The code of `unpack` for a source of this kind, nothing if the kind does not have it.
constexpr std::optional<std::uint8_t> unpack_code(SourceKind kind, Unpack unpack) {
  const auto range = detail::code_range(kind);
  for (std::uint8_t code = range.first; code < range.count; ++code)
    if (range.names[code] == unpack) return code;
  return std::nullopt;
}

/// The modifier that a code stands for, nothing if the kind does not have the code.
constexpr std::optional<Unpack> unpack_from_code(SourceKind kind, unsigned code) {
  const auto range = detail::code_range(kind);
  if (code < range.first || code >= range.count) return std::nullopt;
  return range.names[code];
}

/// True if assemblers may emit this modifier for this kind (v3d71 §2.3: abs of the 245 and 246
/// groups is not emitted).
constexpr bool may_assemble(SourceKind kind, Unpack unpack) {
  return unpack_code(kind, unpack).has_value() &&
         !(kind == SourceKind::f32_abs_undocumented && unpack == Unpack::abs);
}

}  // namespace vc7::isa
