// SPDX-License-Identifier: MIT
//
// Requests of performance monitors (v3d71 §14.2, §14.3).
#include <algorithm>
#include <cerrno>
#include <span>
#include <string_view>

#include "calls.hpp"

namespace vc7::drm::raw {
namespace {

// The last byte stays 0, as in the kernel.
template <std::size_t size>
void copy_text(std::array<char, size>& to, std::string_view text) {
  to.fill(0);
  std::ranges::copy(text.substr(0, size - 1), to.begin());
}

}  // namespace

int perfmon_create(Node& node, Caller&, uapi::PerfmonCreate& args) {
  if (args.ncounters > args.counters.size()) return EINVAL;
  const auto perfmon = node.perfmon_create(std::span{args.counters}.first(args.ncounters));
  if (perfmon) args.id = perfmon.value();
  return perfmon.error();
}

int perfmon_destroy(Node& node, Caller&, const uapi::PerfmonDestroy& args) {
  return node.perfmon_destroy(args.id).error();
}

int perfmon_get_values(Node& node, Caller& caller, const uapi::PerfmonGetValues& args) {
  if (args.pad != 0) return EINVAL;
  const auto values = node.perfmon_get_values(args.id);
  if (!values) return values.error();
  const auto bytes = std::as_bytes(std::span{values.value()});
  return caller.write(args.values, bytes.data(), bytes.size()) ? 0 : EFAULT;
}

int perfmon_get_counter(Node& node, Caller&, uapi::PerfmonGetCounter& args) {
  if (std::ranges::any_of(args.reserved, [](auto byte) { return byte != 0; })) return EINVAL;
  const auto counter = node.perfmon_get_counter(args.counter);
  if (!counter) return counter.error();
  copy_text(args.name, counter.value().name);
  copy_text(args.category, counter.value().category);
  copy_text(args.description, counter.value().text);
  return 0;
}

int perfmon_set_global(Node& node, Caller&, const uapi::PerfmonSetGlobal& args) {
  if ((args.flags & ~uapi::perfmon_clear_global) != 0) return EINVAL;
  return node.perfmon_set_global(args.id, args.flags != 0).error();
}

}  // namespace vc7::drm::raw
