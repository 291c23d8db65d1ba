// SPDX-License-Identifier: MIT
//
// What the simulated kernel keeps track of. All members are guarded by the mutex of the device
// unless they never change.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <vc7/drm/node.hpp>
#include <vc7/drm/simulated.hpp>
#include <vc7/sim/command_list.hpp>
#include <vc7/sim/machine.hpp>

#include "handles.hpp"
#include "timeline.hpp"
#include "video_memory.hpp"

namespace vc7::drm::simulated {

/// A buffer object; gives its memory back when the last handle, mapping or job lets go.
struct Buffer {
  Buffer(std::shared_ptr<VideoMemory> from, std::uint32_t start, std::uint64_t bytes)
      : memory{std::move(from)}, address{start}, size{bytes} {}
  ~Buffer() { memory->release(address, size); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// A new descriptor of the file that holds it. ENODEV: buffers are not shared. EMFILE, ENFILE.
  Result<int> copy_file() const;

  const std::shared_ptr<VideoMemory> memory;
  const std::uint32_t address;
  const std::uint64_t size;
  /// Of the last job that uses the buffer. Earlier ones are done before it, as it waits for them.
  std::shared_ptr<Fence> fence;
};

/// Counters that are to be added up, and what they have come to.
struct Perfmon {
  std::vector<sim::Counter> counters;
  std::vector<std::uint64_t> values;

  /// A job has ended. The counter registers, which a job starts at 0, have 32 bits.
  void add(const sim::CounterValues& job) {
    for (std::size_t i = 0; i < counters.size(); ++i)
      if (const auto found = job.find(counters[i]); found != job.end())
        values[i] += static_cast<std::uint32_t>(found->second);
  }
};

/// One open file.
struct Client {
  Handles<Buffer> buffers;
  Handles<Syncobj> syncobjs;
  Handles<Perfmon> perfmons;
  std::uint64_t unfinished_jobs = 0;
  std::uint64_t resets = 0;  ///< jobs of this file that ended with an error
  ShortJobs short_jobs = ShortJobs::on_threads;
  bool last_was_short = false;  ///< its last compute job
};

/// What a job of the CPU queue finds out for the compute job behind it.
struct Indirect {
  bool empty = false;                     ///< nothing to execute
  std::array<std::uint32_t, 3> counts{};  ///< cfg[0] to cfg[2]
  std::uint32_t batches = 0;              ///< cfg[4]
};

struct Job {
  std::shared_ptr<Client> client;
  Queue queue = Queue::csd;
  sim::CsdConfig cfg{};                       ///< of a compute job
  std::shared_ptr<Indirect> indirect;         ///< changes cfg, if given
  std::function<void()> work;                 ///< of a job of the CPU
  sim::CommandList list;                      ///< of a job of the binner or the renderer
  std::vector<std::shared_ptr<Fence>> waits;  ///< done before this job starts
  /// Of the job before in the same submission, which is among `waits`. If it failed, this one is
  /// not executed and ends in the same way.
  std::shared_ptr<Fence> follows;
  std::vector<std::shared_ptr<Buffer>> buffers;
  std::shared_ptr<Fence> fence;
  std::shared_ptr<Perfmon> perfmon;  ///< or null
  std::shared_ptr<sim::JobResult> result = std::make_shared<sim::JobResult>();
  std::atomic<bool> stop = false;
};

}  // namespace vc7::drm::simulated
