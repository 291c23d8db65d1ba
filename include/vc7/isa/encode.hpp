// SPDX-License-Identifier: MIT
//
// From the decoded form to the 64-bit word (v3d71 §1). Usable in constant evaluation.
#pragma once

#include <cstdint>
#include <string_view>

#include <vc7/isa/immediate.hpp>
#include <vc7/isa/instruction.hpp>

namespace vc7::isa {

/// Why an instruction has no encoding.
enum class EncodeError : std::uint8_t {
  none,
  signals,           ///< no index for this set of signals
  flags,             ///< no code for this pair of conditions and flag operations
  flags_with_load,   ///< condition or flag operation together with a signal that has a destination
  unpack,            ///< the operation's source does not have this modifier
  pack,              ///< the operation's result cannot be packed
  immediate_signal,  ///< immediate source without its smimm signal or the signal without the
                     ///< immediate
  immediate_index,   ///< small-immediate index above 47
  address,           ///< register or write address above 63
  register_only,     ///< the operation can write registers only
  operand_order,     ///< these operands in this order select the partner operation (faddnf, fmax:
                     ///< §2.3)
  branch_offset,     ///< offset is not a multiple of 8
};

/// What the error means, in one line.
constexpr std::string_view message(EncodeError error) {
  switch (error) {
    case EncodeError::none: return "no error";
    case EncodeError::signals: return "these signals cannot be combined";
    case EncodeError::flags: return "these conditions and flag operations cannot be combined";
    case EncodeError::flags_with_load:
      return "a condition or flag operation cannot go with a signal that has a destination";
    case EncodeError::unpack: return "the source of this operation does not have this modifier";
    case EncodeError::pack: return "the result of this operation cannot be packed";
    case EncodeError::immediate_signal: return "immediate source and smimm signal do not agree";
    case EncodeError::immediate_index: return "small-immediate index above 47";
    case EncodeError::address: return "address above 63";
    case EncodeError::register_only: return "this operation can only write a register";
    case EncodeError::operand_order:
      return "the two operands are the same, which the encoding reads as the partner operation";
    case EncodeError::branch_offset: return "branch offset is not a multiple of 8";
  }
  return "unknown";
}

/// A word, or the reason why there is none.
struct Encoded {
  std::uint64_t word = 0;
  EncodeError error = EncodeError::none;
  constexpr explicit operator bool() const { return error == EncodeError::none; }
};

namespace detail {

/// The order in which fadd, faddnf, fmin and fmax compare their operands (v3d71 §2.3).
constexpr unsigned order_key(const Source& source, SourceKind kind) {
  return (source.immediate ? 256u : 0u) + unpack_code(kind, source.unpack).value_or(0) * 64u +
         source.address;
}

struct HalfBits {
  std::uint8_t opcode = 0, waddr = 0, raddr_x = 0, raddr_y = 0;
  bool magic = false;
  EncodeError error = EncodeError::none;
};

constexpr bool selects_by_sub(Form form) {
  return form >= Form::sub && form <= Form::sub_segment_out;
}

/// Opcode and sub-opcode of an operation with these modifier codes.
struct OpCell {
  std::uint8_t opcode, sub;
};
constexpr OpCell cell_of(const OpInfo& op, unsigned pack, unsigned code_a, unsigned code_b) {
  unsigned opcode = op.opcode, sub = op.sub;
  switch (op.form) {
    case Form::float2: opcode += code_a << 2 | code_b; break;
    case Form::float2_packed: opcode += pack << 4 | code_a << 2 | code_b; break;
    case Form::half2: opcode += code_a; break;
    case Form::sub_packed: sub += pack; break;
    case Form::sub_float1: sub += code_a << 2; break;
    case Form::sub_float1_packed: sub += code_a << 2 | pack; break;
    default: break;  // no modifiers
  }
  return {static_cast<std::uint8_t>(opcode), static_cast<std::uint8_t>(sub)};
}

template <class Op>
constexpr HalfBits encode_half(const AluHalf<Op>& half) {
  const OpInfo& op = info(half.op);
  const auto fail = [](EncodeError e) { return HalfBits{.error = e}; };
  unsigned code[2] = {0, 0};
  for (unsigned i = 0; i < op.sources; ++i) {
    const Source& s = half.src[i];
    if (s.address >= register_count) return fail(EncodeError::address);
    if (s.immediate && s.address >= small_immediate_count)
      return fail(EncodeError::immediate_index);
    const auto c = unpack_code(op.kinds[i], s.unpack);
    if (!c) return fail(EncodeError::unpack);
    code[i] = *c;
  }
  if (half.dst.address >= register_count) return fail(EncodeError::address);
  if (half.pack != Pack::none && op.packing == Packing::whole) return fail(EncodeError::pack);

  if (op.order != Order::any) {
    const bool ascending =
        order_key(half.src[0], op.kinds[0]) <= order_key(half.src[1], op.kinds[1]);
    if (ascending != (op.order == Order::ascending)) return fail(EncodeError::operand_order);
  }

  const OpCell cell = cell_of(op, static_cast<unsigned>(half.pack), code[0], code[1]);
  HalfBits bits;
  bits.opcode = cell.opcode;
  bits.waddr = half.dst.address;
  bits.magic = half.dst.magic;
  bits.raddr_x = half.src[0].address;
  bits.raddr_y = selects_by_sub(op.form) ? cell.sub : half.src[1].address;
  switch (op.form) {
    case Form::sub_segment_in:
    case Form::segment_in:
      if (half.dst.magic) return fail(EncodeError::register_only);
      break;
    case Form::sub_segment_out:
    case Form::segment_out:
      if (half.dst.magic) return fail(EncodeError::register_only);
      bits.magic = true;
      break;
    case Form::waddr:
      bits.waddr = cell.sub;
      bits.magic = false;
      break;
    default: break;
  }
  return bits;
}

/// Canonical fields of sources and destinations that do not exist (v3d71 §1.2).
template <class Op>
constexpr AluHalf<Op> without_unused(AluHalf<Op> half) {
  const OpInfo& op = info(half.op);
  for (unsigned i = op.sources; i < 2; ++i) half.src[i] = {};
  if (op.dest == Dest::none && op.form != Form::waddr) half.dst = {};
  return half;
}

template <class Op>
constexpr bool immediates_agree(const AluHalf<Op>& half, Signals signals, Signal first,
                                Signal second) {
  const unsigned n = info(half.op).sources;
  return (n < 1 || half.src[0].immediate == signals.has(first)) &&
         (n < 2 || half.src[1].immediate == signals.has(second));
}

}  // namespace detail

/// Encodes an ALU instruction. For instructions from decode() the don't-care bits come back as they
/// were.
constexpr Encoded encode(const AluInstruction& instruction) {
  const auto add = detail::encode_half(detail::without_unused(instruction.add));
  if (add.error != EncodeError::none) return {0, add.error};
  const auto mul = detail::encode_half(detail::without_unused(instruction.mul));
  if (mul.error != EncodeError::none) return {0, mul.error};
  const auto sig = signal_index(instruction.signals);
  if (!sig) return {0, EncodeError::signals};
  if (!detail::immediates_agree(instruction.add, instruction.signals, Signal::smimm_a,
                                Signal::smimm_b) ||
      !detail::immediates_agree(instruction.mul, instruction.signals, Signal::smimm_c,
                                Signal::smimm_d))
    return {0, EncodeError::immediate_signal};
  std::uint64_t cond = 0;
  if (instruction.signals.has_destination()) {
    if (!(instruction.flags == FlagUses{})) return {0, EncodeError::flags_with_load};
    if (instruction.signal_destination.address >= register_count) return {0, EncodeError::address};
    cond =
        (instruction.signal_destination.magic ? 64u : 0u) | instruction.signal_destination.address;
  } else {
    const auto flags = encode_flags(instruction.flags);
    if (!flags) return {0, EncodeError::flags};
    cond = *flags;
  }
  const auto field = [](std::uint64_t value, unsigned shift) { return value << shift; };
  const std::uint64_t word = field(mul.opcode, 58) | field(*sig, 53) | field(cond, 46) |
                             field(mul.magic, 45) | field(add.magic, 44) | field(mul.waddr, 38) |
                             field(add.waddr, 32) | field(add.opcode, 24) | field(mul.raddr_x, 18) |
                             field(mul.raddr_y, 12) | field(add.raddr_x, 6) | field(add.raddr_y, 0);
  return {word ^ instruction.residue};
}

/// Encodes a branch.
constexpr Encoded encode(const BranchInstruction& branch) {
  if (branch.offset & 7) return {0, EncodeError::branch_offset};
  if (branch.reg >= register_count) return {0, EncodeError::address};
  const auto field = [](std::uint64_t value, unsigned shift) { return value << shift; };
  const std::uint32_t offset = branch.uses_offset() ? branch.offset : 0;
  const bool ub = branch.uniforms != UniformTarget::unchanged;
  const std::uint64_t word = field(2, 56) | field(offset >> 3 & 0x1fffff, 35) |
                             field(static_cast<unsigned>(branch.condition), 32) |
                             field(offset >> 24, 24) | field(branch.set_link, 23) |
                             field(static_cast<unsigned>(branch.msf), 21) |
                             field(ub ? static_cast<unsigned>(branch.uniforms) : 0, 15) |
                             field(ub, 14) | field(static_cast<unsigned>(branch.target), 12) |
                             field(branch.uses_register() ? branch.reg : 0, 6);
  return {word ^ branch.residue};
}

constexpr Encoded encode(const Instruction& instruction) {
  return std::visit([](const auto& i) { return encode(i); }, instruction);
}

/// Puts the operands of fadd, faddnf, fmin and fmax into the order that selects the wanted
/// operation, with the smimm signal of the add half. Two equal operands can only mean fadd or fmin;
/// for them the result of the partner is the same value, and the operation is replaced by it (v3d71
/// §2.3).
constexpr void arrange_operands(AluInstruction& instruction) {
  AddHalf& add = instruction.add;
  const OpInfo& op = info(add.op);
  if (op.order == Order::any) return;
  const unsigned a = detail::order_key(add.src[0], op.kinds[0]),
                 b = detail::order_key(add.src[1], op.kinds[1]);
  if (a == b) {
    if (add.op == AddOp::faddnf) add.op = AddOp::fadd;
    if (add.op == AddOp::fmax) add.op = AddOp::fmin;
    return;
  }
  if ((a < b) == (op.order == Order::ascending)) return;
  const Source first = add.src[0];
  add.src[0] = add.src[1];
  add.src[1] = first;
  Signals signals;
  for (unsigned i = 0; i < signal_count; ++i) {
    const auto s = static_cast<Signal>(i);
    if (!instruction.signals.has(s)) continue;
    signals = signals.with(s == Signal::smimm_a   ? Signal::smimm_b
                           : s == Signal::smimm_b ? Signal::smimm_a
                                                  : s);
  }
  instruction.signals = signals;
}

}  // namespace vc7::isa
