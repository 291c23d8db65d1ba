// SPDX-License-Identifier: MIT
#include <vc7/base/diagnostic.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace vc7 {
namespace {

constexpr std::size_t widest = 120;  ///< bytes of a source line that are shown

/// Line `number` of a text, without its end; nothing if there is none.
std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t n = 1; n < number; ++n) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// A tab and whatever a terminal would not print take one column, so that carets stay in place.
std::string printable(std::string_view bytes) {
  std::string shown{bytes};
  for (char& c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\t')
      c = ' ';
    else if (byte < 0x20 || byte >= 0x7f)
      c = '?';
  }
  return shown;
}

std::string source_lines(const Diagnostic& d, std::string_view text) {
  if (d.line == 0) return {};
  std::string_view line = line_of(text, d.line);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) return {};
  if (d.column == 0 || d.column > line.size() + 1)
    return fmt::format("  {}\n", printable(line.substr(0, widest)));
  // The place stays visible in a very long line.
  const std::size_t column = d.column - 1;
  const std::size_t from = column < widest * 2 / 3 ? 0 : column - widest / 2;
  const std::string_view shown = line.substr(from, widest);
  const std::size_t room =
      std::max<std::size_t>(1, shown.size() - std::min(shown.size(), column - from));
  const std::size_t carets = std::clamp<std::size_t>(d.length, 1, room);
  return fmt::format("  {}\n  {}{}\n", printable(shown), std::string(column - from, ' '),
                     std::string(carets, '^'));
}

}  // namespace

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "error";
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(diagnostics,
                             [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::string format(const Diagnostic& d, std::string_view text) {
  std::string out = d.file;
  if (d.line != 0) out += fmt::format("{}{}", out.empty() ? "line " : ":", d.line);
  if (d.line != 0 && d.column != 0) out += fmt::format(":{}", d.column);
  if (!out.empty()) out += ": ";
  out += fmt::format("{}: {}", name(d.severity), d.message);
  if (!d.rule.empty()) out += fmt::format(" [{}]", d.rule);
  out += '\n';
  return out + source_lines(d, text);
}

std::string format(const std::vector<Diagnostic>& diagnostics, std::string_view text) {
  std::string out;
  for (const Diagnostic& d : diagnostics) out += format(d, text);
  return out;
}

}  // namespace vc7
