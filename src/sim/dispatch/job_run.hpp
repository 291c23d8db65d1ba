// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "dispatch.hpp"
#include "supergroup.hpp"

namespace vc7::sim {

/// Hands out the supergroups of a job to host threads and collects what comes of them.
class JobRun {
 public:
  JobRun(const Dispatch& dispatch, JobContext& job, Engine engine)
      : dispatch_{dispatch}, job_{job}, engine_{engine} {}

  JobResult run(unsigned host_threads);

 private:
  /// What came of the supergroups `first` to `end` - 1; a fault is of the last of them.
  struct Part {
    std::uint32_t first = 0, end = 0;
    std::uint64_t instructions = 0, batches = 0;
    std::optional<Fault> fault = std::nullopt;

    void add(SupergroupResult supergroup);
  };

  std::unique_ptr<Executor> make_executor();
  void work(Executor& executor);
  void work_in_chunks(Executor& executor);
  void work_side_by_side(Executor& executor);
  bool run_one(Executor& executor, Part& part);
  void report(Part& part);
  void count(Part part);
  bool wanted(std::uint64_t task) const { return task <= faulted_.load(std::memory_order_relaxed); }

  const Dispatch& dispatch_;
  JobContext& job_;
  Engine engine_;
  /// Instructions that a supergroup executes before the next has its turn. Of a copy, with less the
  /// changes take too long, and with more its pieces do not stay in the host's cache.
  static constexpr std::uint64_t turn = 128;
  bool side_by_side_ = false;
  std::uint64_t chunk_ = 1;  ///< supergroups that a host thread takes at a time
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> faulted_ = ~std::uint64_t{0};
  std::mutex mutex_;
  std::uint64_t counted_ = 0;            ///< supergroups whose counts are in result_
  std::map<std::uint32_t, Part> ahead_;  ///< of later supergroups, by the first
  JobResult result_;
};

}  // namespace vc7::sim
