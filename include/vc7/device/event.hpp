// SPDX-License-Identifier: MIT
//
// A submitted job, seen from the host.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include <vc7/base/error.hpp>
#include <vc7/sim/fault.hpp>
#include <vc7/sim/machine.hpp>

namespace vc7 {

namespace detail {
class JobHandle;
}

/// Why a job did not come to its end.
enum class JobErrorKind : std::uint8_t {
  fault,  ///< the device model stopped it: bad address, no instruction, broken rule, ...
  hang,   ///< no progress: killed by the kernel (v3d71 §14.5), or out of the model's budget
  reset,  ///< the GPU was reset while the job was in flight, perhaps for another program's job
  device_lost,  ///< the device does not answer any more
  stopped,      ///< the Device was closed while the job was running
};

/// "fault", "hang", ...
std::string_view name(JobErrorKind kind);

/// A line of source or of assembly text.
struct SourcePlace {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;  ///< 0: unknown
};

/// A job that failed. What it wrote before it failed stays written. The message is one line, for a
/// fault of the model
///   MMU fault: TMU load at ... (batch 3, QPU 3, thread 0, lane 5) at kernel.cpp:42: <instruction>
class JobError : public Error {
 public:
  struct Details {
    JobErrorKind kind = JobErrorKind::fault;
    std::optional<sim::Fault> fault;   ///< what the device model saw
    std::optional<SourcePlace> place;  ///< of the faulting instruction, if it was loaded with one
    SourcePlace submitted;             ///< the call of submit()
  };

  JobError(const std::string& message, Details details)
      : Error{message}, details_{std::make_shared<const Details>(std::move(details))} {}

  JobErrorKind kind() const { return details_->kind; }
  const std::optional<sim::Fault>& fault() const { return details_->fault; }
  const std::optional<SourcePlace>& place() const { return details_->place; }
  const SourcePlace& submitted() const { return details_->submitted; }

 private:
  std::shared_ptr<const Details> details_;  // an exception must be copyable without throwing
};

/// What the device model counted. Simulated: says nothing about the time on a real GPU.
struct JobStatistics {
  std::uint64_t instructions = 0;  ///< executed by all batches
  std::uint64_t batches = 0;       ///< run to their end
  /// Host time from submit() to the moment the end was noticed: right for run(). With several jobs
  /// in flight it includes the time of those before, and the time until somebody asked.
  double host_seconds = 0;
  std::vector<std::string> warnings;  ///< accepted by the model, but not what hardware promises
  sim::HostExecution host = {};       ///< how the model executed it
  /// Modelled times, if the model was asked for them (sim::Options::timing).
  std::shared_ptr<const sim::timing::Report> timing = nullptr;
};

/// The fence of one job. A handle: copies are the same job. May be used by several threads, and may
/// outlive the Device (which then has waited for or stopped the job).
///
/// An Event may be dropped. If its job fails unseen, the next Device::submit() or synchronize()
/// throws the error instead, and if there is none, the Device reports it when it is closed.
class Event {
 public:
  /// No job: done.
  Event() = default;
  explicit Event(std::shared_ptr<detail::JobHandle> handle) : handle_{std::move(handle)} {}

  /// Waits until the job is done. Throws JobError if it failed, every time.
  void wait() const;

  /// Waits for this long at most. True: done; false: still running. Throws JobError if it failed. A
  /// negative duration is 0.
  template <class Rep, class Period>
  bool wait_for(std::chrono::duration<Rep, Period> duration) const {
    using Limit = std::chrono::duration<double>;
    // Far beyond any job, far below the overflow of the clock.
    constexpr Limit year{86400.0 * 365};
    const Limit wanted = std::max(Limit{duration}, Limit{0});
    if (!(wanted < year)) return wait_nanoseconds(std::chrono::nanoseconds::max());
    return wait_nanoseconds(std::chrono::duration_cast<std::chrono::nanoseconds>(wanted));
  }

  /// True if the job is done, well or not. Does not wait, does not throw JobError.
  bool ready() const;

  /// Of the device model, once the job is done, also after a failure; nothing before that and on a
  /// real GPU.
  std::optional<JobStatistics> statistics() const;

 private:
  bool wait_nanoseconds(std::chrono::nanoseconds limit) const;

  std::shared_ptr<detail::JobHandle> handle_;
};

}  // namespace vc7
