// SPDX-License-Identifier: MIT
#include <vc7/isa/print.hpp>

#include <charconv>

#include <vc7/isa/decode.hpp>
#include <vc7/isa/immediate.hpp>

namespace vc7::isa {
namespace {

constexpr std::size_t mul_column = 30, signal_column = 60;

// Formatting by hand: the disassembler prints millions of lines.
void append_number(std::string& line, std::int32_t value) {
  char digits[12];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  line.append(digits, end);
}

/// 0x and `digits` hexadecimal digits.
void append_hex(std::string& line, std::uint64_t value, unsigned digits) {
  line += "0x";
  while (digits-- > 0) line += "0123456789abcdef"[value >> digits * 4 & 15];
}

void append_register(std::string& line, unsigned address) {
  line += "rf";
  if (address >= 10) line += static_cast<char>('0' + address / 10);
  line += static_cast<char>('0' + address % 10);
}

void append_address(std::string& line, WriteAddress address) {
  if (address.magic)
    line += magic_table[address.address].name;
  else
    append_register(line, address.address);
}

void append_modifier(std::string& line, std::string_view name) {
  line += '.';
  line += name;
}

void print_source(std::string& line, const Source& source) {
  if (!source.immediate)
    append_register(line, source.address);
  else if (const std::uint32_t value = small_immediate_value(source.address); source.address < 32)
    append_number(line, static_cast<std::int32_t>(value));
  else
    append_hex(line, value, 8);
  if (source.unpack != Unpack::none)
    append_modifier(line, unpack_names[static_cast<std::size_t>(source.unpack)]);
}

template <class Op>
void print_half(std::string& line, const AluHalf<Op>& half, const FlagUse& flags) {
  const OpInfo& op = info(half.op);
  line += op.mnemonic;
  if (flags.condition != Condition::always)
    append_modifier(line, condition_names[static_cast<std::size_t>(flags.condition)]);
  if (flags.op != FlagOp::none)
    append_modifier(line, flag_op_names[static_cast<std::size_t>(flags.op)]);
  std::string_view separator = " ";
  if (op.has_destination()) {
    line += separator;
    append_address(line, half.dst);
    if (half.pack != Pack::none)
      append_modifier(line, pack_names[static_cast<std::size_t>(half.pack)]);
    separator = ", ";
  }
  for (unsigned i = 0; i < op.sources; ++i, separator = ", ") {
    line += separator;
    print_source(line, half.src[i]);
  }
}

/// smimm_* shows in its source; it is written only where there is no such source.
bool is_written(Signal signal, const AluInstruction& instruction) {
  if (signal < Signal::smimm_a) return true;
  const unsigned index = static_cast<unsigned>(signal) - static_cast<unsigned>(Signal::smimm_a);
  const OpInfo& op = index < 2 ? info(instruction.add.op) : info(instruction.mul.op);
  return index % 2 >= op.sources;
}

void print_alu(std::string& out, const AluInstruction& instruction) {
  const std::size_t begin = out.size();
  const auto pad_to = [&](std::size_t column) {
    const std::size_t size = out.size() - begin;
    if (size < column) out.append(column - size, ' ');
  };
  print_half(out, instruction.add, instruction.flags.add);
  pad_to(mul_column);
  out += "; ";
  print_half(out, instruction.mul, instruction.flags.mul);
  if (instruction.signals.empty()) return;
  bool first = true;
  for (std::size_t i = 0; i < signal_count; ++i) {
    const auto signal = static_cast<Signal>(i);
    if (!instruction.signals.has(signal) || !is_written(signal, instruction)) continue;
    if (first) pad_to(signal_column);
    first = false;
    out += "; ";
    out += signal_names[i];
    if (has_destination(signal)) {
      out += '.';
      append_address(out, instruction.signal_destination);
    }
  }
}

void print_branch(std::string& out, const BranchInstruction& branch) {
  print_branch_mnemonic(out, branch);
  switch (branch.target) {
    case BranchTarget::absolute:
      out += "zero_addr+";
      append_hex(out, branch.offset, 8);
      break;
    case BranchTarget::relative:
      append_number(out, static_cast<std::int32_t>(branch.offset));
      break;
    case BranchTarget::link: out += "lri"; break;
    case BranchTarget::reg: append_register(out, branch.reg); break;
  }
  print_branch_uniforms(out, branch);
}

}  // namespace

void print_branch_mnemonic(std::string& out, const BranchInstruction& branch) {
  out += branch.uniforms == UniformTarget::unchanged ? "b" : "bu";
  if (branch.set_link) out += 'l';
  if (branch.condition != BranchCondition::always)
    append_modifier(out, branch_condition_names[static_cast<std::size_t>(branch.condition)]);
  if (branch.msf != MsfIgnore::none) out += branch.msf == MsfIgnore::p ? 'p' : 'q';
  out += "  ";
}

void print_branch_uniforms(std::string& out, const BranchInstruction& branch) {
  switch (branch.uniforms) {
    case UniformTarget::unchanged: break;
    case UniformTarget::absolute: out += ", a:unif"; break;
    case UniformTarget::relative: out += ", r:unif"; break;
    case UniformTarget::link: out += ", lri"; break;
    case UniformTarget::reg:
      out += ", ";
      append_register(out, branch.reg);
      break;
  }
}

std::string print(WriteAddress address) {
  std::string text;
  append_address(text, address);
  return text;
}

void print_to(std::string& out, const Instruction& instruction) {
  if (const auto* alu = std::get_if<AluInstruction>(&instruction)) return print_alu(out, *alu);
  print_branch(out, std::get<BranchInstruction>(instruction));
}

void print_quad_to(std::string& out, std::uint64_t word, std::string_view comment) {
  out += ".quad ";
  append_hex(out, word, 16);
  if (comment.empty()) return;
  out += " # ";
  out += comment;
}

void print_word_to(std::string& out, std::uint64_t word) {
  const Decoded decoded = decode(word);
  if (!decoded) return print_quad_to(out, word, message(decoded.error));
  print_to(out, *decoded.instruction);
}

std::string print(const Instruction& instruction) {
  std::string text;
  print_to(text, instruction);
  return text;
}

std::string print_word(std::uint64_t word) {
  std::string text;
  print_word_to(text, word);
  return text;
}

}  // namespace vc7::isa
