// SPDX-License-Identifier: MIT
//
// The inverse of encode_half: which operation a cell (opcode, sub-opcode, magic bit) means. Built
// at compile time by encoding every operation with every modifier code; two operations in one cell
// do not compile, except for the pairs that the order of their operands tells apart (v3d71 §2.3).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <vc7/isa/encode.hpp>

namespace vc7::isa::detail {

inline constexpr std::uint8_t no_op = 0xff;
inline constexpr std::size_t max_sub_tables = 8;

/// What selects the operation of an opcode: nothing more, the sub-opcode field, or the destination
/// address.
enum class Selector : std::uint8_t { opcode, sub, waddr };

/// One cell for each magic bit.
using Cell = std::array<std::uint8_t, 2>;

template <std::size_t Opcodes>
struct DecodeTable {
  std::array<Selector, Opcodes> selector{};
  std::array<std::uint8_t, Opcodes> sub_table{};
  std::array<Cell, Opcodes> whole{};
  std::array<std::array<Cell, 64>, max_sub_tables> by_sub{};

  constexpr std::uint8_t find(unsigned opcode, unsigned sub, unsigned waddr, bool magic) const {
    if (selector[opcode] == Selector::opcode) return whole[opcode][magic];
    return by_sub[sub_table[opcode]][selector[opcode] == Selector::sub ? sub : waddr][magic];
  }
};

constexpr Selector selector_of(Form form) {
  return form == Form::waddr    ? Selector::waddr
         : selects_by_sub(form) ? Selector::sub
                                : Selector::opcode;
}

/// Which magic bits a form occupies.
constexpr bool occupies(Form form, bool magic) {
  switch (form) {
    case Form::sub_segment_in:
    case Form::segment_in:
    case Form::waddr: return !magic;
    case Form::sub_segment_out:
    case Form::segment_out: return magic;
    default: return true;
  }
}

// Called in constant evaluation only: not being constexpr makes it a compile error that names the
// cause.
inline void two_operations_share_a_cell() {}
inline void too_many_sub_tables() {}
inline void opcode_has_two_selectors() {}

template <std::size_t Opcodes, class Op, std::size_t Count>
constexpr DecodeTable<Opcodes> build_decode_table() {
  DecodeTable<Opcodes> table;
  std::array<bool, Opcodes> seen{};
  std::size_t sub_tables = 0;
  for (auto& cell : table.whole) cell = {no_op, no_op};
  for (auto& sub : table.by_sub)
    for (auto& cell : sub) cell = {no_op, no_op};

  for (std::size_t index = 0; index < Count; ++index) {
    const OpInfo& op = info(static_cast<Op>(index));
    if (op.order == Order::descending) continue;  // shares the cells of its ascending partner
    const unsigned packs = op.packing == Packing::whole ? 1 : 3;
    for (unsigned pack = 0; pack < packs; ++pack)
      for (unsigned code_a = 0; code_a < 8; ++code_a)
        for (unsigned code_b = 0; code_b < 4; ++code_b) {
          if (!unpack_from_code(op.kinds[0], code_a) || !unpack_from_code(op.kinds[1], code_b))
            continue;
          const auto [opcode, sub] = cell_of(op, pack, code_a, code_b);
          const Selector selector = selector_of(op.form);
          if (seen[opcode] && table.selector[opcode] != selector) opcode_has_two_selectors();
          if (!seen[opcode]) {
            seen[opcode] = true;
            table.selector[opcode] = selector;
            if (selector != Selector::opcode) {
              if (sub_tables == max_sub_tables) too_many_sub_tables();
              table.sub_table[opcode] = static_cast<std::uint8_t>(sub_tables++);
            }
          }
          Cell& cell = selector == Selector::opcode ? table.whole[opcode]
                                                    : table.by_sub[table.sub_table[opcode]][sub];
          for (const bool magic : {false, true}) {
            if (!occupies(op.form, magic)) continue;
            if (cell[magic] != no_op) two_operations_share_a_cell();
            cell[magic] = static_cast<std::uint8_t>(index);
          }
        }
  }
  return table;
}

inline constexpr auto add_decode_table = build_decode_table<256, AddOp, add_op_count>();
inline constexpr auto mul_decode_table = build_decode_table<64, MulOp, mul_op_count>();

/// The operation that shares the cells of `op` and takes its operands in the other order; `op`
/// itself if there is none.
template <class Op, std::size_t Count>
constexpr Op descending_partner(Op op) {
  const OpInfo& row = info(op);
  if (row.order == Order::any) return op;
  for (std::size_t i = 0; i < Count; ++i) {
    const OpInfo& other = info(static_cast<Op>(i));
    if (other.order == Order::descending && other.opcode == row.opcode) return static_cast<Op>(i);
  }
  return op;
}

// Every operation can be reached.
static_assert([] {
  std::array<bool, add_op_count> add{};
  std::array<bool, mul_op_count> mul{};
  const auto mark = [](const auto& table, auto& reached) {
    const auto one = [&](const Cell& cell) {
      for (const auto op : cell)
        if (op != no_op) reached[op] = true;
    };
    for (const auto& cell : table.whole) one(cell);
    for (const auto& sub : table.by_sub)
      for (const auto& cell : sub) one(cell);
  };
  mark(add_decode_table, add);
  mark(mul_decode_table, mul);
  add[static_cast<std::size_t>(AddOp::faddnf)] =
      descending_partner<AddOp, add_op_count>(AddOp::fadd) == AddOp::faddnf;
  add[static_cast<std::size_t>(AddOp::fmax)] =
      descending_partner<AddOp, add_op_count>(AddOp::fmin) == AddOp::fmax;
  for (const bool r : add)
    if (!r) return false;
  for (const bool r : mul)
    if (!r) return false;
  return true;
}());

}  // namespace vc7::isa::detail
