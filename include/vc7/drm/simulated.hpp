// SPDX-License-Identifier: MIT
//
// The kernel interface on top of the device model.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <vc7/drm/kernel_flavour.hpp>
#include <vc7/drm/node.hpp>
#include <vc7/sim/machine.hpp>
#include <vc7/sim/registers.hpp>

namespace vc7::drm {

/// Executes one compute job; called for one job at a time, in the order of submission.
/// Must return soon after `stop` becomes true, whatever the result then is.
using CsdExecutor =
    std::function<sim::JobResult(const sim::CsdConfig& cfg, const std::atomic<bool>& stop)>;

/// A job that is about to be executed, and the buffers that it lists.
struct JobStart {
  struct Memory {
    std::uint32_t address = 0;
    std::span<const std::byte> bytes;
  };
  sim::CsdConfig cfg{};
  std::vector<Memory> buffers;
};

/// A job that has been executed.
struct JobDone {
  Queue queue = Queue::csd;
  const sim::JobResult& result;
};

struct SimulatedOptions {
  sim::Options machine = {};
  /// Runs the jobs instead of sim::Machine::run if set: lets tests block, fail and count.
  CsdExecutor executor = {};
  /// Which kernel it is like.
  KernelFlavour kernel = newest_kernel;
  /// How long closing a Node waits for its jobs before it stops them. The kernel's scheduler waits
  /// a second.
  std::chrono::milliseconds close_grace{1000};
  /// A compute job of which no batch ends for so long is stopped (v3d71 §14.5: the kernel gives it
  /// half a second); 0: never, as the model may be that slow.
  std::chrono::milliseconds job_timeout{0};
  /// Buffers are files in memory that other processes can map: see buffer_file().
  bool shared_buffers = false;
  /// Called after every change to a fence or a syncobj, with locks held: only to wake somebody.
  std::function<void()> on_change = {};
  /// Called before each compute job by the thread that executes it, without locks of the device.
  std::function<void(const JobStart&)> on_job_start = {};
  /// Called after each job by the thread that has executed it, without locks of the device.
  std::function<void(const JobDone&)> on_job_done = {};
  /// Asked after each compute job that was executed, with the time that this took: how long after
  /// its start it ends for programs; less has no effect. By the thread that has executed it,
  /// without locks of the device. With it no job is left to its caller.
  std::function<std::chrono::nanoseconds(const JobDone&, std::chrono::nanoseconds taken)> lasts =
      {};
  /// Of the registers: see sim::Registers.
  sim::Registers::Clock clock = {};
  /// Asked before each compute job, by the thread that executes it: true, and the job hangs, and
  /// the GPU is reset (v3d71 §14.5).
  std::function<bool()> hangs = {};
};

/// One simulated GPU: memory, queue and the threads that execute jobs. Several Nodes may be open on
/// it at once, as several processes may open the real one. Opaque; lives until the last Node is
/// closed.
class SimulatedDevice;

/// Throws vc7::Error if the host does not give 4 GiB of address space.
std::shared_ptr<SimulatedDevice> make_simulated_device(SimulatedOptions options = {});

/// The machine of the device, null if the options gave an executor.
sim::Machine* machine(SimulatedDevice& device);

/// The registers of the device (v3d71 §15).
const std::shared_ptr<sim::Registers>& registers(SimulatedDevice& device);
/// The same of the device of a node of open_simulated(); null for others.
std::shared_ptr<sim::Registers> registers(Node& node);

/// Who executes a compute job that will probably be over before another thread is awake: that can
/// take five times as long as an empty job.
enum class ShortJobs {
  on_threads,  ///< the threads of the device, as all others
  /// Whoever has submitted it, by a call of run_short_job() once the submission has been told of.
  by_caller,
};

/// Opens a file on the device.
std::unique_ptr<Node> open_simulated(std::shared_ptr<SimulatedDevice> device,
                                     ShortJobs short_jobs = ShortJobs::on_threads);

/// The device has left a job to the caller: one that can start at once, of a file of which the last
/// job took less than 50 us. Nothing is promised of this one.
bool short_job_left(SimulatedDevice& device);
/// Executes it, if there is one.
void run_short_job(SimulatedDevice& device);

/// A new descriptor of the file that holds a buffer of `node`, which is one of open_simulated() on
/// a device with shared_buffers; else ENODEV. ENOENT: unknown handle. EMFILE, ENFILE.
Result<int> buffer_file(Node& node, BoHandle bo);

/// A file on a device of its own.
std::unique_ptr<Node> open_simulated(SimulatedOptions options = {});

}  // namespace vc7::drm
