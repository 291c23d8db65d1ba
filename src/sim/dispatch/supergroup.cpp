// SPDX-License-Identifier: MIT
#include "supergroup.hpp"

#include <atomic>
#include <memory>
#include <vector>

#include "sim/exec/messages.hpp"

namespace vc7::sim {
namespace {

/// The batches of a supergroup that uses a barrier.
class Group {
 public:
  Group(const Dispatch& dispatch, std::uint32_t supergroup, std::uint32_t size,
        std::atomic<std::uint64_t>* ended)
      : dispatch_{dispatch}, supergroup_{supergroup}, size_{size}, ended_{ended} {}

  SupergroupResult result;

  /// Takes in how a batch stopped. False: a fault, all is over.
  bool stopped(std::unique_ptr<Batch> batch, std::uint32_t index, Exit exit) {
    switch (exit) {
      case Exit::ended:
        result.instructions += batch->instructions();
        ++result.batches;
        if (ended_ != nullptr) ended_->fetch_add(1, std::memory_order_relaxed);
        return true;
      case Exit::fault:
        result.instructions += batch->instructions();
        result.fault = batch->fault();
        return false;
      case Exit::barrier: waiting_.push_back({index, std::move(batch)}); return true;
      case Exit::switched: ready_.push_back({index, std::move(batch)}); return true;
    }
    return true;
  }

  /// Runs the waiting batches to their end.
  void finish() {
    while (!waiting_.empty() || !ready_.empty()) {
      if (ready_.empty() && !release()) return;
      std::vector<Member> round;
      round.swap(ready_);
      for (Member& member : round) {
        const Exit exit = member.batch->resume(true);
        if (!stopped(std::move(member.batch), member.index, exit)) return;
      }
    }
  }

 private:
  struct Member {
    std::uint32_t index;
    std::unique_ptr<Batch> batch;
  };

  bool release() {
    const auto arrived = static_cast<std::uint32_t>(waiting_.size());
    if (size_ > dispatch_.resident())
      return deadlock(messages::barrier_not_resident(size_, dispatch_.resident()));
    if (arrived != size_) return deadlock(messages::barrier_incomplete(arrived, size_));
    ready_.swap(waiting_);
    return true;
  }

  bool deadlock(std::string message) {
    const BatchStart start = dispatch_.start(supergroup_, waiting_.front().index);
    result.fault = Fault{.kind = FaultKind::deadlock,
                         .message = std::move(message),
                         .batch = start.batch,
                         .qpu = start.qpu,
                         .thread = start.thread};
    return false;
  }

  const Dispatch& dispatch_;
  std::uint32_t supergroup_, size_;
  std::atomic<std::uint64_t>* ended_;  // of the whole job; or null
  std::vector<Member> ready_, waiting_;
};

}  // namespace

SupergroupResult run_supergroup(const Dispatch& dispatch, std::uint32_t supergroup, JobContext& job,
                                Executor& executor) {
  const std::uint32_t size = dispatch.batches_in(supergroup);
  Group group{dispatch, supergroup, size, job.ended};
  for (std::uint32_t index = 0; index < size; ++index) {
    auto batch = executor.start(dispatch.start(supergroup, index));
    const Exit exit = batch->resume(false);
    // A barrier in code that was reached late: earlier supergroups first (see Executor::serial).
    if (exit == Exit::barrier) job.turns.wait_for(supergroup);
    if (!group.stopped(std::move(batch), index, exit)) return std::move(group.result);
  }
  group.finish();
  return std::move(group.result);
}

SupergroupResult stopped(const Dispatch& dispatch, std::uint32_t supergroup) {
  const BatchStart start = dispatch.start(supergroup, 0);
  SupergroupResult result;
  result.fault = Fault{.kind = FaultKind::budget,
                       .message = messages::stopped(),
                       .batch = start.batch,
                       .qpu = start.qpu,
                       .thread = start.thread};
  return result;
}

}  // namespace vc7::sim
