// SPDX-License-Identifier: MIT
//
// The simulated GPU and its queue.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include <vc7/drm/simulated.hpp>

#include "objects.hpp"
#include "video_memory.hpp"

namespace vc7::drm {

/// One mutex guards everything but the bytes of the buffers; it is not held while a job runs.
///
/// Jobs run one after the other in the order of their submission, over all files. A fence that a
/// job could wait for exists before the job is submitted and belongs to an earlier job, so no job
/// ever has to wait once it is its turn.
class SimulatedDevice {
 public:
  explicit SimulatedDevice(SimulatedOptions options);
  /// Stops the running job, drops the others.
  ~SimulatedDevice();
  SimulatedDevice(const SimulatedDevice&) = delete;
  SimulatedDevice& operator=(const SimulatedDevice&) = delete;

  using Lock = std::unique_lock<std::mutex>;
  Lock lock() { return Lock{mutex_}; }

  /// Appends a job. Throws std::system_error or std::bad_alloc with nothing changed.
  void submit(const Lock& lock, std::unique_ptr<simulated::Job> job);

  /// The file is closed: waits for its jobs for the grace time, then stops and drops what is left.
  void close(const std::shared_ptr<simulated::Client>& client);

  /// Wakes the threads in wait() after a change to a fence or a syncobj.
  void changed() {
    changed_.notify_all();
    if (options_.on_change) options_.on_change();
  }

  /// Waits until `ready()`, which is called with the lock held; false after `timeout_ns`.
  template <class Ready>
  bool wait(Lock& lock, std::uint64_t timeout_ns, Ready ready) {
    if (ready()) return true;
    if (timeout_ns == 0) return false;
    if (timeout_ns >= endless_ns) {
      changed_.wait(lock, ready);
      return true;
    }
    const std::chrono::nanoseconds timeout{static_cast<std::int64_t>(timeout_ns)};
    return changed_.wait_until(lock, std::chrono::steady_clock::now() + timeout, ready);
  }

  std::uint64_t resets(const Lock&) const { return resets_; }
  /// Counts the jobs of all files if it is not null.
  std::shared_ptr<simulated::Perfmon>& global_perfmon(const Lock&) { return global_perfmon_; }
  const KernelFlavour& kernel() const { return options_.kernel; }
  const sim::Topology& topology() const { return options_.machine.topology; }
  const std::shared_ptr<simulated::VideoMemory>& memory() const { return memory_; }
  const std::shared_ptr<sim::Registers>& registers() const { return registers_; }

 private:
  /// 146 years; longer ones would overflow the clock.
  static constexpr std::uint64_t endless_ns = std::uint64_t{1} << 62;

  void work();
  void tell_start(const simulated::Job& job) const;
  void execute(simulated::Job& job) noexcept;
  void finish(const Lock& lock, simulated::Job& job, int error,
              std::shared_ptr<const sim::JobResult> report);

  const SimulatedOptions options_;
  const std::shared_ptr<simulated::VideoMemory> memory_;
  const std::shared_ptr<sim::Registers> registers_;
  std::mutex mutex_;
  std::condition_variable changed_;  // a fence is done, or a syncobj has a new one
  std::condition_variable wake_;     // work for the thread
  std::deque<std::unique_ptr<simulated::Job>> queue_;
  simulated::Job* running_ = nullptr;
  std::uint64_t resets_ = 0;
  std::shared_ptr<simulated::Perfmon> global_perfmon_;
  bool quit_ = false;
  std::thread thread_;  // from the first job on
};

}  // namespace vc7::drm
