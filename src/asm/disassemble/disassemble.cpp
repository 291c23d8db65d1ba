// SPDX-License-Identifier: MIT
#include <vc7/asm/disassemble.hpp>

#include <vc7/isa/decode.hpp>
#include <vc7/isa/encode.hpp>
#include <vc7/isa/print.hpp>

#include "targets.hpp"

namespace vc7 {
namespace {

constexpr std::size_t comment_column = 80;

bool is_canonical(const isa::Instruction& instruction) {
  return std::visit([](const auto& i) { return i.residue == 0; }, instruction);
}

void append_hex(std::string& out, std::uint64_t value, unsigned digits) {
  out += "0x";
  while (digits-- > 0) out += "0123456789abcdef"[value >> digits * 4 & 15];
}

/// A branch with a label for its target.
void print_labelled(std::string& out, const isa::BranchInstruction& branch, std::size_t target) {
  isa::print_branch_mnemonic(out, branch);
  if (branch.target == isa::BranchTarget::absolute) out += "zero_addr+";
  out += label_name(target);
  isa::print_branch_uniforms(out, branch);
}

void print_comment(std::string& out, std::size_t begin, std::uint32_t address, std::uint64_t word,
                   const DisassembleOptions& options) {
  if (!options.addresses && !options.words) return;
  const std::size_t size = out.size() - begin;
  if (size < comment_column) out.append(comment_column - size, ' ');
  out += " #";
  if (options.addresses) out += ' ', append_hex(out, address, 8);
  if (options.words) out += ' ', append_hex(out, word, 16);
}

}  // namespace

std::vector<bool> find_targets(std::span<const std::uint64_t> words, std::uint32_t base_address) {
  std::vector<bool> targets(words.size() + 1);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] >> 58 != 0) continue;  // most words: no branch (v3d71 §1.3)
    const isa::Decoded decoded = isa::decode(words[i]);
    if (!decoded) continue;
    if (const auto* branch = std::get_if<isa::BranchInstruction>(&*decoded.instruction))
      if (const auto target = target_of(*branch, i, words.size(), base_address))
        targets[*target] = true;
  }
  return targets;
}

std::string disassemble(std::span<const std::uint64_t> words, const DisassembleOptions& options) {
  std::vector<bool> targets;
  if (options.labels) targets = find_targets(words, options.base_address);
  std::string out;
  out.reserve(words.size() * (options.addresses || options.words ? 112 : 64));
  for (std::size_t i = 0; i <= words.size(); ++i) {
    if (options.labels && targets[i]) out.append(label_name(i)).append(":\n");
    if (i == words.size()) break;
    const std::size_t begin = out.size();
    const isa::Decoded decoded = isa::decode(words[i]);
    if (!decoded) {
      isa::print_quad_to(out, words[i], isa::message(decoded.error));
    } else if (options.exact && !is_canonical(*decoded.instruction)) {
      isa::print_quad_to(out, words[i], isa::print(*decoded.instruction));
    } else {
      const auto* branch = std::get_if<isa::BranchInstruction>(&*decoded.instruction);
      const auto target = options.labels && branch
                              ? target_of(*branch, i, words.size(), options.base_address)
                              : std::nullopt;
      if (target)
        print_labelled(out, *branch, *target);
      else
        isa::print_to(out, *decoded.instruction);
    }
    const auto address = static_cast<std::uint32_t>(options.base_address + i * bytes_per_word);
    print_comment(out, begin, address, words[i], options);
    out += '\n';
  }
  return out;
}

}  // namespace vc7
