// SPDX-License-Identifier: MIT
//
// The chips that the device model knows (v3d71 §18 rows 1 and 33).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vc7::sim {

/// One stepping of the Raspberry Pi 5's GPU: its size and the identity words that it reports.
struct Topology {
  std::string_view name;  ///< "7.1.7", "7.1.10"
  unsigned slices;
  unsigned qpus_per_slice;
  std::uint32_t uifcfg, hub_ident1, hub_ident2, hub_ident3, core0_ident0, core0_ident1,
      core0_ident2;

  friend constexpr bool operator==(const Topology&, const Topology&) = default;
  constexpr unsigned qpus() const { return slices * qpus_per_slice; }
};

/// BCM2712 C1 (16 QPUs) and D0 (12 QPUs).
inline constexpr std::array<Topology, 2> topologies{{
    {"7.1.7", 4, 4, 0x45, 0x00081117, 0x00001900, 0x00000700, 0x07443356, 0x81001441, 0xc0078101},
    {"7.1.10", 3, 4, 0x45, 0x00081117, 0x00001900, 0x00020a10, 0x07443356, 0x81001431, 0xc0078101},
}};
inline constexpr const Topology& topology_7_1_7 = topologies[0];
/// The default: nearly all published QPU measurements are from this chip.
inline constexpr const Topology& topology_7_1_10 = topologies[1];

/// The preset of that name, nothing if there is none.
constexpr std::optional<Topology> find_topology(std::string_view name) {
  for (const auto& t : topologies)
    if (t.name == name) return t;
  return std::nullopt;
}

/// QPU threads: 2 with 64 registers each, or 4 with 32.
constexpr unsigned threads_per_qpu(bool four_way) { return four_way ? 4 : 2; }

}  // namespace vc7::sim
