// SPDX-License-Identifier: MIT
#include "selftest_timing.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/device/device.hpp>
#include <vc7/sim/timing.hpp>

#include "commands.hpp"
#include "microbench/bench.hpp"

namespace vc7::tool {
namespace {

using Json = nlohmann::ordered_json;
using microbench::Finding;
using sim::timing::ParameterInfo;
using sim::timing::Parameters;

const ParameterInfo& info(const Finding& finding) {
  for (const ParameterInfo& p : sim::timing::parameters)
    if (p.name == finding.parameter) return p;
  throw std::logic_error("no timing parameter " + finding.parameter);
}

/// On the model a program finds what the model was given. What is 0 or nearly so has no per cent.
bool agrees(const Finding& finding, const Parameters& given) {
  const double value = given.get(finding.parameter);
  return std::abs(finding.value - value) <= std::max(0.05 * value, 0.25);
}

Json to_json(const Finding& finding) {
  Json samples = Json::array();
  for (const auto& sample : finding.samples)
    samples.push_back({{"what", sample.what}, {"cycles", sample.cycles}});
  const ParameterInfo& p = info(finding);
  return {{"parameter", finding.parameter},
          {"value", finding.value},
          {"unit", p.unit},
          {"standard", p.standard},
          {"least", p.least},
          {"most", p.most},
          {"how", finding.how},
          {"samples", samples}};
}

void print(const Finding& finding, const Parameters* given) {
  const ParameterInfo& p = info(finding);
  const std::uint32_t known = given ? given->get(p.name) : p.standard;
  fmt::print("{:<24} {:>10.2f} {:<12} {:>8}  {}{}\n", finding.parameter, finding.value, p.unit,
             known, finding.how, given && !agrees(finding, *given) ? "  NOT FOUND AGAIN" : "");
}

void print(const microbench::Check& check) {
  fmt::print("{:>10.2f} {:>12.2f}  {}{}\n", check.cycles, check.expected, check.what,
             check.agrees() ? "" : "  DIFFERS");
}

Json to_json(const microbench::Check& check) {
  return {{"what", check.what},
          {"cycles", check.cycles},
          {"expected", check.expected},
          {"agrees", check.agrees()}};
}

}  // namespace

int selftest_timing(const std::string& name, bool json) {
  sim::Options model = sim::options_from_environment();
  if (!model.timing) model.timing = Parameters{};
  Device device = Device::open(OpenOptions{.device = name, .model = model});
  const Parameters* const given = device.is_simulated() ? &*model.timing : nullptr;
  const double clock_mhz =
      given ? given->clock_mhz
            : device.info().clock_hz.value_or(1e6 * Parameters{}.clock_mhz) * 1e-6;

  microbench::Bench bench{device};
  microbench::issue(bench);
  microbench::requests(bench);
  microbench::caches(bench, clock_mhz);
  microbench::streams(bench);
  microbench::groups(bench);

  Json rows = Json::array();
  bool all_agree = true;
  for (const Finding& finding : bench.findings()) {
    rows.push_back(to_json(finding));
    all_agree = all_agree && (!given || agrees(finding, *given));
  }
  Json checks = Json::array();
  for (const microbench::Check& check : bench.checks()) {
    checks.push_back(to_json(check));
    all_agree = all_agree && (!given || check.agrees());
  }
  const char* const times = given ? "modelled" : "measured";
  if (json) {
    fmt::print("{}\n", Json{{"device", device.description()},
                            {"simulated", device.is_simulated()},
                            {"version", device.info().version},
                            {"times", times},
                            {"clock_mhz", clock_mhz},
                            {"findings", rows},
                            {"checks", checks}}
                           .dump(2));
  } else {
    fmt::print("device: {}\n{}\n\n{:<24} {:>10} {:<12} {:>8}\n", device.description(),
               given ? "simulated: all cycles are modelled; programs find again what the model was "
                       "given"
                     : "all cycles are measured, with the counter of the GPU",
               "parameter", "found", "", given ? "given" : "default");
    for (const Finding& finding : bench.findings()) print(finding, given);
    fmt::print("\n{:>10} {:>12}  {} cycles of a mechanism, and those that the model expects\n",
               "found", "expected", times);
    for (const microbench::Check& check : bench.checks()) print(check);
  }
  return all_agree ? fine : input_wrong;
}

}  // namespace vc7::tool
