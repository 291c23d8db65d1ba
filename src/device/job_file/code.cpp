// SPDX-License-Identifier: MIT
#include "code.hpp"

#include <charconv>
#include <cstring>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include <fmt/format.h>

namespace vc7::detail {
namespace {

constexpr std::uint64_t longest_file = 64 * 1024 * 1024;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = line.find_first_not_of(blanks);
  if (first == line.npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

std::optional<std::uint64_t> hex_instruction(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  std::uint64_t word = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, word, 16);
  if (error != std::errc{} || stop != end || text.size() > 16) return {};
  return word;
}

struct SavedOrigin {
  std::string_view file;
  std::uint32_t line;
};

/// Where the instruction of a line was written, as save_job() says it in a second comment:
/// `# FILE:LINE`.
std::optional<SavedOrigin> saved_origin(std::string_view line) {
  const auto first = line.find('#'), second = line.rfind('#');
  if (first == second) return {};
  const std::string_view text = trimmed(line.substr(second + 1));
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return {};
  SavedOrigin origin{.file = text.substr(0, colon), .line = 0};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, origin.line);
  if (error != std::errc{} || stop != end || origin.line == 0) return {};
  return origin;
}

/// Words of 16 hexadecimal digits, one a line; `#` starts a comment.
std::optional<Program> from_hex(JobReader& reader, std::string_view text, const std::string& path) {
  const auto names = std::make_shared<std::set<std::string, std::less<>>>();
  Program::Parts parts;
  parts.file_names = names;
  std::vector<Diagnostic> wrong;
  std::uint32_t number = 0;
  for (std::string_view rest = text; !rest.empty() && wrong.size() < 20;) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
    ++number;
    const std::string_view digits = trimmed(line.substr(0, line.find('#')));
    if (digits.empty()) continue;
    if (const auto word = hex_instruction(digits)) {
      parts.words.push_back(*word);
      const auto [file, of_line] = saved_origin(line).value_or(SavedOrigin{path, number});
      parts.origins.emplace_back(names->emplace(file).first->c_str(), of_line);
      continue;
    }
    wrong.push_back({.message = fmt::format("\"{}\", allowed is an instruction word of 1 to 16 "
                                            "hexadecimal digits, with or without 0x",
                                            json::excerpt(digits)),
                     .file = path,
                     .line = number,
                     .column = static_cast<std::uint32_t>(digits.data() - line.data() + 1),
                     .length = static_cast<std::uint32_t>(digits.size())});
  }
  if (!wrong.empty()) {
    reader.add(std::move(wrong), text);
    return {};
  }
  return Program{std::move(parts)};
}

Program from_words(std::vector<std::uint64_t> words) {
  Program::Parts parts;
  parts.origins.resize(words.size());
  parts.words = std::move(words);
  return Program{std::move(parts)};
}

std::optional<Program> from_assembly(JobReader& reader, std::string_view text,
                                     const std::string& path) {
  auto assembled = assemble_job_text(text, path);
  const bool good = !has_errors(assembled.diagnostics);
  reader.add(std::move(assembled.diagnostics), text);
  if (!good) return {};
  return std::move(assembled.program);
}

std::optional<Program> from_file(JobReader& reader, const JsonNode& node) {
  const auto path = reader.file_path(node);
  if (!path) return {};
  const bool binary = path->ends_with(".bin");
  const bool assembly =
      path->ends_with(".asm") || path->ends_with(".qasm") || path->ends_with(".s");
  if (!binary && !assembly && !path->ends_with(".hex")) {
    reader.error(node,
                 fmt::format("{}, allowed are names that end with .hex, .bin, .asm, .qasm or .s",
                             json::describe(node.value)));
    return {};
  }
  const auto text = reader.file_text(node, *path, longest_file);
  if (!text) return {};
  if (!reader.options().read_files) return from_words({0});
  if (assembly) return from_assembly(reader, *text, *path);
  if (!binary) return from_hex(reader, *text, *path);
  if (text->size() % bytes_per_word != 0) {
    reader.error(node, fmt::format("{} has {} bytes, allowed are multiples of 8: it is cut off",
                                   json::excerpt(*path), text->size()));
    return {};
  }
  std::vector<std::uint64_t> words(text->size() / bytes_per_word);
  if (!words.empty()) std::memcpy(words.data(), text->data(), text->size());
  return from_words(std::move(words));
}

std::optional<Program> from_list(JobReader& reader, const JsonNode& node) {
  const auto* const list = reader.array(node, "instruction words");
  if (list == nullptr) return {};
  std::vector<std::uint64_t> words;
  words.reserve(list->size());
  bool good = true;
  for (std::size_t i = 0; i < list->size() && !reader.full(); ++i) {
    const JsonNode item{(*list)[i], &node, {}, i};
    const auto* const text = std::get_if<std::string>(&item.value.data);
    const auto* const number = std::get_if<std::uint64_t>(&item.value.data);
    const auto word = number != nullptr ? std::optional{*number}
                      : text != nullptr ? hex_instruction(*text)
                                        : std::nullopt;
    if (!word) {
      reader.error(item, fmt::format("{}, allowed is a text of 1 to 16 hexadecimal digits, with or "
                                     "without 0x",
                                     json::describe(item.value)));
      good = false;
    } else {
      words.push_back(*word);
    }
  }
  if (!good) return {};
  return from_words(std::move(words));
}

std::optional<Program> from_lines(JobReader& reader, const JsonNode& node) {
  const auto* const list = reader.array(node, "lines of assembly text");
  if (list == nullptr) return {};
  std::string text;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const JsonNode item{(*list)[i], &node, {}, i};
    const auto* const line = std::get_if<std::string>(&item.value.data);
    if (line == nullptr || line->find('\n') != line->npos) {
      reader.error(item,
                   fmt::format("{}, allowed is one line of text", json::describe(item.value)));
      return {};
    }
    text += *line + '\n';
  }
  return from_assembly(reader, text, node.path());
}

}  // namespace

std::optional<Program> read_code(JobReader& reader, const JsonNode& node) {
  const auto file = reader.child(node, "file");
  const auto words = reader.child(node, "words");
  const auto text = reader.child(node, "text");
  const int kinds = file.has_value() + words.has_value() + text.has_value();
  if (kinds != 1) {
    reader.error(node, fmt::format("{} of the keys \"file\", \"words\" and \"text\", allowed is "
                                   "one",
                                   kinds));
    return {};
  }
  auto program = file    ? from_file(reader, *file)
                 : words ? from_list(reader, *words)
                         : from_lines(reader, *text);
  if (!program || program->size() != 0) return program;
  reader.error(file ? *file : words ? *words : *text, "no instruction, expected is 1 or more");
  return {};
}

}  // namespace vc7::detail
