// SPDX-License-Identifier: MIT
#include "check.hpp"

#include <fmt/format.h>

#include <vc7/isa/print.hpp>
#include <vc7/verify/verify.hpp>

namespace vc7::detail {
namespace {

Diagnostic diagnostic(const verify::Finding& finding, const Program& program) {
  const Origin& origin = program.origins()[finding.index];
  return {.severity = finding.severity,
          .message = fmt::format("{} (instruction {}: {})", finding.message, finding.index,
                                 isa::print_word(program.words()[finding.index])),
          .file = origin.file,
          .line = origin.line,
          .column = origin.column,
          .rule = std::string{verify::info(finding.rule).id}};
}

// A program that is no program has an error everywhere.
constexpr std::size_t most_lines = 20;

std::string message(const std::vector<Diagnostic>& findings, const std::source_location& where) {
  std::string text = fmt::format("{}:{}: load: the program breaks rules; LoadOptions::check says "
                                 "which ones count",
                                 where.file_name(), where.line());
  std::size_t lines = 0, left = 0;
  for (const Diagnostic& d : findings) {
    if (d.severity != Severity::error) continue;
    if (++lines > most_lines) {
      ++left;
      continue;
    }
    std::string line = format(d);
    while (line.ends_with('\n')) line.pop_back();
    text += "\n" + line;
  }
  if (left != 0) text += fmt::format("\nand {} more", left);
  return text;
}

}  // namespace

std::vector<Diagnostic> check_program(const Program& program, const LoadOptions& options,
                                      const std::source_location& where) {
  if (options.check == Check::none) return {};
  const verify::Report report = verify::verify(
      program.words(),
      {.level = options.check == Check::strict ? verify::Level::strict : verify::Level::compat,
       .four_way = options.four_way,
       .single_segment = options.single_segment,
       .base_address = program.base_address()});
  std::vector<Diagnostic> findings;
  for (const verify::Finding& finding : report.findings)
    findings.push_back(diagnostic(finding, program));
  if (report.has_errors()) {
    const std::string text = message(findings, where);
    throw LoadError{text, std::move(findings)};
  }
  return findings;
}

}  // namespace vc7::detail
