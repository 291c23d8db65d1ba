// SPDX-License-Identifier: MIT
#include <vc7/verify/verify.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "site.hpp"

namespace vc7::verify {

void Findings::add(Rule rule, std::size_t index, std::string message) {
  add(rule, index, std::move(message), info(rule).strict, info(rule).compat);
}

void Findings::add(Rule rule, std::size_t index, std::string message, Verdict strict,
                   Verdict compat) {
  const Verdict verdict = level_ == Level::strict ? strict : compat;
  list_.push_back({rule, verdict == Verdict::error ? Severity::error : Severity::warning, index,
                   std::move(message)});
}

bool Report::has_errors() const {
  return std::ranges::any_of(findings,
                             [](const Finding& f) { return f.severity == Severity::error; });
}

Report verify(std::span<const std::uint64_t> words, const Options& options) {
  Findings findings{options.level};
  const Flow flow{words, options};
  Report report;
  for (std::size_t i = 0; i < flow.size(); ++i) {
    if (flow.before(i).modes == 0) continue;
    const ModeStep step = flow.step(i);
    const TmuStep tmu = flow.tmu(i);
    if (!tmu.after.exact || (tmu.access && !tmu.known)) report.tmu_known = false;
    const Site site{flow, findings, i, flow.facts(i), flow.before(i), step, tmu};
#define VC7_X(id) check_##id(site);
    VC7_RULES(VC7_X)
#undef VC7_X
  }
  check_R18(flow, findings);
  report.flow_known = flow.known();
  report.length = longest_run(flow);
  check_R50(report.length, findings);
  report.findings = findings.take();
  std::ranges::stable_sort(report.findings, {}, &Finding::index);
  return report;
}

}  // namespace vc7::verify
