// SPDX-License-Identifier: MIT
//
// Conditions and flag operations of the two ALUs and the 7-bit field that holds them (v3d71 §4.1,
// §4.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vc7::isa {

/// In which lanes an operation writes its destination: all, or those with flag A, B, not A, not B.
enum class Condition : std::uint8_t { always, ifa, ifb, ifna, ifnb };

/// What an operation does to the flags. The values are the codes of the condition field.
enum class FlagOp : std::uint8_t {
  none,
  pushz,
  pushn,
  pushc,  ///< B := A, A := Z, N or C
  andz,
  andnz,
  nornz,
  norz,  ///< A := A & Z, A & !Z, !(A | !Z), !(A | Z)
  andn,
  andnn,
  nornn,
  norn,
  andc,
  andnc,
  nornc,
  norc,
};

constexpr bool is_push(FlagOp op) { return op >= FlagOp::pushz && op <= FlagOp::pushc; }
constexpr bool is_update(FlagOp op) { return op >= FlagOp::andz; }

inline constexpr std::array<std::string_view, 5> condition_names{"always", "ifa", "ifb", "ifna",
                                                                 "ifnb"};
inline constexpr std::array<std::string_view, 16> flag_op_names{
    "none", "pushz", "pushn", "pushc", "andz", "andnz", "nornz", "norz",
    "andn", "andnn", "nornn", "norn",  "andc", "andnc", "nornc", "norc"};

/// What one ALU does with the flags.
struct FlagUse {
  Condition condition = Condition::always;
  FlagOp op = FlagOp::none;
  friend constexpr bool operator==(const FlagUse&, const FlagUse&) = default;
};

/// What both ALUs do with the flags.
struct FlagUses {
  FlagUse add, mul;
  friend constexpr bool operator==(const FlagUses&, const FlagUses&) = default;
};

/// The condition field of a pair, nothing if the pair cannot be encoded: an ALU cannot have both a
/// condition and a flag operation, both ALUs cannot have flag operations, and an add condition goes
/// with a mul push only.
constexpr std::optional<std::uint8_t> encode_flags(const FlagUses& uses) {
  const auto ac = static_cast<unsigned>(uses.add.condition),
             mc = static_cast<unsigned>(uses.mul.condition);
  const auto af = static_cast<unsigned>(uses.add.op), mf = static_cast<unsigned>(uses.mul.op);
  if ((ac && af) || (mc && mf) || (af && mf)) return std::nullopt;
  const auto field = [](unsigned value) { return static_cast<std::uint8_t>(value); };
  if (ac && mc) return field(0x40 | (mc - 1) << 4 | (ac - 1));
  if (mc && is_update(uses.add.op)) return field(0x40 | (mc - 1) << 4 | af);
  if (mc) return field(0x30 | (mc - 1) << 2 | af);
  if (ac && is_update(uses.mul.op)) return std::nullopt;
  if (ac) return field(0x20 | (ac - 1) << 2 | mf);
  if (mf) return field(0x10 | mf);
  return field(af);
}

/// What condition field 0..127 stands for, nothing for the unused value 0x10.
constexpr std::optional<FlagUses> decode_flags(unsigned field) {
  const auto condition = [](unsigned code) { return static_cast<Condition>(code + 1); };
  const auto flag = [](unsigned code) { return static_cast<FlagOp>(code); };
  FlagUses uses;
  if (field < 0x10) {
    uses.add.op = flag(field);
  } else if (field < 0x20) {
    if (field == 0x10) return std::nullopt;
    uses.mul.op = flag(field & 15);
  } else if (field < 0x30) {
    uses.add.condition = condition(field >> 2 & 3);
    uses.mul.op = flag(field & 3);
  } else if (field < 0x40) {
    uses.mul.condition = condition(field >> 2 & 3);
    uses.add.op = flag(field & 3);
  } else {
    uses.mul.condition = condition(field >> 4 & 3);
    if ((field & 12) == 0)
      uses.add.condition = condition(field & 3);
    else
      uses.add.op = flag(field & 15);
  }
  return uses;
}

/// When a branch is taken: always, or by flag A of lane 0, of some or of all lanes (v3d71 §1.3).
/// Values = codes.
enum class BranchCondition : std::uint8_t { always = 0, a0 = 2, na0, alla, anyna, anya, allna };

/// Which lanes the any and all tests leave out by their multisample flags: none, lanes, whole
/// quads.
enum class MsfIgnore : std::uint8_t { none, p, q };

/// Where a branch goes.
enum class BranchTarget : std::uint8_t { absolute, relative, link, reg };

/// Where a branch points the uniform stream to. unchanged = the branch leaves the stream alone (ub
/// = 0).
enum class UniformTarget : std::uint8_t { absolute, relative, link, reg, unchanged };

inline constexpr std::array<std::string_view, 8> branch_condition_names{
    "always", "", "a0", "na0", "alla", "anyna", "anya", "allna"};

}  // namespace vc7::isa
