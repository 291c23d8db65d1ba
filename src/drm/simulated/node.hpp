// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include <vc7/drm/cpu_job.hpp>
#include <vc7/drm/exported.hpp>
#include <vc7/drm/node.hpp>

#include "device.hpp"

namespace vc7::drm::simulated {

/// One open file of a simulated device.
class SimulatedNode final : public Node {
 public:
  SimulatedNode(std::shared_ptr<SimulatedDevice> device, ShortJobs short_jobs);
  ~SimulatedNode() override;

  std::string description() const override;
  bool simulated() const override { return true; }

  Result<BufferObject> create_bo(std::uint32_t size, std::uint32_t flags) override;
  Result<std::uint32_t> get_bo_offset(BoHandle bo) override;
  Result<Mapping> map_bo(BoHandle bo, std::size_t length) override;
  Result<void> gem_close(BoHandle bo) override;
  Result<void> wait_bo(BoHandle bo, std::uint64_t timeout_ns) override;

  Result<std::uint64_t> get_param(Param param) override;
  Result<std::uint64_t> get_cap(std::uint64_t capability) override;
  Result<void> submit_csd(const SubmitCsd& job) override;
  Result<void> submit_cl(const SubmitCl& job) override;
  Result<void> submit_tfu(const SubmitTfu& job) override;
  Result<void> submit_cpu(const SubmitCpu& job);

  Result<PerfmonId> perfmon_create(std::span<const std::uint8_t> counters) override;
  Result<void> perfmon_destroy(PerfmonId perfmon) override;
  Result<std::vector<std::uint64_t>> perfmon_get_values(PerfmonId perfmon) override;
  Result<CounterDescription> perfmon_get_counter(std::uint8_t counter) override;
  Result<void> perfmon_set_global(PerfmonId perfmon, bool clear) override;

  Result<SyncobjHandle> syncobj_create(bool signalled) override;
  Result<void> syncobj_destroy(SyncobjHandle syncobj) override;
  Result<std::uint32_t> syncobj_wait(std::span<const SyncobjHandle> syncobjs,
                                     std::uint64_t timeout_ns, SyncobjWait how) override;
  Result<void> syncobj_reset(std::span<const SyncobjHandle> syncobjs) override;
  Result<void> syncobj_signal(std::span<const SyncobjHandle> syncobjs) override;

  Result<std::uint32_t> syncobj_timeline_wait(std::span<const SyncobjHandle> syncobjs,
                                              std::span<const std::uint64_t> points,
                                              std::uint64_t timeout_ns, SyncobjWait how) override;
  Result<void> syncobj_timeline_signal(std::span<const SyncobjHandle> syncobjs,
                                       std::span<const std::uint64_t> points) override;
  Result<std::vector<std::uint64_t>> syncobj_query(std::span<const SyncobjHandle> syncobjs,
                                                   bool last_submitted) override;
  Result<void> syncobj_transfer(TimelinePoint from, TimelinePoint to) override;
  Result<FenceStatus> fence_status(SyncobjHandle syncobj) override;
  std::shared_ptr<const sim::JobResult> report(SyncobjHandle syncobj) override;

  // exported.hpp
  Result<Shared> export_bo(BoHandle bo);
  Result<BoHandle> import_bo(const Shared& object);
  Result<Shared> export_syncobj(SyncobjHandle syncobj);
  Result<SyncobjHandle> import_syncobj(const Shared& object);
  Result<Shared> export_fence(SyncobjHandle syncobj);
  Result<void> import_fence(SyncobjHandle syncobj, const Shared& object);
  Result<int> buffer_file(BoHandle bo);
  const std::shared_ptr<sim::Registers>& registers() const { return device_->registers(); }

 private:
  bool lacks_timelines() const;
  Result<std::uint32_t> wait_for(std::span<const SyncobjHandle> handles,
                                 std::span<const std::uint64_t> points, std::uint64_t timeout_ns,
                                 SyncobjWait how, const char* call);
  std::shared_ptr<Buffer> find_buffer(BoHandle bo);
  std::shared_ptr<Syncobj> find_syncobj(SyncobjHandle syncobj);
  Result<void> replace_fences(std::span<const SyncobjHandle> syncobjs, std::shared_ptr<Fence> fence,
                              const char* call);

  const std::shared_ptr<SimulatedDevice> device_;
  const std::shared_ptr<Client> client_;
};

}  // namespace vc7::drm::simulated
