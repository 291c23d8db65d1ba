// SPDX-License-Identifier: MIT
//
// A submitted job as the Device keeps track of it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <source_location>

#include <vc7/asm/program.hpp>
#include <vc7/device/event.hpp>
#include <vc7/drm/node.hpp>

namespace vc7::detail {

class Core;

using Clock = std::chrono::steady_clock;

/// Which programs lie where, to find the source line of a faulting instruction.
using LoadedPrograms = std::map<std::uint32_t, std::shared_ptr<const Program>>;

/// How often the GPU was reset, as far as the kernel tells (v3d71 §14.6).
struct ResetCounters {
  std::optional<std::uint64_t> global, context;
};

/// Guarded by the mutex of the Core.
struct Job {
  std::uint64_t number = 0;  ///< from 1, in the order of submission
  drm::SyncobjHandle syncobj = 0;
  std::uint32_t uniforms = 0;  ///< address of the copied words, 0 if there are none
  std::source_location where;
  Clock::time_point submitted;
  ResetCounters resets;  ///< when it was submitted

  bool done = false;
  bool dropped = false;   ///< nobody has an Event of it
  bool reported = false;  ///< somebody got the error
  std::optional<JobError> error;
  std::optional<JobStatistics> statistics;
};

/// What the Events of a job share.
class JobHandle {
 public:
  JobHandle(std::shared_ptr<Core> core, std::shared_ptr<Job> job)
      : core_{std::move(core)}, job_{std::move(job)} {}
  ~JobHandle();
  JobHandle(const JobHandle&) = delete;
  JobHandle& operator=(const JobHandle&) = delete;

  Core& core() const { return *core_; }
  const std::shared_ptr<Job>& job() const { return job_; }

 private:
  std::shared_ptr<Core> core_;
  std::shared_ptr<Job> job_;
};

/// What is known of a job whose fence is done.
struct Ending {
  drm::FenceStatus fence;
  std::shared_ptr<const sim::JobResult> report;  ///< of the device model
  ResetCounters resets;                          ///< now
  bool simulated = false;
};

/// The error of a job that ended like this; nothing if all is well.
std::optional<JobError> judge(const Job& job, const Ending& ending, const LoadedPrograms& programs);

/// An error without a report of the model.
JobError job_error(const Job& job, JobErrorKind kind, const std::string& message);

/// The same error for somebody who did not wait for the job: names the submission, and how many
/// more there are.
JobError late_error(const JobError& error, std::size_t others);

}  // namespace vc7::detail
