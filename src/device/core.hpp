// SPDX-License-Identifier: MIT
//
// What a Device, its Buffers, Codes and Events share.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <span>
#include <vector>

#include <vc7/device/buffer.hpp>
#include <vc7/device/device.hpp>
#include <vc7/drm/node.hpp>

#include "heap.hpp"
#include "job.hpp"
#include <vc7/device/capture.hpp>

namespace vc7::detail {

class Core;

/// A loaded program; frees its memory.
struct CodeImage {
  CodeImage(std::shared_ptr<Core> owner, std::uint32_t start, std::shared_ptr<const Program> words,
            std::vector<Diagnostic> remarks)
      : core{std::move(owner)},
        address{start},
        program{std::move(words)},
        warnings{std::move(remarks)} {}
  ~CodeImage();
  CodeImage(const CodeImage&) = delete;
  CodeImage& operator=(const CodeImage&) = delete;

  const std::shared_ptr<Core> core;
  const std::uint32_t address;
  const std::shared_ptr<const Program> program;
  const std::vector<Diagnostic> warnings;
};

/// One mutex guards everything but the bytes of the buffers; it is not held while waiting for a
/// job. Jobs are told apart by a syncobj each, which is destroyed as soon as the end of the job is
/// seen.
class Core : public std::enable_shared_from_this<Core> {
 public:
  using Where = std::source_location;
  using Deadline = std::optional<Clock::time_point>;

  Core(std::unique_ptr<drm::Node> node, DeviceInfo info, DeviceOptions options,
       std::optional<Capture> capture = {});

  const DeviceInfo& info() const { return info_; }
  drm::Node& node() const { return *node_; }

  Block allocate(std::size_t count, std::size_t element_size, const Where& where);
  void free_buffer(std::uint32_t address) noexcept;
  std::shared_ptr<const CodeImage> load(Program program, const LoadOptions& options,
                                        const Where& where);
  void free_code(std::uint32_t address) noexcept;

  /// Copies `uniforms` if there are any and sets cfg[6] to the copy.
  std::shared_ptr<JobHandle> submit(std::array<std::uint32_t, 7> cfg,
                                    std::span<const std::uint32_t> uniforms, const Where& where);

  /// True: done. False: the deadline passed. No deadline: without limit. Throws Error if the device
  /// does not tell how the job ended, not the JobError.
  bool wait(const std::shared_ptr<Job>& job, Deadline deadline);
  /// Throws the error of a job that is done.
  void report(const std::shared_ptr<Job>& job);
  std::optional<JobStatistics> statistics(const std::shared_ptr<Job>& job);
  /// The last Event is gone.
  void drop(const std::shared_ptr<Job>& job) noexcept;

  /// Jobs count for the monitor until end_monitor().
  drm::PerfmonId start_monitor(std::span<const drm::Counter> counters, const Where& where);
  std::vector<std::uint64_t> monitor_values(drm::PerfmonId perfmon, const Where& where);
  void end_monitor(drm::PerfmonId perfmon) noexcept;

  void synchronize();
  /// Waits for the jobs in flight or stops them, then closes the node. Nothing can be allocated or
  /// submitted any more.
  void close() noexcept;

 private:
  using Lock = std::unique_lock<std::mutex>;

  ResetCounters reset_counters() const;
  bool wait_for_all(std::chrono::milliseconds grace);
  void enqueue(const Lock& lock, const std::shared_ptr<Job>& job,
               const std::array<std::uint32_t, 7>& cfg);
  void capture(const Lock& lock, const Job& job, const std::array<std::uint32_t, 7>& cfg);
  bool finish(const Lock& lock, const std::shared_ptr<Job>& job);
  void conclude(const Lock& lock, const std::shared_ptr<Job>& job, std::optional<JobError> error);
  void reap(const Lock& lock);
  void collect(const Lock& lock) noexcept;
  void throw_unreported(const Lock& lock, bool dropped_only);
  std::uint64_t last_user() const { return jobs_.empty() ? 0 : jobs_.back()->number; }
  [[noreturn]] void out_of_memory(const Lock& lock, const drm::Failure& failure, std::uint64_t size,
                                  const char* doing, const Where& where) const;

  const DeviceInfo info_;
  const DeviceOptions options_;
  std::optional<Capture> capture_;
  std::mutex mutex_;
  std::shared_ptr<drm::Node> node_;  // null once closed
  drm::PerfmonId perfmon_ = 0;       // of the jobs to come
  Heap data_, code_;
  LoadedPrograms programs_;
  struct Retired {
    std::uint32_t address;
    std::uint64_t last_user;
  };
  std::vector<Retired> retired_programs_;
  std::deque<std::shared_ptr<Job>> jobs_;     // in flight, oldest first
  std::vector<std::shared_ptr<Job>> failed_;  // and nobody knows yet
  std::uint64_t submitted_ = 0;
};

}  // namespace vc7::detail
