// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <vc7/device/registers.hpp>

namespace vc7::detail {

/// Where a Raspberry Pi has its device tree and physical memory; tests have other ones.
struct PhysicalPlaces {
  std::string device_tree = "/proc/device-tree";
  std::string memory = "/dev/mem";
};

/// Maps hub and core0. Throws Error that says which file is missing or not allowed, and what to do.
std::shared_ptr<RegisterAccess> map_registers(const PhysicalPlaces& places = {});

}  // namespace vc7::detail
