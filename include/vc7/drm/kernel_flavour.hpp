// SPDX-License-Identifier: MIT
//
// What differs between the kernels that drive a Raspberry Pi 5, for the device model to be like one
// of them. What a kernel does not know is answered with EINVAL (v3d71 §14.3, §14.6), timelines with
// EOPNOTSUPP.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vc7::drm {

struct KernelFlavour {
  std::string_view name = "newest";
  bool perfmon = true;               ///< PERFMON_CREATE, DESTROY, GET_VALUES, parameter 10
  std::uint32_t perf_counters = 93;  ///< counters that a perfmon may have
  bool get_counter = true;           ///< PERFMON_GET_COUNTER and parameter 13
  bool set_global = true;            ///< PERFMON_SET_GLOBAL
  bool cpu_queue = true;             ///< SUBMIT_CPU and parameter 12
  bool reset_counters = true;        ///< parameters 14 and 15
  bool timelines = true;             ///< syncobjs with points
};

/// "newest" has everything that this interface can have; the others are as mainline Linux of that
/// version, as far as is known.
inline constexpr std::array<KernelFlavour, 3> kernel_flavours{{
    {.name = "6.6",
     .perf_counters = 87,
     .get_counter = false,
     .set_global = false,
     .cpu_queue = false,
     .reset_counters = false,
     .timelines = false},
    {.name = "6.12", .set_global = false, .reset_counters = false, .timelines = false},
    {},
}};
inline constexpr const KernelFlavour& newest_kernel = kernel_flavours.back();

/// The flavour of that name, nothing if there is none.
constexpr std::optional<KernelFlavour> find_kernel_flavour(std::string_view name) {
  for (const auto& flavour : kernel_flavours)
    if (flavour.name == name) return flavour;
  return std::nullopt;
}

}  // namespace vc7::drm
