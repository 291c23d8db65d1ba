// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dispatch.hpp"

namespace vc7::sim {

struct SupergroupResult {
  std::optional<Fault> fault;
  std::uint64_t instructions = 0;
  std::uint64_t batches = 0;  ///< that came to their end
};

/// The batches of a supergroup, on one host thread. They run one after the other until one of them
/// waits at a barrier; from then on they take turns at every thread switch, as the racy but
/// hardware-proven programs of v3d71 §12.2 need it.
class Supergroup {
 public:
  static constexpr std::uint64_t endless = std::uint64_t{1} << 62;

  Supergroup(const Dispatch& dispatch, std::uint32_t number, JobContext& job, Executor& executor);

  std::uint32_t number() const { return number_; }
  /// Goes on, for about so many instructions where the executor pauses, and not beyond the end of
  /// a batch then. True if all is over.
  bool run(std::uint64_t instructions = endless);
  SupergroupResult take_result() { return std::move(result_); }

 private:
  struct Member {
    std::uint32_t index;
    std::unique_ptr<Batch> batch;
  };

  bool stopped(Member member, Exit exit);
  void finish();
  bool release();
  bool deadlock(std::string message);

  const Dispatch& dispatch_;
  std::uint32_t number_, size_;
  JobContext& job_;
  Executor& executor_;
  Member current_{};  ///< the one that executes before the first barrier
  std::vector<Member> ready_, waiting_;
  SupergroupResult result_;
};

/// Runs a whole supergroup.
SupergroupResult run_supergroup(const Dispatch& dispatch, std::uint32_t supergroup, JobContext& job,
                                Executor& executor);

/// The result of one that is not begun because JobContext::stop is set.
SupergroupResult stopped(const Dispatch& dispatch, std::uint32_t supergroup);

}  // namespace vc7::sim
