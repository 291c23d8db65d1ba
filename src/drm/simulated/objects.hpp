// SPDX-License-Identifier: MIT
//
// What the simulated kernel keeps track of. All members are guarded by the mutex of the device
// unless they never change.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <vc7/drm/node.hpp>
#include <vc7/sim/command_list.hpp>
#include <vc7/sim/machine.hpp>

#include "handles.hpp"
#include "video_memory.hpp"

namespace vc7::drm::simulated {

/// Becomes done once and stays so.
struct Fence {
  bool done = false;
  int error = 0;                                 ///< positive errno
  std::shared_ptr<const sim::JobResult> report;  ///< of a job that was executed
};

/// A buffer object; gives its memory back when the last handle, mapping or job lets go.
struct Buffer {
  Buffer(std::shared_ptr<VideoMemory> from, std::uint32_t start, std::uint64_t bytes)
      : memory{std::move(from)}, address{start}, size{bytes} {}
  ~Buffer() { memory->release(address, size); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  const std::shared_ptr<VideoMemory> memory;
  const std::uint32_t address;
  const std::uint64_t size;
  /// Of the last job that uses the buffer. Earlier ones are done before it, as it waits for them.
  std::shared_ptr<Fence> fence;
};

/// A box for a fence.
struct Syncobj {
  std::shared_ptr<Fence> fence;
};

struct Perfmon {
  std::vector<Counter> counters;
  std::vector<std::uint64_t> values;  ///< one for each
  /// Adds what a job has moved.
  void count(const sim::JobResult& job);
};

/// One open file.
struct Client {
  Handles<Buffer> buffers;
  Handles<Syncobj> syncobjs;
  Handles<Perfmon> perfmons;
  std::uint64_t unfinished_jobs = 0;
  std::uint64_t resets = 0;  ///< jobs of this file that ended with an error
};

struct Job {
  std::shared_ptr<Client> client;
  Queue queue = Queue::csd;
  sim::CsdConfig cfg{};                       ///< of a compute job
  sim::CommandList list;                      ///< of a job of the binner or the renderer
  std::vector<std::shared_ptr<Fence>> waits;  ///< done before this job starts
  /// Of the job before in the same submission, which is among `waits`. If it failed, this one is
  /// not executed and ends in the same way.
  std::shared_ptr<Fence> follows;
  std::vector<std::shared_ptr<Buffer>> buffers;
  std::shared_ptr<Perfmon> perfmon;  ///< or null
  std::shared_ptr<Fence> fence;
  std::shared_ptr<sim::JobResult> result = std::make_shared<sim::JobResult>();
  std::atomic<bool> stop = false;
};

}  // namespace vc7::drm::simulated
