// SPDX-License-Identifier: MIT
//
// vc7 check: a program against the rules of the verifier.
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/base/error.hpp>
#include <vc7/isa/print.hpp>
#include <vc7/verify/verify.hpp>

#include "commands.hpp"
#include "load.hpp"

namespace vc7::tool {
namespace {

struct CheckOptions {
  std::string file, explain, base = "0";
  bool compat = false, four_way = false, single_segment = false, json = false, list = false,
       markdown = false;
  std::uint64_t trips = 0;  ///< 0: not given
};

const char* text(verify::Verdict verdict) {
  switch (verdict) {
    case verify::Verdict::error: return "error";
    case verify::Verdict::warning: return "warning";
    case verify::Verdict::never: break;
  }
  return "-";
}

void list_rules(bool json) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const verify::RuleInfo& rule : verify::rules) {
    if (json)
      rows.push_back({{"rule", rule.id},
                      {"strict", text(rule.strict)},
                      {"compat", text(rule.compat)},
                      {"title", rule.title}});
    else
      fmt::print("{:<5}{:<9}{:<9}{}\n", rule.id, text(rule.strict), text(rule.compat), rule.title);
  }
  if (json) fmt::print("{}\n", rows.dump(2));
}

std::string lower(std::string_view id) {
  std::string text{id};
  text[0] = 'r';
  return text;
}

/// docs/verifier-rules.md
void print_document() {
  fmt::print(
      "# Rules of the verifier\n\n"
      "Made from [rules.def](../include/vc7/verify/rules.def) by `vc7 check --list-rules "
      "--markdown`; change that file, not\nthis one.\n\n"
      "`vc7 check FILE` and `Device::load` look for these in a program. An *error* refuses it. "
      "*strict* is what Mesa's\ncompiler and validator keep to. *compat* only warns about what is "
      "known to pass on hardware. Rules with `-` need no\ncheck, and their text says why. R1 to "
      "R45 have the numbers of the project's reference, the others are its own.\n\n"
      "Every path is looked at, whatever the data are. Two things the program alone does not say, "
      "and `vc7 check` then says\nthat it does not know them (`--json`: `flow_known`, "
      "`tmu_known` are false): where a branch to an address in a register\ngoes, so what only it "
      "reaches is not checked; and a TMU configuration that comes from a uniform, so the words "
      "that are\noutstanding after such an access can not be counted, and R36, R38 and R46 find "
      "only what is wrong with any configuration.\n\n"
      "| rule | strict | compat | |\n|---|---|---|---|\n");
  for (const verify::RuleInfo& rule : verify::rules)
    fmt::print("| [{}](#{}) | {} | {} | {} |\n", rule.id, lower(rule.id), text(rule.strict),
               text(rule.compat), rule.title);
  for (const verify::RuleInfo& rule : verify::rules)
    fmt::print("\n## {}\n{}: {}\n\nEvidence: {}.\n", rule.id, rule.title, rule.documentation,
               rule.evidence);
}

void explain(const std::string& id) {
  const auto rule = verify::find_rule(id);
  if (!rule)
    throw Error{fmt::format("check: there is no rule `{}`; the rules are {} to {}", id,
                            verify::rules.front().id, verify::rules.back().id)};
  const verify::RuleInfo& info = verify::info(*rule);
  fmt::print("{}: {}\nstrict: {}, compat: {}\n\n{}\n\nEvidence: {}.\n", info.id, info.title,
             text(info.strict), text(info.compat), info.documentation, info.evidence);
}

std::uint32_t address(const std::string& base) {
  std::size_t used = 0;
  unsigned long long value = 0;
  try {
    value = std::stoull(base, &used, 0);
  } catch (const std::logic_error&) {
    used = 0;
  }
  if (used != base.size() || used == 0 || value % 8 != 0 || value > 0xffffffff)
    throw Error{fmt::format(
        "check: the base address is `{}`; allowed are multiples of 8 below 2^32", base)};
  return static_cast<std::uint32_t>(value);
}

Diagnostic diagnostic(const verify::Finding& finding, const Program& program,
                      const std::string& file) {
  const Origin& origin = program.origins()[finding.index];
  Diagnostic d{.severity = finding.severity,
               .message = finding.message,
               .file = origin.line != 0 ? origin.file : file,
               .line = origin.line,
               .column = origin.column,
               .rule = std::string{verify::info(finding.rule).id}};
  if (origin.line == 0)
    d.message = fmt::format("instruction {} ({}): {}", finding.index,
                            isa::print_word(program.words()[finding.index]), finding.message);
  return d;
}

void print_json(const verify::Report& report, const Program& program, const std::string& file) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const verify::Finding& f : report.findings) {
    const Diagnostic d = diagnostic(f, program, file);
    findings.push_back({{"rule", d.rule},
                        {"severity", name(f.severity)},
                        {"instruction", f.index},
                        {"word", fmt::format("0x{:016x}", program.words()[f.index])},
                        {"message", f.message},
                        {"file", d.file},
                        {"line", d.line}});
  }
  nlohmann::ordered_json length{{"instructions", report.length.instructions},
                                {"bounded", report.length.bounded()},
                                {"milliseconds", report.length.milliseconds()}};
  if (report.length.loop_at) length["loop_at"] = *report.length.loop_at;
  const nlohmann::ordered_json all{{"instructions", program.size()},
                                   {"errors", report.has_errors()},
                                   {"flow_known", report.flow_known},
                                   {"tmu_known", report.tmu_known},
                                   {"findings", findings},
                                   {"longest_run", length}};
  fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_text(const verify::Report& report, const Program& program, const std::string& file,
                const std::string& source) {
  std::size_t errors = 0;
  for (const verify::Finding& f : report.findings) {
    errors += f.severity == Severity::error;
    fmt::print(stderr, "{}", format(diagnostic(f, program, file), source));
  }
  fmt::print("{}: {} instructions, {} errors, {} warnings\n{}\n", file, program.size(), errors,
             report.findings.size() - errors, verify::describe(report.length));
  if (!report.flow_known)
    fmt::print("not checked: what a branch to an address in a register leads to\n");
  if (!report.tmu_known)
    fmt::print("partly checked: the number of TMU results depends on uniforms\n");
}

void run(const CheckOptions& options, int& exit_code) {
  if (options.list && options.markdown) return print_document();
  if (options.list) return list_rules(options.json);
  if (!options.explain.empty()) return explain(options.explain);
  verify::Options wishes{.level = options.compat ? verify::Level::compat : verify::Level::strict,
                         .four_way = options.four_way,
                         .single_segment = options.single_segment,
                         .base_address = address(options.base)};
  if (options.trips != 0) wishes.trip_count = options.trips;
  const Loaded loaded = load(options.file, wishes.base_address);
  if (!loaded.diagnostics.empty()) {
    fmt::print(stderr, "{}", format(loaded.diagnostics, loaded.text));
    exit_code = input_wrong;
    return;
  }
  const verify::Report report = verify::verify(loaded.program.words(), wishes);
  if (options.json)
    print_json(report, loaded.program, options.file);
  else
    print_text(report, loaded.program, options.file, loaded.text);
  if (report.has_errors()) exit_code = input_wrong;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* const command =
      app.add_subcommand("check", "Look for what is wrong with a program without running it");
  auto* const file = command->add_option(
      "FILE", options->file, "Hexadecimal words, one per line, or binary; - is the standard input");
  auto* const list = command->add_flag("--list-rules", options->list, "The rules, one per line");
  auto* const rule =
      command->add_option("--explain", options->explain, "What a rule says and why: R14");
  list->excludes(file)->excludes(rule);
  command->add_flag("--markdown", options->markdown, "The rules as docs/verifier-rules.md")
      ->needs(list);
  rule->excludes(file);
  command->add_flag("--compat", options->compat,
                    "Only warn about what is known to pass on hardware");
  command->add_flag("--four-way", options->four_way, "For 4 threads per QPU: rf0 to rf31");
  command->add_flag("--single-segment", options->single_segment,
                    "The first thread switch is the end");
  command->add_option("--base", options->base, "GPU address of the first word, default 0");
  command
      ->add_option("--trip-count", options->trips, "How often each loop runs, for the longest run")
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", options->json, "As JSON");
  command->callback([options, &exit_code] {
    if (options->file.empty() && !options->list && options->explain.empty())
      throw CLI::RequiredError("FILE, --list-rules or --explain");
    run(*options, exit_code);
  });
}

}  // namespace vc7::tool
