// SPDX-License-Identifier: MIT
//
// The operations of the two ALUs as enumerations and tables, all made from ops.def.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <vc7/isa/modifier.hpp>

namespace vc7::isa {

enum class AddOp : std::uint8_t {
#define VC7_ADD_OP(id, ...) id,
#include <vc7/isa/ops.def>
};

enum class MulOp : std::uint8_t {
#define VC7_MUL_OP(id, ...) id,
#include <vc7/isa/ops.def>
};

/// Where the modifier codes and the sub-opcode of an operation sit. "Sub" is raddr_b for the add
/// ALU, raddr_d for mul.
enum class Form : std::uint8_t {
  plain,              ///< opcode alone, sources in the two read addresses
  float2,             ///< opcode + unpack_a << 2 + unpack_b
  float2_packed,      ///< opcode + pack << 4 + unpack_a << 2 + unpack_b
  half2,              ///< opcode + unpack_a
  sub,                ///< sub alone
  sub_packed,         ///< sub + pack
  sub_float1,         ///< sub + unpack_a << 2
  sub_float1_packed,  ///< sub + unpack_a << 2 + pack
  sub_segment_in,     ///< sub, and the magic bit of the destination clear
  sub_segment_out,    ///< sub, and the magic bit of the destination set; the destination is a
                      ///< register
  segment_in,         ///< opcode, and the magic bit clear
  segment_out,        ///< opcode, and the magic bit set
  waddr,              ///< the destination address is the sub-opcode, magic bit clear
};

/// Whether the operation writes its destination field.
enum class Dest : std::uint8_t { result, side, none };

enum class Packing : std::uint8_t { whole, packed, packed_decode_only };

/// Operations that share their code and are told apart by the order of their operands (v3d71 §2.3).
enum class Order : std::uint8_t { any, ascending, descending };

/// How Z, N and C follow from operands and result (v3d71 §4.2).
enum class FlagRule : std::uint8_t {
  integer,    ///< Z result is 0, N bit 31, C 0
  add,        ///< as integer, C carry out of bit 31
  sub,        ///< as integer, C borrow: a < b unsigned
  greater_s,  ///< as integer, C a > b signed
  greater_u,  ///< as integer, C a > b unsigned
  fcmp,       ///< Z a == b, N a < b, C a <= b, all ordered
  fp,         ///< Z value is +-0, N value < 0, C 0
};

/// What an operation touches besides operands and flags of the condition field.
enum class Effect : std::uint8_t {
  none,
  sfu,          ///< special function unit (peripheral, result one instruction late but interlocked)
  sfu_lanes,    ///< as sfu, and the result depends on other lanes
  cross_lane,   ///< the result depends on other lanes
  reads_flags,  ///< result depends on A or B of the lane
  cross_flags,  ///< result depends on A of all lanes
  writes_flags,  ///< changes A
  reads_msf,
  writes_msf,
  rtop,      ///< hidden rtop register
  nnmode,    ///< signedness of v8dot
  vpm,       ///< vertex memory (graphics)
  graphics,  ///< meaningful in graphics shaders only
};

/// One row of ops.def.
struct OpInfo {
  std::string_view mnemonic;
  Form form;
  std::uint8_t opcode;
  std::uint8_t sub;
  Dest dest;
  std::uint8_t sources;
  std::array<SourceKind, 2> kinds;
  Packing packing;
  Order order;
  FlagRule flags;
  Effect effect;
  std::string_view meaning;

  constexpr bool has_destination() const { return dest != Dest::none; }
  constexpr bool is_sfu() const { return effect == Effect::sfu || effect == Effect::sfu_lanes; }
};

namespace detail {
inline constexpr auto add_op_table = [] {
  using enum Form;
  using enum Dest;
  using enum SourceKind;
  using enum Packing;
  using enum Order;
#define VC7_ADD_OP(id, mnemonic, form, opcode, sub, dest, n, ka, kb, pack, order, flags, effect, \
                   meaning)                                                                      \
  OpInfo{mnemonic, Form::form,      opcode,         sub,    Dest::dest, n, {ka, kb}, pack,       \
         order,    FlagRule::flags, Effect::effect, meaning},
  return std::to_array<OpInfo>({
#include <vc7/isa/ops.def>
  });
}();
inline constexpr auto mul_op_table = [] {
  using enum SourceKind;
  using enum Packing;
  using enum Order;
#define VC7_MUL_OP(id, mnemonic, form, opcode, sub, dest, n, ka, kb, pack, order, flags, effect, \
                   meaning)                                                                      \
  OpInfo{mnemonic, Form::form,      opcode,         sub,    Dest::dest, n, {ka, kb}, pack,       \
         order,    FlagRule::flags, Effect::effect, meaning},
  return std::to_array<OpInfo>({
#include <vc7/isa/ops.def>
  });
}();
}  // namespace detail

inline constexpr std::size_t add_op_count = detail::add_op_table.size();
inline constexpr std::size_t mul_op_count = detail::mul_op_table.size();

/// The row of an operation.
constexpr const OpInfo& info(AddOp op) {
  return detail::add_op_table[static_cast<std::size_t>(op)];
}
constexpr const OpInfo& info(MulOp op) {
  return detail::mul_op_table[static_cast<std::size_t>(op)];
}

}  // namespace vc7::isa
