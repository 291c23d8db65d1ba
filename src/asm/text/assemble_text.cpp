// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include <vc7/asm/branch_offset.hpp>

#include "names.hpp"
#include "parser.hpp"

namespace vc7 {

namespace text {

std::string quoted(std::string_view token) {
  constexpr std::size_t longest = 40;
  if (token.empty()) return "the end of the line";
  std::string shown = "`";
  for (const char c : token.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f)
      shown += fmt::format("\\x{:02x}", byte);
    else
      shown += c;
  }
  return shown + (token.size() > longest ? "...`" : "`");
}

Parser::Parser(std::string_view text, const TextOptions& options) : text_{text}, options_{options} {
  const auto file = std::make_shared<const std::string>(options.file);
  file_ = file->c_str();
  parts_.file_names = file;
  parts_.base_address = options.base_address;
}

bool Parser::error(const Line& line, std::string_view token, std::string message) {
  if (errors_++ < options_.max_errors)
    diagnostics_.push_back(
        {.message = std::move(message),
         .file = options_.file,
         .line = line.number,
         .column = static_cast<std::uint32_t>(token.data() - line.begin + 1),
         .length = static_cast<std::uint32_t>(std::max<std::size_t>(1, token.size()))});
  return false;
}

bool Parser::nothing_left(Cursor& cursor, std::string_view allowed) {
  if (cursor.at_end()) return true;
  return error(cursor.found(), fmt::format("unexpected {}: {}", quoted(cursor.found()), allowed));
}

void Parser::append(std::uint64_t word, std::string_view token) {
  parts_.words.push_back(word);
  parts_.origins.emplace_back(file_, line_.number,
                              static_cast<std::uint32_t>(token.data() - line_.begin + 1));
}

// ---- names ----

const Parser::Definition* Parser::find_constant(std::string_view name) const {
  if (name.empty()) return nullptr;
  const auto found = names_.find(name);
  return found != names_.end() && found->second.is_constant ? &found->second : nullptr;
}

bool Parser::define(std::string_view name, const Definition& definition) {
  if (!Cursor{name}.next_is_letter() || (definition.is_constant && name.find('.') != name.npos))
    return error(name, fmt::format("{} cannot be the name of a {}: names are letters, digits and "
                                   "_ (in labels also .) and begin with a letter or _",
                                   quoted(name), definition.is_constant ? "constant" : "label"));
  if (is_reserved(name))
    return error(name, fmt::format("{} cannot be the name of a {}: it is a register, a write "
                                   "address or a branch target",
                                   quoted(name), definition.is_constant ? "constant" : "label"));
  const auto [entry, is_new] = names_.try_emplace(name, definition);
  if (is_new) return true;
  return error(name,
               fmt::format("{} {} is defined twice, first as a {} in line {}",
                           definition.is_constant ? "constant" : "label", quoted(name),
                           entry->second.is_constant ? "constant" : "label", entry->second.line));
}

bool Parser::label(std::string_view name) {
  if (!define(name, {line_.number, false, parts_.words.size(), {}})) return false;
  parts_.labels.push_back({.name = std::string{name}, .index = parts_.words.size()});
  return true;
}

// ---- directives ----

bool Parser::constant(Cursor& cursor) {
  cursor.skip_blanks();
  const std::string_view found = cursor.found(), name = cursor.dotted_word();
  if (name.empty())
    return error(
        found, fmt::format("expected a name and a number, `.const n 16`, found {}", quoted(found)));
  cursor.take_after_blanks(',');
  cursor.skip_blanks();
  const char* const begin = cursor.position();
  const std::string_view value = cursor.found();
  Definition definition{line_.number, true, 0, {}};
  if (cursor.next_is_digit() || cursor.peek() == '-') {
    const ScannedNumber number = scan_number(cursor);
    if (!number.value) return error(cursor.since(begin), number.problem);
    definition.value = *number.value;
  } else if (const Definition* other = find_constant(cursor.word())) {
    definition.value = other->value;
  } else {
    return error(value, fmt::format("the value of {} is a number or a constant that is defined "
                                    "before, found {}",
                                    quoted(name), quoted(value)));
  }
  return define(name, definition) && nothing_left(cursor, "a constant has one value");
}

bool Parser::quad(Cursor& cursor) {
  cursor.skip_blanks();
  const char* const begin = cursor.position();
  const std::string_view found = cursor.found();
  Number number;
  if (cursor.next_is_digit() || cursor.peek() == '-') {
    ScannedNumber scanned = scan_number(cursor);
    if (!scanned.value) return error(cursor.since(begin), scanned.problem);
    number = *scanned.value;
  } else if (const Definition* constant = find_constant(cursor.word())) {
    number = constant->value;
  } else {
    return error(found, fmt::format("expected a 64-bit word or a constant, `.quad "
                                    "0x38003186bb03f000`, found {}",
                                    quoted(found)));
  }
  if (number.is_real || (number.negative && number.magnitude > std::uint64_t{1} << 63))
    return error(found, fmt::format("{} is no 64-bit integer", quoted(found)));
  append(number.negative ? 0 - number.magnitude : number.magnitude, found);
  return nothing_left(cursor, "`.quad` has one word");
}

bool Parser::directive(Cursor& cursor) {
  const char* const begin = cursor.position();
  cursor.take('.');
  const std::string_view name = cursor.word();
  if (name == "quad") return quad(cursor);
  if (name == "const") return constant(cursor);
  return error(cursor.since(begin), fmt::format("unknown directive {}: there are .quad and .const",
                                                quoted(cursor.since(begin))));
}

// ---- lines ----

void Parser::line(std::string_view text) {
  Cursor cursor{text};
  while (!cursor.at_end()) {
    if (cursor.peek() == '.') {
      directive(cursor);
      return;
    }
    const std::string_view word = cursor.dotted_word();
    if (word.empty()) {
      error(cursor.found(), fmt::format("expected an instruction, a label or a directive, found {}",
                                        quoted(cursor.found())));
      return;
    }
    if (!cursor.take_after_blanks(':')) {
      // A word in the place of a wrong one: labels after it stay where they are meant.
      if (!instruction(word, cursor)) append(isa::nop_word, word);
      return;
    }
    if (!label(word)) return;
  }
}

void Parser::resolve() {
  for (const Reference& r : references_) {
    const auto found = names_.find(r.name);
    if (found == names_.end() || found->second.is_constant) {
      Nearest nearest{r.name};
      constexpr std::size_t few = 10000;  // a hint is not worth a second
      if (errors_ < options_.max_errors && parts_.labels.size() <= few)
        for (const auto& label : parts_.labels) nearest(label.name);
      error(r.line, r.name,
            found == names_.end()
                ? fmt::format("label {} is not defined{}", quoted(r.name), nearest.hint())
                : fmt::format("{} is a constant that line {} defines: constants are defined before "
                              "they are used",
                              quoted(r.name), found->second.line));
      continue;
    }
    const std::size_t target = found->second.index;
    std::uint64_t& word = parts_.words[r.index];
    if (r.absolute) parts_.absolute_branches.push_back({.index = r.index, .target = target});
    // Distances count from the instruction after the three delay slots.
    const std::size_t bytes = r.absolute ? options_.base_address + target * bytes_per_word
                                         : (target - (r.index + 4)) * bytes_per_word;
    word = qpu::detail::with_branch_offset(word, static_cast<std::uint32_t>(bytes));
  }
}

TextResult Parser::run() {
  // Lines of the printed form have about 70 bytes; too few only cost a reallocation.
  const std::size_t guess = text_.size() / 64;
  parts_.words.reserve(guess);
  parts_.origins.reserve(guess);
  const char* p = text_.data();
  const char* const end = p + text_.size();
  while (p != end && errors_ < options_.max_errors) {
    const auto* newline =
        static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
    const char* const stop = newline ? newline : end;
    line_ = {p, line_.number + 1};
    const bool carriage = stop != p && stop[-1] == '\r';
    line({p, static_cast<std::size_t>(stop - p) - (carriage ? 1 : 0)});
    p = newline ? newline + 1 : end;
  }
  const bool stopped = errors_ >= options_.max_errors && p != end;
  if (!stopped) resolve();
  std::ranges::stable_sort(diagnostics_, {}, &Diagnostic::line);
  if (errors_ > diagnostics_.size() || stopped)
    diagnostics_.push_back({.severity = Severity::note,
                            .message = fmt::format("more errors are not shown after the first {}",
                                                   options_.max_errors),
                            .file = options_.file,
                            .line = line_.number});
  if (errors_ != 0) return {{}, std::move(diagnostics_)};
  return {Program{std::move(parts_)}, std::move(diagnostics_)};
}

}  // namespace text

TextResult assemble_text(std::string_view text, const TextOptions& options) {
  return text::Parser{text, options}.run();
}

}  // namespace vc7
