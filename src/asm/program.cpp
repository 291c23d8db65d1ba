// SPDX-License-Identifier: MIT
#include <vc7/asm/program.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <vc7/asm/assembler.hpp>
#include <vc7/isa/print.hpp>

namespace vc7 {

Program::Program(Parts parts) : parts_{std::move(parts)} {}

std::optional<std::size_t> Program::find_label(std::string_view name) const {
  const auto found = std::ranges::find(parts_.labels, name, &ProgramLabel::name);
  if (found == parts_.labels.end()) return std::nullopt;
  return found->index;
}

void Program::rebase(std::uint32_t base_address) {
  for (const AbsoluteBranch& b : parts_.absolute_branches) {
    const auto address = static_cast<std::uint32_t>(base_address + b.target * bytes_per_word);
    parts_.words[b.index] = qpu::detail::with_branch_offset(parts_.words[b.index], address);
  }
  parts_.base_address = base_address;
}

std::string Program::dump() const {
  std::string text;
  for (const std::uint64_t word : parts_.words)
    fmt::format_to(std::back_inserter(text), "0x{:016x}\n", word);
  return text;
}

std::string Program::listing() const {
  std::string text;
  const auto out = std::back_inserter(text);
  const auto print_labels = [&](std::size_t index) {
    for (const ProgramLabel& label : parts_.labels)
      if (label.index == index) fmt::format_to(out, "{}:\n", label.name);
  };
  for (std::size_t i = 0; i < size(); ++i) {
    print_labels(i);
    const Origin& where = parts_.origins[i];
    fmt::format_to(out, "{:5}  0x{:016x}  {:<70} # {}:{}\n", i, parts_.words[i],
                   isa::print_word(parts_.words[i]), where.file, where.line);
  }
  print_labels(size());
  return text;
}

Program Assembler::finish() {
  resolve_references();
  Program::Parts parts;
  for (const Reference& r : references_)
    if (r.absolute)
      parts.absolute_branches.push_back({.index = r.word, .target = labels_[r.label].position});
  for (std::uint32_t id = 0; id < labels_.size(); ++id)
    if (labels_[id].position != labels_.undefined)
      parts.labels.push_back(
          {.name = std::string{labels_.name(id)}, .index = labels_[id].position});
  parts.base_address = options_.base_address;
  parts.origins = std::exchange(origins_, {});
  parts.words = finish_words();
  return Program{std::move(parts)};
}

}  // namespace vc7
