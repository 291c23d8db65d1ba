// SPDX-License-Identifier: MIT
#include "job_run.hpp"

#include <algorithm>
#include <list>
#include <thread>
#include <utility>
#include <vector>

namespace vc7::sim {

JobResult JobRun::run(unsigned host_threads) {
  auto executor = make_executor();
  executor->prepare();
  const std::uint32_t tasks = dispatch_.supergroups();
  const auto threads =
      static_cast<unsigned>(std::min<std::uint64_t>(executor->serial() ? 1 : host_threads, tasks));
  side_by_side_ =
      executor->pauses() && threads < tasks && dispatch_.batches() <= dispatch_.resident();
  chunk_ = std::clamp<std::uint64_t>(tasks / (std::max(threads, 1u) * 16), 1, 64);
  {
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < threads; ++i) helpers.emplace_back([this] { work(*make_executor()); });
    work(*executor);
  }
  result_.warnings = job_.warnings.take();
  result_.host = executor->execution();
  result_.host.threads = std::max(threads, 1u);
  return std::move(result_);
}

std::unique_ptr<Executor> JobRun::make_executor() {
  const bool oracle = engine_ == Engine::oracle || job_.trap_hazards;
  return oracle ? make_oracle(job_) : make_interpreter(job_);
}

void JobRun::work(Executor& executor) {
  side_by_side_ ? work_side_by_side(executor) : work_in_chunks(executor);
  executor.finish_before = nullptr;
}

/// What comes of a chunk is reported at once: a supergroup may take less than a microsecond, and
/// host threads that report each would wait for each other most of the time.
void JobRun::work_in_chunks(Executor& executor) {
  const std::uint64_t tasks = dispatch_.supergroups();
  Part part;
  executor.finish_before = [&](std::uint32_t) { report(part); };
  for (bool more = true; more;) {
    const std::uint64_t first = next_.fetch_add(chunk_);
    if (first >= tasks) return;
    const auto end = static_cast<std::uint32_t>(std::min(first + chunk_, tasks));
    part.first = part.end = static_cast<std::uint32_t>(first);
    while (more && part.end < end) more = run_one(executor, part);
    report(part);
  }
}

/// Runs the supergroup after those of `part`. False if none after it is wanted.
bool JobRun::run_one(Executor& executor, Part& part) {
  const std::uint32_t task = part.end;
  if (!wanted(task)) return false;
  const bool stop = job_.stop != nullptr && job_.stop->load(std::memory_order_relaxed);
  part.add(stop ? stopped(dispatch_, task) : run_supergroup(dispatch_, task, job_, executor));
  return !part.fault;
}

/// All batches of the job are resident at a time, so they share its data by turns: each takes the
/// next piece. One after the other they would walk over all of it, again and again; side by side,
/// as on the GPU, they walk over it once, which host memory likes.
void JobRun::work_side_by_side(Executor& executor) {
  std::list<Supergroup> open;
  const auto report_one = [&](Supergroup& group) {
    Part part{.first = group.number(), .end = group.number()};
    part.add(group.take_result());
    report(part);
  };
  executor.finish_before = [&](std::uint32_t task) {
    while (open.front().number() < task) {
      open.front().run();
      report_one(open.front());
      open.pop_front();
    }
  };
  const std::uint64_t tasks = dispatch_.supergroups();
  for (bool more = true; more || !open.empty();) {
    if (more) {
      const std::uint64_t task = next_.fetch_add(1);
      more = task < tasks;
      if (more) open.emplace_back(dispatch_, static_cast<std::uint32_t>(task), job_, executor);
    }
    for (auto group = open.begin(); group != open.end();) {
      if (wanted(group->number()) && !group->run(turn)) {
        ++group;
        continue;
      }
      if (wanted(group->number())) report_one(*group);
      group = open.erase(group);
    }
  }
}

void JobRun::Part::add(SupergroupResult supergroup) {
  ++end;
  instructions += supergroup.instructions;
  batches += supergroup.batches;
  fault = std::move(supergroup.fault);
}

/// Leaves an empty part behind, which goes on where this one ends.
void JobRun::report(Part& part) {
  if (part.first == part.end) return;
  Part done = std::exchange(part, {.first = part.end, .end = part.end});
  const std::uint32_t first = done.first, end = done.end;
  {
    const std::lock_guard lock{mutex_};
    // The first supergroup in the order of the job decides, however many threads run.
    if (done.fault && end - 1 < faulted_) {
      faulted_ = end - 1;
      result_.fault = std::move(done.fault);
      job_.turns.cancel_after(end - 1);
    }
    count(std::move(done));
  }
  job_.turns.done(first, end);
}

/// Adds up in the order of the job and not past a fault, so that the sums do not depend on the
/// number of threads.
void JobRun::count(Part part) {
  const std::uint32_t first = part.first;
  ahead_.emplace(first, std::move(part));
  for (auto next = ahead_.begin();
       next != ahead_.end() && next->first == counted_ && wanted(counted_);
       next = ahead_.erase(next)) {
    counted_ = next->second.end;
    result_.instructions += next->second.instructions;
    result_.batches += next->second.batches;
  }
}

}  // namespace vc7::sim
