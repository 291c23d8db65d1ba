// SPDX-License-Identifier: MIT
#include "timed_run.hpp"

#include "core.hpp"
#include "sim/dispatch/supergroup.hpp"
#include "sim/exec/messages.hpp"
#include "sites.hpp"

namespace vc7::sim::timing {

TimedRun::TimedRun(const Dispatch& dispatch, JobContext& job, Traces& traces, Executor& executor)
    : dispatch_{dispatch}, job_{job}, traces_{traces}, executor_{executor} {}

std::unique_ptr<BatchTrace> TimedRun::trace_of(std::uint32_t batch) {
  if (auto trace = traces_.take(batch)) return trace;
  if (result_.fault || next_supergroup_ == dispatch_.supergroups()) return nullptr;
  SupergroupResult part = job_.stop != nullptr && job_.stop->load(std::memory_order_relaxed)
                              ? stopped(dispatch_, next_supergroup_)
                              : run_supergroup(dispatch_, next_supergroup_, job_, executor_);
  result_.instructions += part.instructions;
  result_.batches += part.batches;
  result_.fault = std::move(part.fault);
  job_.turns.done(next_supergroup_, next_supergroup_ + 1);
  ++next_supergroup_;
  return traces_.take(batch);
}

JobResult TimedRun::run(Report& report) {
  Sites sites{job_.memory};
  const std::uint32_t per_supergroup = dispatch_.batches_per_supergroup();
  const Job job{.batches = dispatch_.batches(),
                .threads_per_qpu = threads_per_qpu(dispatch_.four_way()),
                .uniform_start = dispatch_.uniforms(),
                .supergroup_of = [=](std::uint32_t batch) { return batch / per_supergroup; },
                .size_of = [&](std::uint32_t group) { return dispatch_.batches_in(group); },
                .trace_of = [&](std::uint32_t batch) { return trace_of(batch); }};
  Core{job, sites, report}.run();
  result_.warnings = job_.warnings.take();
  result_.host = executor_.execution();
  result_.host.threads = 1;
  return std::move(result_);
}

}  // namespace vc7::sim::timing
