// SPDX-License-Identifier: MIT
//
// Performance monitors of the simulated node (v3d71 §14.3).
#include <algorithm>
#include <cerrno>
#include <new>
#include <string>
#include <utility>

#include "node.hpp"

namespace vc7::drm::simulated {
namespace {

// What the model knows of a counter after a job. Hardware counts in 32 bits, and adds what a job
// has moved to 64.
std::uint64_t moved(Counter counter, const sim::JobResult& job) {
  return counter == Counter::qpu_active ? job.instructions & 0xffffffffu : 0;
}

}  // namespace

void Perfmon::count(const sim::JobResult& job) {
  for (std::size_t i = 0; i < counters.size(); ++i) values[i] += moved(counters[i], job);
}

Result<PerfmonId> SimulatedNode::perfmon_create(std::span<const Counter> wanted) try {
  const auto missing = [](Counter c) { return static_cast<std::size_t>(c) >= counters.size(); };
  if (wanted.empty() || wanted.size() > max_perfmon_counters ||
      std::ranges::any_of(wanted, missing))
    return Failure{EINVAL, "perfmon_create"};
  auto perfmon = std::make_shared<Perfmon>();
  perfmon->counters.assign(wanted.begin(), wanted.end());
  perfmon->values.resize(wanted.size());
  const auto lock = device_->lock();
  return client_->perfmons.add(std::move(perfmon));
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_create"};
}

Result<void> SimulatedNode::perfmon_destroy(PerfmonId id) {
  const auto lock = device_->lock();
  const auto perfmon = client_->perfmons.take(id);
  if (!perfmon) return Failure{EINVAL, "perfmon_destroy"};
  if (auto& global = device_->global_perfmon(lock); global == perfmon) global = nullptr;
  return {};
}

Result<std::vector<std::uint64_t>> SimulatedNode::perfmon_values(PerfmonId id) try {
  const auto lock = device_->lock();
  const auto perfmon = client_->perfmons.find(id);
  if (!perfmon) return Failure{EINVAL, "perfmon_values"};
  return perfmon->values;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_values"};
}

Result<void> SimulatedNode::perfmon_set_global(PerfmonId id, bool clear) {
  const auto lock = device_->lock();
  const auto perfmon = client_->perfmons.find(id);
  auto& global = device_->global_perfmon(lock);
  if (!perfmon || (clear && !global)) return Failure{EINVAL, "perfmon_set_global"};
  if (!clear && global) return Failure{EBUSY, "perfmon_set_global"};
  global = clear ? nullptr : perfmon;
  return {};
}

Result<CounterText> SimulatedNode::perfmon_counter(Counter counter) {
  if (static_cast<std::size_t>(counter) >= counters.size())
    return Failure{EINVAL, "perfmon_counter"};
  const auto& known = info(counter);
  return CounterText{std::string{known.category}, std::string{known.name},
                     std::string{known.description}};
}

}  // namespace vc7::drm::simulated
