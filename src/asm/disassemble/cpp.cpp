// SPDX-License-Identifier: MIT
//
// Words as calls of vc7::Assembler. The names of the methods are the first column of ops.def.
#include <array>

#include <fmt/format.h>

#include <vc7/asm/disassemble.hpp>
#include <vc7/asm/guards.hpp>
#include <vc7/isa/decode.hpp>
#include <vc7/isa/encode.hpp>

#include "targets.hpp"

namespace vc7 {
namespace {

constexpr std::array add_methods = std::to_array<std::string_view>({
#define VC7_ADD_OP(id, ...) #id,
#include <vc7/isa/ops.def>
});
constexpr std::array mul_methods = std::to_array<std::string_view>({
#define VC7_MUL_OP(id, ...) #id,
#include <vc7/isa/ops.def>
});

std::string_view method(isa::AddOp op) { return add_methods[static_cast<std::size_t>(op)]; }
std::string_view method(isa::MulOp op) { return mul_methods[static_cast<std::size_t>(op)]; }

constexpr auto magic_variables = [] {
  std::array<std::string_view, 64> names{};
#define VC7_X(id, text, address, ...) names[address] = #id;
  VC7_MAGIC_LIST(VC7_X)
#undef VC7_X
  return names;
}();

std::string destination(isa::WriteAddress dst, isa::Pack pack) {
  // sync is a function and has no pack(); reserved addresses have no variable.
  const std::string_view variable = magic_variables[dst.address];
  const bool by_number = variable.empty() || (dst.is(isa::Magic::sync) && pack != isa::Pack::none);
  std::string text = !dst.magic ? fmt::format("rf{}", dst.address)
                     : by_number
                         ? fmt::format("MagicRegister{{vc7::isa::Magic{{{}}}}}", dst.address)
                         : std::string{variable};
  if (pack != isa::Pack::none)
    text += fmt::format(".pack({})", isa::pack_names[static_cast<std::size_t>(pack)]);
  return text;
}

std::string source(const isa::Source& source) {
  if (source.immediate) {
    const std::uint32_t value = isa::small_immediate_value(source.address);
    return source.address < 32 ? fmt::format("{}", static_cast<std::int32_t>(value))
                               : fmt::format("{:#010x}", value);
  }
  if (source.unpack == isa::Unpack::none) return fmt::format("rf{}", source.address);
  return fmt::format("rf{}.unpack({})", source.address,
                     isa::unpack_names[static_cast<std::size_t>(source.unpack)]);
}

/// "add(rf1, rf2, 3, ifa, thrsw)"
template <class Op>
std::string call(const isa::AluHalf<Op>& half, const isa::FlagUse& flags, isa::Signals signals,
                 isa::WriteAddress signal_destination) {
  const isa::OpInfo& op = isa::info(half.op);
  std::string arguments;
  const auto add = [&](std::string_view argument) {
    arguments.append(arguments.empty() ? "" : ", ").append(argument);
  };
  if (op.has_destination()) add(destination(half.dst, half.pack));
  for (unsigned i = 0; i < op.sources; ++i) add(source(half.src[i]));
  if (flags.condition != isa::Condition::always)
    add(isa::condition_names[static_cast<std::size_t>(flags.condition)]);
  if (flags.op != isa::FlagOp::none) add(isa::flag_op_names[static_cast<std::size_t>(flags.op)]);
  for (std::size_t s = 0; s < isa::signal_count; ++s) {
    const auto signal = static_cast<isa::Signal>(s);
    if (!signals.has(signal) || signal >= isa::Signal::smimm_a) continue;
    add(isa::has_destination(signal) ? fmt::format("{}({})", isa::signal_names[s],
                                                   destination(signal_destination, isa::Pack::none))
                                     : std::string{isa::signal_names[s]});
  }
  return fmt::format("{}({})", method(half.op), arguments);
}

/// Operands that the methods do not take although they decode.
template <class Op>
bool has_method(const isa::AluHalf<Op>& half) {
  const isa::OpInfo& op = isa::info(half.op);
  for (unsigned i = 0; i < op.sources; ++i) {
    const isa::Source& s = half.src[i];
    if (s.immediate ? s.unpack != isa::Unpack::none : !isa::may_assemble(op.kinds[i], s.unpack))
      return false;
  }
  return half.pack == isa::Pack::none || op.packing == isa::Packing::packed;
}

/// The calls for an instruction, nothing if the assembler refuses it.
std::string alu(const isa::AluInstruction& i) {
  if (!has_method(i.add) || !has_method(i.mul)) return {};
  // Immediates bring their smimm signal themselves; one without its source has no spelling.
  isa::AluInstruction plain = i;
  unsigned immediates = 0, smimms = 0;
  plain.signals = {};
  for (std::size_t s = 0; s < isa::signal_count; ++s) {
    const auto signal = static_cast<isa::Signal>(s);
    if (!i.signals.has(signal)) continue;
    if (signal >= isa::Signal::smimm_a)
      ++smimms;
    else
      plain.signals = plain.signals.with(signal);
  }
  for (const auto* sources : {&i.add.src, &i.mul.src})
    for (const isa::Source& s : *sources) immediates += s.immediate;
  if (immediates != smimms) return {};
  try {
    qpu::detail::check(plain, Origin{});
  } catch (const AssembleError&) {
    return {};
  }
  std::string text = "a." + call(i.add, i.flags.add, plain.signals, i.signal_destination);
  if (i.mul.op != isa::MulOp::nop || !(i.flags.mul == isa::FlagUse{}))
    text += "." + call(i.mul, i.flags.mul, {}, {});
  return text;
}

std::string branch(const isa::BranchInstruction& b, std::optional<std::size_t> target) {
  std::string text = "a.b(";
  const bool absolute = b.target == isa::BranchTarget::absolute;
  if (b.target == isa::BranchTarget::reg)
    text += fmt::format("rf{}", b.reg);
  else if (b.target == isa::BranchTarget::link)
    text += "link";
  else if (target)
    text += fmt::format("a.R(\"{}\")", label_name(*target));
  else if (absolute)
    text += fmt::format("{:#010x}", b.offset);
  else
    text += fmt::format("{}", static_cast<std::int32_t>(b.offset));
  text += fmt::format(", {}{})", isa::branch_condition_names[static_cast<std::size_t>(b.condition)],
                      absolute ? ", absolute" : "");
  if (b.msf != isa::MsfIgnore::none) text += b.msf == isa::MsfIgnore::p ? ".p()" : ".q()";
  if (b.set_link) text += ".set_link()";
  switch (b.uniforms) {
    case isa::UniformTarget::unchanged: break;
    case isa::UniformTarget::relative: text += ".unif_addr()"; break;
    case isa::UniformTarget::absolute: text += ".unif_addr(absolute)"; break;
    case isa::UniformTarget::link: text += ".unif_addr(link)"; break;
    case isa::UniformTarget::reg: text += fmt::format(".unif_addr(rf{})", b.reg); break;
  }
  return text;
}

}  // namespace

std::string disassemble_cpp(std::span<const std::uint64_t> words, const DisassembleOptions& options,
                            const std::string& name) {
  std::vector<bool> targets;
  if (options.labels) targets = find_targets(words, options.base_address);
  std::string out = fmt::format(
      "#include <vc7/asm.hpp>\n\nvoid {}(vc7::Assembler& a) {{\n  using namespace vc7::qpu;\n",
      name);
  for (std::size_t i = 0; i <= words.size(); ++i) {
    if (options.labels && targets[i]) out += fmt::format("  a.L(\"{}\");\n", label_name(i));
    if (i == words.size()) break;
    std::string line;
    const isa::Decoded decoded = isa::decode(words[i]);
    if (decoded && isa::canonical_word(words[i]) == words[i]) {
      if (const auto* b = std::get_if<isa::BranchInstruction>(&*decoded.instruction))
        line = branch(*b, options.labels ? target_of(*b, i, words.size(), options.base_address)
                                         : std::nullopt);
      else
        line = alu(std::get<isa::AluInstruction>(*decoded.instruction));
    }
    if (line.empty()) line = fmt::format("a.raw({:#018x})", words[i]);
    out += fmt::format("  {};", line);
    const auto address = static_cast<std::uint32_t>(options.base_address + i * bytes_per_word);
    if (options.addresses || options.words) out += "  //";
    if (options.addresses) out += fmt::format(" {:#010x}", address);
    if (options.words) out += fmt::format(" {:#018x}", words[i]);
    out += '\n';
  }
  return out + "}\n";
}

}  // namespace vc7
