// SPDX-License-Identifier: MIT
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/sim/timing.hpp>

namespace vc7::sim::timing {
namespace {

constexpr std::string_view blanks = " \t\r";

struct Word {
  std::string_view text;
  std::uint32_t column;
};

std::vector<Word> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<Word> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(blanks, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back({line.substr(at, end - at), static_cast<std::uint32_t>(at + 1)});
    at = end;
  }
  return words;
}

class Parser {
 public:
  explicit Parser(const std::string& name) : name_{name} {}

  void line(std::string_view text) {
    ++line_;
    const auto words = words_of(text);
    if (words.empty()) return;
    if (words.size() != 2)
      return error(words.back(), "a line is the name of a parameter and its value, as in "
                                 "'dram_latency 250'");
    std::uint64_t value = 0;
    const std::string_view digits = words[1].text;
    const auto end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, value).ptr != end)
      return error(words[1], fmt::format("'{}' is not a whole number of 0 or more", digits));
    if (!seen_.emplace(words[0].text).second)
      return error(words[0], fmt::format("{} is given twice", words[0].text));
    try {
      file_.values.set(words[0].text, value);
    } catch (const Error& e) {
      error(words[0], e.what());
    }
  }
  ParameterFile take() { return std::move(file_); }

 private:
  void error(const Word& word, std::string message) {
    file_.diagnostics.push_back({.message = std::move(message),
                                 .file = name_,
                                 .line = line_,
                                 .column = word.column,
                                 .length = static_cast<std::uint32_t>(word.text.size())});
  }

  const std::string& name_;
  ParameterFile file_;
  std::set<std::string, std::less<>> seen_;
  std::uint32_t line_ = 0;
};

}  // namespace

ParameterFile parse_parameters(std::string_view text, const std::string& name) {
  Parser parser{name};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    parser.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parser.take();
}

Parameters load_parameters(const std::string& path) {
  std::ifstream stream{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  // A folder can be opened, but not read.
  if (!stream || stream.bad())
    throw Error(fmt::format("the file with timing parameters '{}' cannot be read", path));
  ParameterFile file = parse_parameters(text, path);
  if (has_errors(file.diagnostics)) throw Error("\n" + format(file.diagnostics, text));
  return file.values;
}

}  // namespace vc7::sim::timing
