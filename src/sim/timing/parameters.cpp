// SPDX-License-Identifier: MIT
#include <numeric>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/sim/timing.hpp>

namespace vc7::sim::timing {
namespace {

using Member = std::uint32_t Parameters::*;
constexpr Member members[] = {
#define VC7_TIMING_PARAMETER(id, ...) &Parameters::id,
#include <vc7/sim/timing_parameters.def>
#undef VC7_TIMING_PARAMETER
};

std::size_t number_of(std::string_view name) {
  for (std::size_t n = 0; n < parameters.size(); ++n)
    if (parameters[n].name == name) return n;
  throw Error(
      fmt::format("there is no timing parameter '{}'; vc7 prof --parameters lists them", name));
}

}  // namespace

void Parameters::set(std::string_view name, std::uint64_t value) {
  const std::size_t n = number_of(name);
  const ParameterInfo& info = parameters[n];
  if (value < info.least || value > info.most)
    throw Error(fmt::format("timing parameter {} is {}; allowed is {} to {} {}", name, value,
                            info.least, info.most, info.unit));
  this->*members[n] = static_cast<std::uint32_t>(value);
}

std::uint32_t Parameters::get(std::string_view name) const {
  return this->*members[number_of(name)];
}

std::uint64_t StallCycles::sum() const {
  return std::accumulate(cycles.begin(), cycles.end(), std::uint64_t{0});
}

double Report::execution_seconds() const {
  return static_cast<double>(cycles) / (parameters.clock_mhz * 1e6);
}

double Report::seconds(bool was_idle) const {
  return execution_seconds() +
         1e-6 * (parameters.job_warm_us + (was_idle ? parameters.job_cold_us : 0));
}

}  // namespace vc7::sim::timing
