// SPDX-License-Identifier: MIT
//
// A kernel for the kernel implementation, inside the test program: fake_kernel.cpp replaces ioctl,
// mmap, munmap and close for this executable, and answers those on files of /dev/full (which every
// Linux has, and nobody opens by accident) as a simulated V3D would.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <vc7/drm/simulated.hpp>

namespace vc7::drm::test {

/// One at a time. All files of the fake device are closed before it ends.
class FakeKernel {
 public:
  explicit FakeKernel(SimulatedOptions options);
  ~FakeKernel();
  FakeKernel(const FakeKernel&) = delete;
  FakeKernel& operator=(const FakeKernel&) = delete;

  static constexpr const char* path = "/dev/full";

  /// Asked first: an errno (or 0) that answers the ioctl instead of the simulated device.
  using Override = std::function<std::optional<int>(std::uint64_t request, void* argument)>;
  void set_override(Override override);

  /// Sync files that were exported and not closed again.
  std::size_t open_sync_files() const;
};

}  // namespace vc7::drm::test
