// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <mutex>
#include <string>

#include <vc7/drm/node.hpp>

#include "fd.hpp"

namespace vc7::drm::kernel {

Result<std::uint64_t> get_param(int fd, Param param);

/// A DRM file of the v3d driver. The kernel does the book-keeping and locking, but for the number
/// of counters of a monitor, which it does not tell.
class KernelNode final : public Node {
 public:
  /// `fd` is known to be a V3D that takes compute jobs, of the device model if `simulated`.
  KernelNode(Fd fd, std::string description, bool simulated);

  std::string description() const override { return description_; }
  bool simulated() const override { return simulated_; }

  Result<BufferObject> create_bo(std::uint32_t size, std::uint32_t flags) override;
  Result<std::uint32_t> get_bo_offset(BoHandle bo) override;
  Result<Mapping> map_bo(BoHandle bo, std::size_t length) override;
  Result<void> gem_close(BoHandle bo) override;
  Result<void> wait_bo(BoHandle bo, std::uint64_t timeout_ns) override;

  Result<std::uint64_t> get_param(Param param) override;
  Result<void> submit_csd(const SubmitCsd& job) override;
  Result<void> submit_cl(const SubmitCl& job) override;
  Result<void> submit_tfu(const SubmitTfu& job) override;

  Result<PerfmonId> perfmon_create(std::span<const Counter> counters) override;
  Result<void> perfmon_destroy(PerfmonId perfmon) override;
  Result<std::vector<std::uint64_t>> perfmon_values(PerfmonId perfmon) override;
  Result<void> perfmon_set_global(PerfmonId perfmon, bool clear) override;
  Result<CounterText> perfmon_counter(Counter counter) override;

  Result<SyncobjHandle> syncobj_create(bool signalled) override;
  Result<void> syncobj_destroy(SyncobjHandle syncobj) override;
  Result<std::uint32_t> syncobj_wait(std::span<const SyncobjHandle> syncobjs,
                                     std::uint64_t timeout_ns, SyncobjWait how) override;
  Result<void> syncobj_reset(std::span<const SyncobjHandle> syncobjs) override;
  Result<void> syncobj_signal(std::span<const SyncobjHandle> syncobjs) override;
  Result<FenceStatus> fence_status(SyncobjHandle syncobj) override;
  std::shared_ptr<const sim::JobResult> report(SyncobjHandle) override { return nullptr; }

 private:
  const Fd fd_;
  const std::string description_;
  const bool simulated_;
  std::mutex mutex_;
  std::map<PerfmonId, std::size_t> perfmon_sizes_;  ///< numbers of their counters
};

}  // namespace vc7::drm::kernel
