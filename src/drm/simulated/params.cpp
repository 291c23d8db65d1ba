// SPDX-License-Identifier: MIT
#include <cerrno>

#include "node.hpp"

namespace vc7::drm::simulated {

Result<std::uint64_t> SimulatedNode::get_param(Param param) {
  const auto& chip = device_->topology();
  const auto& kernel = device_->kernel();
  const auto value = [](std::uint64_t number) { return Result<std::uint64_t>{number}; };
  switch (param) {
    case Param::uifcfg: return value(chip.uifcfg);
    case Param::hub_ident1: return value(chip.hub_ident1);
    case Param::hub_ident2: return value(chip.hub_ident2);
    case Param::hub_ident3: return value(chip.hub_ident3);
    case Param::core0_ident0: return value(chip.core0_ident0);
    case Param::core0_ident1: return value(chip.core0_ident1);
    case Param::core0_ident2: return value(chip.core0_ident2);
    // As on a Pi 5 (v3d71 §14.6). Mesa refuses a device without TFU or cache flush, though a
    // compute-only session uses neither (reference/drm-clients.md).
    case Param::supports_tfu: return value(1);
    case Param::supports_csd: return value(1);
    case Param::supports_cache_flush: return value(1);
    case Param::supports_multisync_ext: return value(1);
    case Param::supports_perfmon: return value(kernel.perfmon ? 1 : 0);
    case Param::supports_cpu_queue:
      if (!kernel.cpu_queue) break;
      return value(1);
    case Param::max_perf_counters:
      if (!kernel.get_counter) break;
      return value(kernel.perf_counters);
    case Param::global_reset_counter:
      if (!kernel.reset_counters) break;
      return value(device_->resets(device_->lock()));
    case Param::context_reset_counter: {
      if (!kernel.reset_counters) break;
      const auto lock = device_->lock();
      return value(client_->resets);
    }
  }
  return Failure{EINVAL, "get_param"};
}

}  // namespace vc7::drm::simulated
