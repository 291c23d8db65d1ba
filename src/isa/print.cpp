// SPDX-License-Identifier: MIT
#include <vc7/isa/print.hpp>

#include <fmt/format.h>

#include <vc7/isa/decode.hpp>
#include <vc7/isa/immediate.hpp>

namespace vc7::isa {
namespace {

constexpr std::size_t mul_column = 30, signal_column = 60;

void pad_to(std::string& line, std::size_t column) {
  if (line.size() < column) line.append(column - line.size(), ' ');
}

std::string print_source(const Source& source) {
  std::string text;
  if (source.immediate) {
    const std::uint32_t value = small_immediate_value(source.address);
    text = source.address < 32 ? fmt::format("{}", static_cast<std::int32_t>(value))
                               : fmt::format("0x{:08x}", value);
  } else {
    text = fmt::format("rf{}", source.address);
  }
  if (source.unpack != Unpack::none)
    text.append(".").append(unpack_names[static_cast<std::size_t>(source.unpack)]);
  return text;
}

template <class Op>
std::string print_half(const AluHalf<Op>& half, const FlagUse& flags) {
  const OpInfo& op = info(half.op);
  std::string text{op.mnemonic};
  if (flags.condition != Condition::always)
    text.append(".").append(condition_names[static_cast<std::size_t>(flags.condition)]);
  if (flags.op != FlagOp::none)
    text.append(".").append(flag_op_names[static_cast<std::size_t>(flags.op)]);
  std::string_view separator = " ";
  if (op.has_destination()) {
    text.append(separator).append(print(half.dst));
    if (half.pack != Pack::none)
      text.append(".").append(pack_names[static_cast<std::size_t>(half.pack)]);
    separator = ", ";
  }
  for (unsigned i = 0; i < op.sources; ++i, separator = ", ")
    text.append(separator).append(print_source(half.src[i]));
  return text;
}

std::string print_alu(const AluInstruction& instruction) {
  std::string line = print_half(instruction.add, instruction.flags.add);
  pad_to(line, mul_column);
  line.append("; ").append(print_half(instruction.mul, instruction.flags.mul));
  constexpr auto first_immediate = static_cast<std::size_t>(Signal::smimm_a);
  bool first = true;
  for (std::size_t i = 0; i < first_immediate; ++i) {
    const auto signal = static_cast<Signal>(i);
    if (!instruction.signals.has(signal)) continue;
    if (first) pad_to(line, signal_column);
    first = false;
    line.append("; ").append(signal_names[i]);
    if (has_destination(signal)) line.append(".").append(print(instruction.signal_destination));
  }
  return line;
}

std::string print_branch(const BranchInstruction& branch) {
  std::string text = branch.uniforms == UniformTarget::unchanged ? "b" : "bu";
  if (branch.set_link) text += 'l';
  if (branch.condition != BranchCondition::always)
    text.append(".").append(branch_condition_names[static_cast<std::size_t>(branch.condition)]);
  if (branch.msf != MsfIgnore::none) text += branch.msf == MsfIgnore::p ? 'p' : 'q';
  text += "  ";
  switch (branch.target) {
    case BranchTarget::absolute: text += fmt::format("zero_addr+0x{:08x}", branch.offset); break;
    case BranchTarget::relative:
      text += fmt::format("{}", static_cast<std::int32_t>(branch.offset));
      break;
    case BranchTarget::link: text += "lri"; break;
    case BranchTarget::reg: text += fmt::format("rf{}", branch.reg); break;
  }
  switch (branch.uniforms) {
    case UniformTarget::unchanged: break;
    case UniformTarget::absolute: text += ", a:unif"; break;
    case UniformTarget::relative: text += ", r:unif"; break;
    case UniformTarget::link: text += ", lri"; break;
    case UniformTarget::reg: text += fmt::format(", rf{}", branch.reg); break;
  }
  return text;
}

}  // namespace

std::string print(WriteAddress address) {
  if (address.magic) return std::string{magic_table[address.address].name};
  return fmt::format("rf{}", address.address);
}

std::string print(const Instruction& instruction) {
  if (const auto* alu = std::get_if<AluInstruction>(&instruction)) return print_alu(*alu);
  return print_branch(std::get<BranchInstruction>(instruction));
}

std::string print_word(std::uint64_t word) {
  const Decoded decoded = decode(word);
  if (!decoded) return fmt::format(".quad 0x{:016x} # {}", word, message(decoded.error));
  return print(*decoded.instruction);
}

}  // namespace vc7::isa
