// SPDX-License-Identifier: MIT
#include "text_io.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include <sys/stat.h>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

namespace vc7::tool {
namespace {

constexpr std::size_t max_diagnostics = 100;

struct Close {
  void operator()(std::FILE* file) const {
    if (file != stdin && file != stdout) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, Close>;

[[noreturn]] void fail(const std::string& path, std::string_view reason) {
  throw Error(fmt::format("{}: {}", path, reason));
}

/// What of a line holds a word, without blanks and comment.
std::string_view content_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

/// A piece of the input that fits into a message.
std::string quoted(std::string_view piece) {
  constexpr std::size_t longest = 40;
  std::string shown = "`";
  for (const char c : piece.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f)
      shown += fmt::format("\\x{:02x}", byte);
    else
      shown += c;
  }
  return shown + (piece.size() > longest ? "...`" : "`");
}

/// Empty if `content` is a word, which then is in `word`.
std::string parse_word(std::string_view content, std::uint64_t& word) {
  constexpr std::size_t most_digits = 16;
  std::string_view digits = content;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  const std::size_t wrong = digits.find_first_not_of("0123456789abcdefABCDEF");
  if (digits.empty() || wrong != digits.npos)
    return fmt::format("{} is no word: expected one word of 1 to 16 hexadecimal digits per line, "
                       "with or without 0x",
                       quoted(content));
  if (digits.size() > most_digits)
    return fmt::format("{} has {} hexadecimal digits, a word has at most {}", quoted(content),
                       digits.size(), most_digits);
  std::from_chars(digits.data(), digits.data() + digits.size(), word, 16);
  return {};
}

}  // namespace

std::string shown_name(const std::string& path) { return path == "-" ? "<stdin>" : path; }

std::string read_input(const std::string& path) {
  struct stat info {};
  if (path != "-" && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
    fail(path, "is a directory, expected a file");
  const File file{path == "-" ? stdin : std::fopen(path.c_str(), "rb")};
  if (!file) fail(path, fmt::format("cannot be read: {}", std::strerror(errno)));
  std::string content;
  if (info.st_size > 0) content.reserve(static_cast<std::size_t>(info.st_size) + 1);
  constexpr std::size_t part = std::size_t{1} << 16;
  for (std::size_t size = 0;;) {
    content.resize(size + part);
    const std::size_t n = std::fread(content.data() + size, 1, part, file.get());
    content.resize(size += n);
    if (n < part) break;
  }
  if (std::ferror(file.get()))
    fail(shown_name(path), fmt::format("cannot be read: {}", std::strerror(errno)));
  return content;
}

void write_output(const std::string& path, std::string_view content) {
  const std::string name = path == "-" ? "<stdout>" : path;
  File file{path == "-" ? stdout : std::fopen(path.c_str(), "wb")};
  if (!file) fail(name, fmt::format("cannot be written: {}", std::strerror(errno)));
  const bool written = std::fwrite(content.data(), 1, content.size(), file.get()) == content.size();
  // A full disk may show only when the buffer is written.
  if (!written || std::fflush(file.get()) != 0)
    fail(name, fmt::format("cannot be written: {}", std::strerror(errno)));
}

bool looks_like_hex(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view content = content_of(text.substr(0, end));
    if (content.starts_with("0x") || content.starts_with("0X")) content.remove_prefix(2);
    if (!content.empty())
      return content.find_first_not_of("0123456789abcdefABCDEF") == content.npos;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

std::vector<std::uint64_t> words_from_hex(std::string_view text, const std::string& name,
                                          std::vector<Diagnostic>& diagnostics,
                                          std::vector<Origin>* origins) {
  std::vector<std::uint64_t> words;
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < text.size() && diagnostics.size() < max_diagnostics;) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    const std::string_view content = content_of(line);
    if (content.empty()) continue;
    std::uint64_t word = 0;
    std::string problem = parse_word(content, word);
    const auto column = static_cast<std::uint32_t>(content.data() - line.data() + 1);
    if (problem.empty()) {
      words.push_back(word);
      if (origins != nullptr) origins->emplace_back(name.c_str(), number, column);
      continue;
    }
    diagnostics.push_back({.message = std::move(problem),
                           .file = name,
                           .line = number,
                           .column = column,
                           .length = static_cast<std::uint32_t>(content.size())});
  }
  return words;
}

std::vector<std::uint64_t> words_from_binary(std::string_view bytes, const std::string& name,
                                             std::vector<Diagnostic>& diagnostics) {
  constexpr std::size_t size = 8;
  std::vector<std::uint64_t> words(bytes.size() / size);
  for (std::size_t i = 0; i < words.size() * size; ++i)
    words[i / size] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << i % size * 8;
  if (bytes.size() % size != 0)
    diagnostics.push_back({.message = fmt::format("the last word is cut off: {} bytes are {} words "
                                                  "of 8 bytes and {} more",
                                                  bytes.size(), words.size(), bytes.size() % size),
                           .file = name});
  return words;
}

std::string hex_of(const std::vector<std::uint64_t>& words) {
  std::string text;
  text.reserve(words.size() * 19);
  for (const std::uint64_t word : words) {
    text += "0x";
    for (unsigned shift = 64; shift > 0;) text += "0123456789abcdef"[word >> (shift -= 4) & 15];
    text += '\n';
  }
  return text;
}

std::string binary_of(const std::vector<std::uint64_t>& words) {
  std::string bytes;
  bytes.reserve(words.size() * 8);
  for (const std::uint64_t word : words)
    for (unsigned shift = 0; shift < 64; shift += 8)
      bytes += static_cast<char>(static_cast<unsigned char>(word >> shift));
  return bytes;
}

bool report(const std::vector<Diagnostic>& diagnostics, std::string_view text) {
  const std::string shown = format(diagnostics, text);
  std::fwrite(shown.data(), 1, shown.size(), stderr);
  return !has_errors(diagnostics);
}

}  // namespace vc7::tool
