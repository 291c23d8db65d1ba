// SPDX-License-Identifier: MIT
//
// Performance monitors of a real kernel.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include "../uapi.hpp"
#include "call.hpp"
#include "kernel_node.hpp"

namespace vc7::drm::kernel {
namespace {

template <std::size_t size>
std::string text(const std::array<char, size>& from) {
  return {from.data(), strnlen(from.data(), size)};
}

}  // namespace

Result<PerfmonId> KernelNode::perfmon_create(std::span<const std::uint8_t> counters) try {
  uapi::PerfmonCreate args{};
  if (counters.size() > args.counters.size()) return Failure{EINVAL, "perfmon_create"};
  args.ncounters = static_cast<std::uint32_t>(counters.size());
  std::ranges::copy(counters, args.counters.begin());
  const std::lock_guard lock{mutex_};
  if (const int code = call(fd_.get(), uapi::perfmon_create, args))
    return Failure{code, "perfmon_create"};
  perfmon_sizes_[args.id] = counters.size();
  return args.id;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_create"};
}

Result<void> KernelNode::perfmon_destroy(PerfmonId perfmon) {
  uapi::PerfmonDestroy args{.id = perfmon};
  const std::lock_guard lock{mutex_};
  const int code = call(fd_.get(), uapi::perfmon_destroy, args);
  if (code == 0) perfmon_sizes_.erase(perfmon);
  return status(code, "perfmon_destroy");
}

Result<std::vector<std::uint64_t>> KernelNode::perfmon_get_values(PerfmonId perfmon) try {
  std::vector<std::uint64_t> values(most_perfmon_counters);
  uapi::PerfmonGetValues args{.id = perfmon, .pad = 0, .values = pointer(values.data())};
  const std::lock_guard lock{mutex_};
  if (const int code = call(fd_.get(), uapi::perfmon_get_values, args))
    return Failure{code, "perfmon_get_values"};
  values.resize(perfmon_sizes_[perfmon]);
  return values;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_get_values"};
}

Result<CounterDescription> KernelNode::perfmon_get_counter(std::uint8_t counter) try {
  uapi::PerfmonGetCounter args{};
  args.counter = counter;
  if (const int code = call(fd_.get(), uapi::perfmon_get_counter, args))
    return Failure{code, "perfmon_get_counter"};
  return CounterDescription{text(args.name), text(args.category), text(args.description)};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_get_counter"};
}

Result<void> KernelNode::perfmon_set_global(PerfmonId perfmon, bool clear) {
  uapi::PerfmonSetGlobal args{.flags = clear ? uapi::perfmon_clear_global : 0, .id = perfmon};
  return status(call(fd_.get(), uapi::perfmon_set_global, args), "perfmon_set_global");
}

}  // namespace vc7::drm::kernel
