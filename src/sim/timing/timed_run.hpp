// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include <vc7/sim/machine.hpp>
#include <vc7/sim/timing.hpp>

#include "sim/dispatch/dispatch.hpp"
#include "sim/exec/executor.hpp"
#include "trace.hpp"

namespace vc7::sim::timing {

/// Executes a job and times it. Supergroups are executed in the order of the job, as without
/// timing, each when the model starts its first batch: what is kept of them is for the batches that
/// are resident.
class TimedRun {
 public:
  /// `job.traces` must be `traces`.
  TimedRun(const Dispatch& dispatch, JobContext& job, Traces& traces, Executor& executor);

  /// Instructions, batches, fault; the report has the times.
  JobResult run(Report& report);

 private:
  std::unique_ptr<BatchTrace> trace_of(std::uint32_t batch);

  const Dispatch& dispatch_;
  JobContext& job_;
  Traces& traces_;
  Executor& executor_;
  std::uint32_t next_supergroup_ = 0;
  JobResult result_;
};

}  // namespace vc7::sim::timing
