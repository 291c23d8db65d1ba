// SPDX-License-Identifier: MIT
//
// Performance monitors of the kernel.
#include <xf86drm.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "../uapi.hpp"
#include "kernel_node.hpp"

namespace vc7::drm::kernel {
namespace {

template <class Args>
int call(int fd, std::uint32_t request, Args& args) {
  return drmIoctl(fd, request, &args) == 0 ? 0 : errno;
}

template <std::size_t size>
std::string text(const std::array<char, size>& from) {
  return {from.begin(), std::ranges::find(from, '\0')};
}

}  // namespace

Result<PerfmonId> KernelNode::perfmon_create(std::span<const Counter> counters) try {
  uapi::PerfmonCreate args{};
  if (counters.size() > args.counters.size()) return Failure{EINVAL, "perfmon_create"};
  args.ncounters = static_cast<std::uint32_t>(counters.size());
  std::ranges::transform(counters, args.counters.begin(),
                         [](Counter counter) { return static_cast<std::uint8_t>(counter); });
  const std::lock_guard lock{mutex_};
  if (const int code = call(fd_.get(), uapi::perfmon_create, args))
    return Failure{code, "perfmon_create"};
  perfmon_sizes_[args.id] = counters.size();
  return args.id;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_create"};
}

Result<void> KernelNode::perfmon_destroy(PerfmonId perfmon) {
  uapi::PerfmonDestroy args{perfmon};
  const std::lock_guard lock{mutex_};
  if (const int code = call(fd_.get(), uapi::perfmon_destroy, args))
    return Failure{code, "perfmon_destroy"};
  perfmon_sizes_.erase(perfmon);
  return {};
}

// The kernel does not say how many values it writes.
Result<std::vector<std::uint64_t>> KernelNode::perfmon_values(PerfmonId perfmon) try {
  std::vector<std::uint64_t> values(max_perfmon_counters);
  uapi::PerfmonGetValues args{perfmon, 0, reinterpret_cast<std::uint64_t>(values.data())};
  const std::lock_guard lock{mutex_};
  if (const int code = call(fd_.get(), uapi::perfmon_get_values, args))
    return Failure{code, "perfmon_values"};
  values.resize(perfmon_sizes_[perfmon]);
  return values;
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_values"};
}

Result<void> KernelNode::perfmon_set_global(PerfmonId perfmon, bool clear) {
  uapi::PerfmonSetGlobal args{clear ? uapi::perfmon_clear_global : 0, perfmon};
  if (const int code = call(fd_.get(), uapi::perfmon_set_global, args))
    return Failure{code, "perfmon_set_global"};
  return {};
}

Result<CounterText> KernelNode::perfmon_counter(Counter counter) try {
  uapi::PerfmonGetCounter args{};
  args.counter = static_cast<std::uint8_t>(counter);
  if (const int code = call(fd_.get(), uapi::perfmon_get_counter, args))
    return Failure{code, "perfmon_counter"};
  return CounterText{text(args.category), text(args.name), text(args.description)};
} catch (const std::bad_alloc&) {
  return Failure{ENOMEM, "perfmon_counter"};
}

}  // namespace vc7::drm::kernel
