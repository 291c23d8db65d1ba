// SPDX-License-Identifier: MIT
#include "load.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string_view>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

namespace vc7::tool {
namespace {

std::string read(const std::string& path) {
  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  const std::unique_ptr<std::FILE, Close> file{path == "-" ? stdin
                                                           : std::fopen(path.c_str(), "rb")};
  if (file == nullptr) throw Error{fmt::format("{}: {}", path, std::strerror(errno))};
  std::string content;
  char part[65536];
  while (const std::size_t n = std::fread(part, 1, sizeof part, file.get()))
    content.append(part, n);
  if (std::ferror(file.get()) != 0) throw Error{fmt::format("{}: {}", path, std::strerror(errno))};
  return content;
}

/// Words of machine code hold zero bytes or control characters sooner or later.
bool is_text(std::string_view content) {
  return std::ranges::all_of(content, [](char c) {
    return c == '\n' || c == '\r' || c == '\t' || (c >= ' ' && c <= '~') || (c & 0x80) != 0;
  });
}

constexpr std::size_t most_errors = 20;

class HexReader {
 public:
  HexReader(Loaded& loaded, std::shared_ptr<const std::string> file)
      : loaded_{loaded}, file_{std::move(file)} {
    parts_.file_names = file_;
  }

  void run() {
    std::string_view rest = loaded_.text;
    for (std::uint32_t line = 1; !rest.empty(); ++line) {
      const std::size_t end = rest.find('\n');
      one(rest.substr(0, end), line);
      if (loaded_.diagnostics.size() == most_errors) break;
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    if (!loaded_.diagnostics.empty()) return;
    if (parts_.words.empty())
      loaded_.diagnostics.push_back({.message = "the file has no words", .file = *file_});
    loaded_.program = Program{std::move(parts_)};
  }

 private:
  void one(std::string_view line, std::uint32_t number) {
    constexpr std::string_view blanks = " \t\r";
    const std::string_view code = line.substr(0, line.find('#'));
    const std::size_t begin = code.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return;
    const std::string_view token = code.substr(begin, code.find_last_not_of(blanks) + 1 - begin);
    std::string_view digits = token;
    if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
    std::uint64_t word = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, word, 16);
    if (error != std::errc{} || end != last || digits.size() > 16) {
      const auto column = static_cast<std::uint32_t>(begin + 1);
      loaded_.diagnostics.push_back(
          {.message = fmt::format("`{}` is no word; expected are 1 to 16 hexadecimal digits",
                                  token.substr(0, 40)),
           .file = *file_,
           .line = number,
           .column = column,
           .length = static_cast<std::uint32_t>(token.size())});
      return;
    }
    parts_.words.push_back(word);
    parts_.origins.emplace_back(file_->c_str(), number, static_cast<std::uint32_t>(begin + 1));
  }

  Loaded& loaded_;
  std::shared_ptr<const std::string> file_;
  Program::Parts parts_;
};

void read_binary(Loaded& loaded, std::string_view content, const std::string& name) {
  if (content.size() % bytes_per_word != 0) {
    loaded.diagnostics.push_back(
        {.message =
             fmt::format("{} bytes of machine code; expected is a multiple of 8", content.size()),
         .file = name});
    return;
  }
  Program::Parts parts;
  for (std::size_t i = 0; i < content.size(); i += bytes_per_word) {
    std::uint64_t word = 0;
    for (std::size_t k = bytes_per_word; k-- > 0;)
      word = word << 8 | static_cast<unsigned char>(content[i + k]);
    parts.words.push_back(word);
  }
  parts.origins.resize(parts.words.size());
  loaded.program = Program{std::move(parts)};
}

}  // namespace

Loaded load(const std::string& path) {
  Loaded loaded;
  const auto name = std::make_shared<const std::string>(path == "-" ? "<stdin>" : path);
  std::string content = read(path);
  if (is_text(content)) {
    loaded.text = std::move(content);
    HexReader{loaded, name}.run();
  } else {
    read_binary(loaded, content, *name);
  }
  return loaded;
}

}  // namespace vc7::tool
