// SPDX-License-Identifier: MIT
#include <vc7/isa/decode.hpp>

#include <vc7/isa/encode.hpp>

#include "decode_table.hpp"

namespace vc7::isa {
namespace {

constexpr unsigned bits(std::uint64_t word, unsigned high, unsigned low) {
  return static_cast<unsigned>(word >> low & ((std::uint64_t{1} << (high - low + 1)) - 1));
}

Decoded fail(DecodeError error) { return {std::nullopt, error}; }

/// The raw fields of one half.
struct HalfFields {
  unsigned opcode, raddr_x, raddr_y, waddr;
  bool magic;
  Signal smimm_x, smimm_y;
};

template <class Op, std::size_t Count>
DecodeError decode_half(const auto& table, const HalfFields& f, Signals signals,
                        AluHalf<Op>& half) {
  const std::uint8_t index = table.find(f.opcode, f.raddr_y, f.waddr, f.magic);
  if (index == detail::no_op)
    return std::is_same_v<Op, AddOp> ? DecodeError::add_opcode : DecodeError::mul_opcode;
  half.op = static_cast<Op>(index);
  const OpInfo& op = info(half.op);

  unsigned code[2] = {0, 0};
  switch (op.form) {
    case Form::float2:
    case Form::float2_packed:
      code[0] = (f.opcode - op.opcode) >> 2 & 3;
      code[1] = (f.opcode - op.opcode) & 3;
      break;
    case Form::half2: code[0] = f.opcode - op.opcode; break;
    case Form::sub_float1:
    case Form::sub_float1_packed: code[0] = (f.raddr_y - op.sub) >> 2; break;
    default: break;
  }
  unsigned pack = 0;
  if (op.form == Form::float2_packed) pack = (f.opcode - op.opcode) >> 4;
  if (op.form == Form::sub_packed || op.form == Form::sub_float1_packed)
    pack = (f.raddr_y - op.sub) & 3;
  half.pack = static_cast<Pack>(pack);

  const unsigned raddr[2] = {f.raddr_x, f.raddr_y};
  const Signal smimm[2] = {f.smimm_x, f.smimm_y};
  for (unsigned i = 0; i < op.sources; ++i) {
    half.src[i].address = static_cast<std::uint8_t>(raddr[i]);
    half.src[i].immediate = signals.has(smimm[i]);
    half.src[i].unpack = *unpack_from_code(op.kinds[i], code[i]);
    if (half.src[i].immediate && raddr[i] >= small_immediate_count)
      return DecodeError::immediate_index;
  }
  // The first read field is no sub-opcode of anything: an index above 47 in it is refused even
  // without a source.
  if (signals.has(f.smimm_x) && raddr[0] >= small_immediate_count)
    return DecodeError::immediate_index;
  if (op.dest != Dest::none) {
    half.dst.address = static_cast<std::uint8_t>(f.waddr);
    const bool always_register = op.form == Form::sub_segment_out || op.form == Form::segment_out;
    half.dst.magic = f.magic && !always_register;
  }
  if (op.order == Order::ascending &&
      detail::order_key(half.src[0], op.kinds[0]) > detail::order_key(half.src[1], op.kinds[1]))
    half.op = detail::descending_partner<Op, Count>(half.op);
  return DecodeError::none;
}

Decoded decode_alu(std::uint64_t word) {
  AluInstruction instruction;
  const auto signals = signals_from_index(bits(word, 57, 53));
  if (!signals) return fail(DecodeError::signal);
  instruction.signals = *signals;

  const HalfFields add{bits(word, 31, 24), bits(word, 11, 6),       bits(word, 5, 0),
                       bits(word, 37, 32), bits(word, 44, 44) != 0, Signal::smimm_a,
                       Signal::smimm_b};
  const HalfFields mul{bits(word, 63, 58), bits(word, 23, 18),      bits(word, 17, 12),
                       bits(word, 43, 38), bits(word, 45, 45) != 0, Signal::smimm_c,
                       Signal::smimm_d};
  if (const auto e = decode_half<AddOp, add_op_count>(detail::add_decode_table, add, *signals,
                                                      instruction.add);
      e != DecodeError::none)
    return fail(e);
  if (const auto e = decode_half<MulOp, mul_op_count>(detail::mul_decode_table, mul, *signals,
                                                      instruction.mul);
      e != DecodeError::none)
    return fail(e);

  const unsigned cond = bits(word, 52, 46);
  if (signals->has_destination()) {
    instruction.signal_destination = {static_cast<std::uint8_t>(cond & 63), (cond & 64) != 0};
  } else {
    const auto flags = decode_flags(cond);
    if (!flags) return fail(DecodeError::flags);
    instruction.flags = *flags;
  }
  return {instruction, DecodeError::none};
}

Decoded decode_branch(std::uint64_t word) {
  BranchInstruction branch;
  const unsigned condition = bits(word, 34, 32), msf = bits(word, 22, 21), bdu = bits(word, 17, 15);
  if (condition == 1) return fail(DecodeError::branch_condition);
  if (msf == 3) return fail(DecodeError::branch_msf);
  const bool ub = bits(word, 14, 14) != 0;
  if (ub && bdu > 3) return fail(DecodeError::branch_uniforms);
  branch.condition = static_cast<BranchCondition>(condition);
  branch.msf = static_cast<MsfIgnore>(msf);
  branch.target = static_cast<BranchTarget>(bits(word, 13, 12));
  branch.uniforms = ub ? static_cast<UniformTarget>(bdu) : UniformTarget::unchanged;
  branch.set_link = bits(word, 23, 23) != 0;
  if (branch.uses_register()) branch.reg = static_cast<std::uint8_t>(bits(word, 11, 6));
  if (branch.uses_offset()) branch.offset = bits(word, 31, 24) << 24 | bits(word, 55, 35) << 3;
  return {branch, DecodeError::none};
}

}  // namespace

std::string_view message(DecodeError error) {
  switch (error) {
    case DecodeError::none: return "no error";
    case DecodeError::no_mul_and_no_branch: return "op_mul is 0 and there is no branch marker";
    case DecodeError::signal: return "reserved signal index";
    case DecodeError::add_opcode: return "undefined add operation";
    case DecodeError::mul_opcode: return "undefined mul operation";
    case DecodeError::flags: return "unused condition code 0x10";
    case DecodeError::immediate_index: return "small-immediate index above 47";
    case DecodeError::branch_condition: return "unused branch condition 1";
    case DecodeError::branch_msf: return "unused msfign 3";
    case DecodeError::branch_uniforms: return "unused uniform-address source above 3";
  }
  return "unknown";
}

Decoded decode(std::uint64_t word) {
  Decoded decoded;
  if (bits(word, 63, 58) != 0)
    decoded = decode_alu(word);
  else if (bits(word, 57, 56) == 2)
    decoded = decode_branch(word);
  else
    return fail(DecodeError::no_mul_and_no_branch);
  if (decoded)
    std::visit([word](auto& i) { i.residue = word ^ encode(i).word; }, *decoded.instruction);
  return decoded;
}

std::optional<std::uint64_t> canonical_word(std::uint64_t word) {
  const Decoded decoded = decode(word);
  if (!decoded) return std::nullopt;
  return encode(canonical(*decoded.instruction)).word;
}

}  // namespace vc7::isa
