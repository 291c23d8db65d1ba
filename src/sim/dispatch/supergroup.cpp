// SPDX-License-Identifier: MIT
#include "supergroup.hpp"

#include <atomic>

#include "sim/exec/messages.hpp"

namespace vc7::sim {

Supergroup::Supergroup(const Dispatch& dispatch, std::uint32_t number, JobContext& job,
                       Executor& executor)
    : dispatch_{dispatch},
      number_{number},
      size_{dispatch.batches_in(number)},
      job_{job},
      executor_{executor} {}

bool Supergroup::run(std::uint64_t instructions) {
  while (current_.index < size_) {
    if (!current_.batch) current_.batch = executor_.start(dispatch_.start(number_, current_.index));
    const Exit exit = current_.batch->turn(instructions);
    if (exit == Exit::paused) return false;
    // A barrier in code that was reached late: earlier supergroups first (see Executor::serial).
    if (exit == Exit::barrier) executor_.wait_for_turn(job_.turns, number_);
    const std::uint32_t next = current_.index + 1;
    if (!stopped(std::move(current_), exit)) return true;
    current_ = {next, nullptr};
    if (instructions != endless && next < size_) return false;
  }
  finish();
  return true;
}

/// Takes in how a batch stopped. False: a fault, all is over.
bool Supergroup::stopped(Member member, Exit exit) {
  switch (exit) {
    case Exit::ended:
      result_.instructions += member.batch->instructions();
      ++result_.batches;
      if (job_.ended != nullptr) job_.ended->fetch_add(1, std::memory_order_relaxed);
      return true;
    case Exit::fault:
      result_.instructions += member.batch->instructions();
      result_.fault = member.batch->fault();
      return false;
    case Exit::barrier: waiting_.push_back(std::move(member)); return true;
    case Exit::switched:
    case Exit::paused: ready_.push_back(std::move(member)); return true;
  }
  return true;
}

/// Runs the waiting batches to their end.
void Supergroup::finish() {
  while (!waiting_.empty() || !ready_.empty()) {
    if (ready_.empty() && !release()) return;
    std::vector<Member> round;
    round.swap(ready_);
    for (Member& member : round) {
      const Exit exit = member.batch->resume(true);
      if (!stopped(std::move(member), exit)) return;
    }
  }
}

bool Supergroup::release() {
  const auto arrived = static_cast<std::uint32_t>(waiting_.size());
  if (size_ > dispatch_.resident())
    return deadlock(messages::barrier_not_resident(size_, dispatch_.resident()));
  if (arrived != size_) return deadlock(messages::barrier_incomplete(arrived, size_));
  ready_.swap(waiting_);
  return true;
}

bool Supergroup::deadlock(std::string message) {
  const BatchStart start = dispatch_.start(number_, waiting_.front().index);
  result_.fault = Fault{.kind = FaultKind::deadlock,
                        .message = std::move(message),
                        .batch = start.batch,
                        .qpu = start.qpu,
                        .thread = start.thread};
  return false;
}

SupergroupResult run_supergroup(const Dispatch& dispatch, std::uint32_t supergroup, JobContext& job,
                                Executor& executor) {
  Supergroup all{dispatch, supergroup, job, executor};
  all.run();
  return all.take_result();
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
