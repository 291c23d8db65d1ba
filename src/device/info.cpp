// SPDX-License-Identifier: MIT
#include "info.hpp"

#include <array>
#include <fstream>
#include <string_view>

#include "message.hpp"

namespace vc7::detail {
namespace {

struct ParamName {
  drm::Param param;
  std::string_view name;
};

using enum drm::Param;
constexpr std::array<ParamName, 16> param_names{{
    {uifcfg, "uifcfg"},
    {hub_ident1, "hub_ident1"},
    {hub_ident2, "hub_ident2"},
    {hub_ident3, "hub_ident3"},
    {core0_ident0, "core0_ident0"},
    {core0_ident1, "core0_ident1"},
    {core0_ident2, "core0_ident2"},
    {supports_tfu, "supports_tfu"},
    {supports_csd, "supports_csd"},
    {supports_cache_flush, "supports_cache_flush"},
    {supports_perfmon, "supports_perfmon"},
    {supports_multisync_ext, "supports_multisync_ext"},
    {supports_cpu_queue, "supports_cpu_queue"},
    {max_perf_counters, "max_perf_counters"},
    {global_reset_counter, "global_reset_counter"},
    {context_reset_counter, "context_reset_counter"},
}};

std::uint32_t ask(drm::Node& node, drm::Param param) {
  const auto answer = node.get_param(param);
  if (!answer)
    throw Error{fmt::format("{}: cannot ask what it is: {}", node.description(),
                            drm::describe(answer.failure()))};
  return static_cast<std::uint32_t>(answer.value());
}

// The firmware's clock as the kernel shows it, to root only on most systems.
std::optional<double> clock_of_hardware() {
  std::ifstream file{"/sys/kernel/debug/clk/fw-clk-v3d/clk_rate"};
  double hertz = 0;
  if (!(file >> hertz) || hertz <= 0) return {};
  return hertz;
}

}  // namespace

DeviceInfo ask_info(drm::Node& node, const std::string& note) {
  DeviceInfo info;
  info.description = node.description() + note;
  info.simulated = node.simulated();
  // Fields: v3d71 §14.6, §15.
  const std::uint32_t ident1 = ask(node, core0_ident1);
  info.major = ask(node, core0_ident0) >> 24;
  info.minor = ident1 & 0xf;
  info.revision = ask(node, hub_ident3) >> 8 & 0xff;
  info.version = fmt::format("{}.{}.{}", info.major, info.minor, info.revision);
  if (info.major != 7)
    throw Error{
        fmt::format("{}: it is a V3D {}, allowed is 7.x", node.description(), info.version)};
  info.slices = ident1 >> 4 & 0xf;
  info.qpus_per_slice = ident1 >> 8 & 0xf;
  if (info.qpus() == 0)
    throw Error{fmt::format("{}: {} slices with {} QPUs (core0_ident1 is 0x{:08x})",
                            node.description(), info.slices, info.qpus_per_slice, ident1)};
  if (!info.simulated) info.clock_hz = clock_of_hardware();
  for (const auto& [param, name] : param_names)
    if (const auto answer = node.get_param(param))
      info.parameters.emplace_back(name, answer.value());
  return info;
}

}  // namespace vc7::detail
