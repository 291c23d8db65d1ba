// SPDX-License-Identifier: MIT
//
// Performance monitors.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "calls.hpp"

namespace vc7::drm::raw {
namespace {

template <std::size_t size>
void copy_text(std::array<char, size>& to, std::string_view text) {
  to = {};
  std::ranges::copy(text.substr(0, size - 1), to.begin());
}

}  // namespace

int perfmon_create(Node& node, Caller&, uapi::PerfmonCreate& args) {
  if (args.ncounters > args.counters.size()) return EINVAL;
  std::array<Counter, max_perfmon_counters> counters{};
  std::ranges::transform(args.counters, counters.begin(),
                         [](std::uint8_t number) { return static_cast<Counter>(number); });
  const auto perfmon = node.perfmon_create(std::span{counters}.first(args.ncounters));
  if (perfmon) args.id = perfmon.value();
  return perfmon.error();
}

int perfmon_destroy(Node& node, Caller&, const uapi::PerfmonDestroy& args) {
  return node.perfmon_destroy(args.id).error();
}

int perfmon_get_values(Node& node, Caller& caller, const uapi::PerfmonGetValues& args) {
  if (args.pad != 0) return EINVAL;
  const auto values = node.perfmon_values(args.id);
  if (!values) return values.error();
  const auto& list = values.value();
  return caller.write(args.values, list.data(), list.size() * sizeof list[0]) ? 0 : EFAULT;
}

int perfmon_get_counter(Node& node, Caller&, uapi::PerfmonGetCounter& args) {
  if (std::ranges::any_of(args.reserved, [](std::uint8_t byte) { return byte != 0; }))
    return EINVAL;
  const auto text = node.perfmon_counter(static_cast<Counter>(args.counter));
  if (!text) return text.error();
  copy_text(args.name, text.value().name);
  copy_text(args.category, text.value().category);
  copy_text(args.description, text.value().description);
  return 0;
}

int perfmon_set_global(Node& node, Caller&, const uapi::PerfmonSetGlobal& args) {
  if ((args.flags & ~uapi::perfmon_clear_global) != 0) return EINVAL;
  return node.perfmon_set_global(args.id, args.flags != 0).error();
}

}  // namespace vc7::drm::raw
