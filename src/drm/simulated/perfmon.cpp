// SPDX-License-Identifier: MIT
//
// Performance monitors of the simulated node (v3d71 §14.3, §14.7).
#include <algorithm>
#include <cerrno>
#include <new>

#include "node.hpp"

namespace vc7::drm::simulated {

Result<PerfmonId> SimulatedNode::perfmon_create(std::span<const std::uint8_t> counters) try {
  const auto& kernel = device_->kernel();
  const auto unknown = [&](std::uint8_t number) { return number >= kernel.perf_counters; };
  if (!kernel.perfmon || counters.empty() || counters.size() > most_perfmon_counters ||
      std::ranges::any_of(counters, unknown))
    return Failure{EINVAL, "perfmon_create"};
  auto perfmon = std::make_shared<Perfmon>();
  for (const auto number : counters) perfmon->counters.push_back(sim::Counter{number});
  perfmon->values.resize(counters.size());
  const auto lock = device_->lock();
  return client_->perfmons.add(std::move(perfmon));
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_create"};
}

Result<void> SimulatedNode::perfmon_destroy(PerfmonId perfmon) {
  const auto lock = device_->lock();
  const auto taken = client_->perfmons.take(perfmon);
  if (!taken) return Failure{EINVAL, "perfmon_destroy"};
  if (auto& global = device_->global_perfmon(lock); global == taken) global = nullptr;
  return {};
}

Result<std::vector<std::uint64_t>> SimulatedNode::perfmon_get_values(PerfmonId perfmon) try {
  const auto lock = device_->lock();
  const auto found = client_->perfmons.find(perfmon);
  if (!found) return Failure{EINVAL, "perfmon_get_values"};
  return found->values;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_get_values"};
}

Result<CounterDescription> SimulatedNode::perfmon_get_counter(std::uint8_t counter) try {
  const auto& kernel = device_->kernel();
  if (!kernel.get_counter || counter >= kernel.perf_counters)
    return Failure{EINVAL, "perfmon_get_counter"};
  const auto& info = sim::counters[counter];
  return CounterDescription{std::string{info.name}, std::string{info.category},
                            std::string{info.text}};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_get_counter"};
}

Result<void> SimulatedNode::perfmon_set_global(PerfmonId perfmon, bool clear) {
  const auto lock = device_->lock();
  auto found = client_->perfmons.find(perfmon);
  auto& global = device_->global_perfmon(lock);
  // Any perfmon of one's own will do to clear, as in the kernel.
  if (!device_->kernel().set_global || !found || (clear && !global))
    return Failure{EINVAL, "perfmon_set_global"};
  if (!clear && global) return Failure{EBUSY, "perfmon_set_global"};
  global = clear ? nullptr : std::move(found);
  return {};
}

}  // namespace vc7::drm::simulated
