// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <vc7/base/error.hpp>
#include <vc7/device/job_file.hpp>

#include "device/job.hpp"

namespace vc7 {
namespace {

using Clock = std::chrono::steady_clock;

struct Range {
  std::uint32_t address;
  std::uint64_t size;
};

/// The pages of segments and code; those that touch are one range, as a kernel may be able to give
/// them only together.
std::vector<Range> pages_of(const JobFile& job) {
  constexpr std::uint64_t page = sim::Memory::page_size;
  std::map<std::uint64_t, std::uint64_t> ends;  // by start
  const auto add = [&](std::uint64_t address, std::uint64_t size) {
    const std::uint64_t end = (address + size + page - 1) / page * page;
    auto& known = ends[address / page * page];
    known = std::max(known, end);
  };
  for (const JobSegment& segment : job.memory) add(segment.address, segment.size);
  if (job.program.size() != 0) add(job.code_address, job.program.size_bytes());
  std::vector<Range> ranges;
  std::uint64_t last_end = 0;
  for (const auto& [start, end] : ends) {
    if (!ranges.empty() && start <= last_end) {
      last_end = std::max(last_end, end);
      ranges.back().size = last_end - ranges.back().address;
      continue;
    }
    ranges.push_back({static_cast<std::uint32_t>(start), end - start});
    last_end = end;
  }
  return ranges;
}

/// `at(address, size)` gives the bytes that the GPU has there.
template <class At>
void write_memory(const JobFile& job, At at) {
  for (const JobSegment& segment : job.memory) {
    try {
      fill(at(segment.address, segment.size), segment.content);
    } catch (const Error& error) {
      throw Error{fmt::format("segment \"{}\": {}", segment.name, error.what())};
    }
  }
  if (job.program.size() == 0) return;
  const auto code = at(job.code_address, job.program.size_bytes());
  std::memcpy(code.data(), job.program.words().data(), code.size());
}

template <class At>
void find_outputs(const JobFile& job, At at, JobOutcome& outcome) {
  for (const JobOutput& output : job.outputs) {
    const auto segment = std::ranges::find(job.memory, output.memory, &JobSegment::name);
    if (segment == job.memory.end() || output.offset > segment->size ||
        output.size > segment->size - output.offset)
      throw Error{fmt::format("output of {} bytes at {} of \"{}\", which is no such segment",
                              output.size, output.offset, output.memory)};
    outcome.outputs.push_back(
        at(static_cast<std::uint32_t>(segment->address + output.offset), output.size));
  }
}

/// What the Device would say about a job that ended like this.
void judge_into(JobOutcome& outcome, const JobFile& job, const detail::Ending& ending,
                const detail::ResetCounters& before) {
  detail::LoadedPrograms programs;
  if (job.program.size() != 0)
    programs.emplace(job.code_address, std::make_shared<const Program>(job.program));
  detail::Job record;
  record.resets = before;
  outcome.error = detail::judge(record, ending, programs);
  if (ending.report == nullptr) return;
  outcome.statistics.instructions = ending.report->instructions;
  outcome.statistics.batches = ending.report->batches;
  outcome.statistics.warnings = ending.report->warnings;
  outcome.statistics.host = ending.report->host;
  outcome.statistics.timing = ending.report->timing;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// ---- a kernel ----

template <class T>
T value_or_throw(drm::Result<T> result) {
  if (!result) throw Error{drm::describe(result.failure())};
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

/// The buffer objects of a job; closed in the end.
class Objects {
 public:
  explicit Objects(drm::Node& node) : node_{node} {}
  ~Objects() {
    for (const auto handle : handles) (void)node_.gem_close(handle);
  }
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;

  void add(Range range) {
    if (range.size > 0xffffffff)
      throw Error{"the job wants all 4 GiB of addresses; a kernel does not give address 0"};
    const auto object = value_or_throw(node_.create_bo(static_cast<std::uint32_t>(range.size)));
    handles.push_back(object.handle);
    if (object.address != range.address)
      throw Error{fmt::format("{}: the kernel put {} bytes at address 0x{:08x}, the job wants them "
                              "at 0x{:08x}, and addresses are the kernel's choice; the device "
                              "model gives every address: --device sim",
                              node_.description(), range.size, object.address, range.address)};
    mappings.emplace(range.address, value_or_throw(node_.map_bo(object.handle, range.size)));
  }

  std::span<std::byte> at(std::uint32_t address, std::uint64_t size) const {
    const auto& [start, mapping] = *std::prev(mappings.upper_bound(address));
    return mapping.bytes().subspan(address - start, size);
  }

  std::vector<drm::BoHandle> handles;
  std::map<std::uint32_t, drm::Mapping> mappings;

 private:
  drm::Node& node_;
};

/// A syncobj; destroyed in the end.
class Syncobj {
 public:
  explicit Syncobj(drm::Node& node) : handle{value_or_throw(node.syncobj_create())}, node_{node} {}
  ~Syncobj() { (void)node_.syncobj_destroy(handle); }
  Syncobj(const Syncobj&) = delete;
  Syncobj& operator=(const Syncobj&) = delete;

  const drm::SyncobjHandle handle;

 private:
  drm::Node& node_;
};

detail::ResetCounters reset_counters(drm::Node& node) {
  const auto ask = [&](drm::Param param) -> std::optional<std::uint64_t> {
    const auto answer = node.get_param(param);
    if (!answer || node.simulated()) return {};
    return answer.value();
  };
  return {ask(drm::Param::global_reset_counter), ask(drm::Param::context_reset_counter)};
}

}  // namespace

JobOutcome run_job(const JobFile& job, sim::Options options, std::atomic<std::uint64_t>* ended) {
  if (job.instruction_limit) options.instruction_budget = *job.instruction_limit;
  const auto machine = std::make_shared<sim::Machine>(options);
  for (const Range& range : pages_of(job)) machine->memory().map(range.address, range.size);
  const auto at = [&](std::uint32_t address, std::uint64_t size) {
    return std::span{machine->memory().at(address), static_cast<std::size_t>(size)};
  };
  write_memory(job, at);
  const auto cfg = configuration(job, {.qpus = options.topology.qpus()});

  JobOutcome outcome;
  const auto start = Clock::now();
  const auto report = std::make_shared<const sim::JobResult>(machine->run(cfg, nullptr, ended));
  outcome.statistics.host_seconds = seconds_since(start);
  detail::Ending ending{.fence = {.signalled = true}, .report = report, .resets = {}};
  ending.simulated = true;
  judge_into(outcome, job, ending, {});
  find_outputs(job, at, outcome);
  outcome.memory = machine;
  return outcome;
}

JobOutcome run_job(const JobFile& job, drm::Node& node, const DispatchTarget& target,
                   drm::PerfmonId perfmon) {
  const auto objects = std::make_shared<Objects>(node);
  for (const Range& range : pages_of(job)) objects->add(range);
  const auto at = [&](std::uint32_t address, std::uint64_t size) {
    return objects->at(address, size);
  };
  write_memory(job, at);

  JobOutcome outcome;
  const Syncobj syncobj{node};
  const auto resets = reset_counters(node);
  const auto start = Clock::now();
  value_or_throw(node.submit_csd({.cfg = configuration(job, target),
                                  .bo_handles = objects->handles,
                                  .out_sync = syncobj.handle,
                                  .perfmon_id = perfmon,
                                  .multi_sync = {}}));
  (void)value_or_throw(node.syncobj_wait({&syncobj.handle, 1}, drm::wait_forever));
  outcome.statistics.host_seconds = seconds_since(start);
  judge_into(outcome, job,
             {.fence = value_or_throw(node.fence_status(syncobj.handle)),
              .report = node.report(syncobj.handle),
              .resets = reset_counters(node),
              .simulated = node.simulated()},
             resets);
  find_outputs(job, at, outcome);
  // The mappings stay when the handles are closed.
  outcome.memory =
      std::make_shared<std::map<std::uint32_t, drm::Mapping>>(std::move(objects->mappings));
  return outcome;
}

}  // namespace vc7
