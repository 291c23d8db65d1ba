// SPDX-License-Identifier: MIT
#include "prof_measured.hpp"

#include <cstdio>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vc7/base/error.hpp>
#include <vc7/device/device.hpp>
#include <vc7/device/job_file.hpp>

#include "commands.hpp"
#include "load.hpp"
#include "profile.hpp"

namespace vc7::tool {
namespace {

using Json = nlohmann::ordered_json;
using Values = std::vector<std::pair<Counter, std::uint64_t>>;

/// Those that a compute job moves; a perfmon has room for them all.
std::vector<Counter> counters_of_jobs() {
  std::vector<Counter> list;
  for (const auto& info : sim::counters)
    if (info.counted != sim::Counted::never) list.push_back(info.counter);
  return list;
}

struct Measured {
  std::string device, times;
  unsigned qpus = 0;
  double clock_hz = 0;
  bool clock_known = false;
  JobOutcome outcome;
  Values values;

  std::uint64_t value(Counter counter) const {
    for (const auto& [known, number] : values)
      if (known == counter) return number;
    return 0;
  }
  double seconds() const { return static_cast<double>(value(Counter::cycle_count)) / clock_hz; }
};

Measured measure(const JobFile& job, const std::string& name) {
  Device device = Device::open(name);
  if (!device.node().description().starts_with("/dev/") && device.is_simulated())
    throw Error{fmt::format("--device is for GPUs, and this is {}; without it the model says what "
                            "the job costs",
                            device.description())};
  const auto list = counters_of_jobs();
  std::vector<std::uint8_t> ids;
  for (const Counter counter : list) ids.push_back(static_cast<std::uint8_t>(counter));
  drm::Node& node = device.node();
  const auto perfmon = node.perfmon_create(ids).value();
  Measured m{.device = device.description(),
             .times = device.is_simulated() ? "simulated, not measured" : "measured",
             .qpus = device.qpus(),
             .clock_hz = device.info().clock_hz.value_or(960e6),
             .clock_known = device.info().clock_hz.has_value(),
             .outcome = run_job(job, node, device.dispatch_target(), perfmon),
             .values = {}};
  const auto numbers = node.perfmon_get_values(perfmon).value();
  for (std::size_t n = 0; n < list.size(); ++n) m.values.emplace_back(list[n], numbers[n]);
  return m;
}

/// Counters of stalls count turns of 4 cycles.
double share(const Measured& m, Counter turns) {
  const double all = static_cast<double>(m.value(Counter::cycle_count)) * m.qpus;
  return all == 0 ? 0 : 400 * static_cast<double>(m.value(turns)) / all;
}

void print(const Measured& m) {
  fmt::print("{}\n{}: counters of one run\n"
             "execution       {} ({} cycles at {:.0f} MHz{})\n"
             "as a program sees it {}\n",
             m.device, m.times, time_text(m.seconds()), m.value(Counter::cycle_count),
             m.clock_hz * 1e-6, m.clock_known ? "" : ", assumed",
             time_text(m.outcome.statistics.host_seconds));
  fmt::print("\nturns of {} QPUs\n", m.qpus);
  for (const Counter counter :
       {Counter::qpu_active, Counter::qpu_stalls_sfu, Counter::qpu_stalls_tmu,
        Counter::qpu_stalls_uniforms, Counter::qpu_ic_miss_bubble, Counter::qpu_wait_bubble})
    fmt::print("  {:5.1f} %  {:<24} {}\n", share(m, counter), info(counter).name,
               info(counter).text);
  fmt::print("\ncounters\n");
  for (const auto& [counter, number] : m.values)
    fmt::print("  {:>14}  {:<32} {}\n", number, info(counter).name, info(counter).text);
}

void print_json(const Measured& m) {
  Json counters;
  for (const auto& [counter, number] : m.values) counters[std::string{info(counter).name}] = number;
  fmt::print("{}\n", Json{{"device", m.device},
                          {"times", m.times},
                          {"execution_seconds", m.seconds()},
                          {"host_seconds", m.outcome.statistics.host_seconds},
                          {"counters", counters}}
                         .dump(2));
}

}  // namespace

int profile_on_device(const std::string& job_file, const std::string& device, bool json) {
  JobFileResult file = load_job(job_file);
  fmt::print(stderr, "{}", file.report);
  if (has_errors(file.diagnostics)) return input_wrong;
  const Measured m = measure(file.job, device);
  json ? print_json(m) : print(m);
  std::fflush(stdout);
  if (!m.outcome.error) return fine;
  fmt::print(stderr, "vc7: {}: {}\n", job_file, m.outcome.error->what());
  return input_wrong;
}

}  // namespace vc7::tool
