// SPDX-License-Identifier: MIT
//
// The simulated GPU and its queues.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include <vc7/drm/simulated.hpp>

#include "objects.hpp"
#include "video_memory.hpp"
#include "watchdog.hpp"

namespace vc7::drm {

/// One mutex guards everything but the bytes of the buffers; it is not held while a job runs.
///
/// One thread executes the compute jobs, another those of all other queues; a short compute job may
/// be left to the thread that has submitted it. Each takes the first
/// job in the order of submission that is ready: the fences it waits for are done, and no earlier
/// job of the same file and queue is left. A job waits only for fences that existed when it was
/// submitted, so for earlier jobs. The earliest job of all is therefore running or ready, and every
/// job ends by itself, by its budget or by `stop`: nothing waits for ever.
///
/// A job also waits for the earlier jobs that use its buffers. The kernel does so for the last job
/// of a submission only: what a program forgets to wait for between queues may not show here.
class SimulatedDevice {
 public:
  explicit SimulatedDevice(SimulatedOptions options);
  /// Stops the running job, drops the others.
  ~SimulatedDevice();
  SimulatedDevice(const SimulatedDevice&) = delete;
  SimulatedDevice& operator=(const SimulatedDevice&) = delete;

  using Lock = std::unique_lock<std::mutex>;
  Lock lock() { return Lock{mutex_}; }

  using Jobs = std::list<std::unique_ptr<simulated::Job>>;

  /// Appends the jobs of one submission. Throws std::system_error with nothing changed.
  void submit(const Lock& lock, Jobs jobs);

  /// See vc7/drm/simulated.hpp.
  bool short_job_left();
  void run_short_job();

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

  struct Worker {
    simulated::Job* running = nullptr;  // by the thread, or by run_short_job()
    std::thread thread;                 // from the first job on that is not left to callers
  };

  Worker& worker(Queue queue) { return workers_[queue == Queue::csd ? 0 : 1]; }
  bool can_leave(const Lock& lock, const Jobs& jobs);
  std::unique_ptr<simulated::Job> take_ready(const Lock& lock, const Worker& mine);
  bool ready(Jobs::const_iterator job) const;
  void stop_running(const Lock& lock, const simulated::Client* client);
  void work(Worker& mine);
  void run(Lock& lock, Worker& mine, simulated::Job& job);
  void pace(Lock& lock, const simulated::Job& job, std::chrono::steady_clock::time_point start);
  void end(const Lock& lock, simulated::Job& job);
  void tell_start(const simulated::Job& job) const;
  void execute(simulated::Job& job) noexcept;
  void run_compute(simulated::Job& job);
  void finish(const Lock& lock, simulated::Job& job, int error,
              std::shared_ptr<const sim::JobResult> report);

  const SimulatedOptions options_;
  const std::shared_ptr<simulated::VideoMemory> memory_;
  const std::shared_ptr<sim::Registers> registers_;
  std::mutex mutex_;
  std::condition_variable changed_;  // a fence is done, or a syncobj has a new one
  std::condition_variable wake_;     // a job may be ready
  Jobs queue_;                       // in the order of submission, without the running ones
  simulated::Job* left_ = nullptr;   // which of them is left to its caller
  simulated::Watchdog watchdog_;     // of the compute jobs
  std::array<Worker, 2> workers_;
  std::uint64_t resets_ = 0;
  std::shared_ptr<simulated::Perfmon> global_perfmon_;
  bool quit_ = false;
};

}  // namespace vc7::drm
