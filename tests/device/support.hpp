// SPDX-License-Identifier: MIT
//
// Devices whose jobs a test decides, and a node that counts what is asked of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <source_location>
#include <string>
#include <vector>

#include <vc7/device/device.hpp>
#include <vc7/drm/simulated.hpp>

namespace vc7::test {

using namespace std::chrono_literals;

/// The text of the Error that `call` throws; empty if it throws none.
template <class E = Error, class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  return {};
}

/// ":41: " if it is called in line 42. Not inside of a macro: all of it is one line to the
/// compiler.
inline std::string line_before(std::source_location where = std::source_location::current()) {
  return ":" + std::to_string(where.line() - 1) + ": ";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

#define EXPECT_CONTAINS(text, part) \
  EXPECT_TRUE(::vc7::test::contains(text, part)) << "the text: " << (text) << "\nlacks: " << (part)

inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator files{"/proc/self/fd"};
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

/// What a node has seen, and what it is to answer.
struct Watch {
  std::atomic<int> objects{0}, syncobjs{0}, created_objects{0}, open_nodes{0};
  std::mutex mutex;
  std::vector<std::array<std::uint32_t, 7>> cfgs;
  std::vector<std::size_t> object_counts;  ///< buffer objects named by each job

  // A GPU instead of the model, and its misfortunes.
  bool hardware = false;
  std::atomic<int> fence_error{0}, create_error{0}, submit_error{0}, wait_error{0}, status_error{0};
  std::atomic<std::uint64_t> global_resets{0}, context_resets{0};
  bool tells_resets = true;
  std::uint32_t hub_ident3 = 0;  ///< 0: as below

  bool clean() const { return objects == 0 && syncobjs == 0 && open_nodes == 0; }
};

class WatchedNode : public drm::Node {
 public:
  WatchedNode(std::unique_ptr<drm::Node> below, std::shared_ptr<Watch> watch)
      : below_{std::move(below)}, watch_{std::move(watch)} {
    ++watch_->open_nodes;
  }
  ~WatchedNode() override {
    below_.reset();
    // Handles die with the file.
    watch_->objects -= own_objects_;
    watch_->syncobjs -= own_syncobjs_;
    --watch_->open_nodes;
  }

  std::string description() const override {
    return watch_->hardware ? "a GPU" : below_->description();
  }
  bool simulated() const override { return !watch_->hardware; }
  drm::Result<drm::BufferObject> create_bo(std::uint32_t size, std::uint32_t flags) override {
    if (watch_->create_error != 0) return drm::Failure{watch_->create_error, "create_bo"};
    auto result = below_->create_bo(size, flags);
    if (result) ++watch_->objects, ++watch_->created_objects, ++own_objects_;
    return result;
  }
  drm::Result<std::uint32_t> get_bo_offset(drm::BoHandle bo) override {
    return below_->get_bo_offset(bo);
  }
  drm::Result<drm::Mapping> map_bo(drm::BoHandle bo, std::size_t length) override {
    return below_->map_bo(bo, length);
  }
  drm::Result<void> gem_close(drm::BoHandle bo) override {
    auto result = below_->gem_close(bo);
    if (result) --watch_->objects, --own_objects_;
    return result;
  }
  drm::Result<std::uint64_t> get_param(drm::Param param) override {
    if (param == drm::Param::hub_ident3 && watch_->hub_ident3 != 0)
      return std::uint64_t{watch_->hub_ident3};
    if (watch_->hardware) {
      const bool known = watch_->tells_resets;
      if (param == drm::Param::global_reset_counter || param == drm::Param::context_reset_counter) {
        if (!known) return drm::Failure{EINVAL, "get_param"};
        return std::uint64_t{param == drm::Param::global_reset_counter ? watch_->global_resets
                                                                       : watch_->context_resets};
      }
    }
    return below_->get_param(param);
  }
  drm::Result<void> submit_csd(const drm::SubmitCsd& job) override {
    if (watch_->submit_error != 0) return drm::Failure{watch_->submit_error, "submit_csd"};
    {
      const std::lock_guard lock{watch_->mutex};
      watch_->cfgs.push_back(job.cfg);
      watch_->object_counts.push_back(job.bo_handles.size());
    }
    return below_->submit_csd(job);
  }
  drm::Result<void> submit_cl(const drm::SubmitCl& job) override { return below_->submit_cl(job); }
  drm::Result<void> submit_tfu(const drm::SubmitTfu& job) override {
    return below_->submit_tfu(job);
  }
  drm::Result<drm::PerfmonId> perfmon_create(std::span<const drm::Counter> counters) override {
    return below_->perfmon_create(counters);
  }
  drm::Result<void> perfmon_destroy(drm::PerfmonId perfmon) override {
    return below_->perfmon_destroy(perfmon);
  }
  drm::Result<std::vector<std::uint64_t>> perfmon_values(drm::PerfmonId perfmon) override {
    return below_->perfmon_values(perfmon);
  }
  drm::Result<void> perfmon_set_global(drm::PerfmonId perfmon, bool clear) override {
    return below_->perfmon_set_global(perfmon, clear);
  }
  drm::Result<drm::CounterText> perfmon_counter(drm::Counter counter) override {
    return below_->perfmon_counter(counter);
  }
  drm::Result<void> wait_bo(drm::BoHandle bo, std::uint64_t timeout) override {
    return below_->wait_bo(bo, timeout);
  }
  drm::Result<drm::SyncobjHandle> syncobj_create(bool signalled) override {
    auto result = below_->syncobj_create(signalled);
    if (result) ++watch_->syncobjs, ++own_syncobjs_;
    return result;
  }
  drm::Result<void> syncobj_destroy(drm::SyncobjHandle syncobj) override {
    auto result = below_->syncobj_destroy(syncobj);
    if (result) --watch_->syncobjs, --own_syncobjs_;
    return result;
  }
  drm::Result<std::uint32_t> syncobj_wait(std::span<const drm::SyncobjHandle> syncobjs,
                                          std::uint64_t timeout, drm::SyncobjWait how) override {
    if (watch_->wait_error != 0) return drm::Failure{watch_->wait_error, "syncobj_wait"};
    return below_->syncobj_wait(syncobjs, timeout, how);
  }
  drm::Result<void> syncobj_reset(std::span<const drm::SyncobjHandle> syncobjs) override {
    return below_->syncobj_reset(syncobjs);
  }
  drm::Result<void> syncobj_signal(std::span<const drm::SyncobjHandle> syncobjs) override {
    return below_->syncobj_signal(syncobjs);
  }
  drm::Result<drm::FenceStatus> fence_status(drm::SyncobjHandle syncobj) override {
    if (watch_->status_error != 0) return drm::Failure{watch_->status_error, "fence_status"};
    auto status = below_->fence_status(syncobj);
    if (status && watch_->hardware) status.value().error = watch_->fence_error;
    return status;
  }
  std::shared_ptr<const sim::JobResult> report(drm::SyncobjHandle syncobj) override {
    return watch_->hardware ? nullptr : below_->report(syncobj);
  }

 private:
  std::unique_ptr<drm::Node> below_;
  std::shared_ptr<Watch> watch_;
  std::atomic<int> own_objects_{0}, own_syncobjs_{0};
};

/// Runs jobs by a function of the test and knows how to hold them back.
class FakeGpu {
 public:
  using Run = std::function<sim::JobResult(const sim::CsdConfig&)>;

  explicit FakeGpu(Run run = {}) : run_{std::move(run)} {}

  Device open(DeviceOptions options = {}) {
    drm::SimulatedOptions simulated;
    simulated.executor = [this](const sim::CsdConfig& cfg, const std::atomic<bool>& stop) {
      return execute(cfg, stop);
    };
    simulated.close_grace = 0ms;
    return Device::from(
        std::make_unique<WatchedNode>(drm::open_simulated(std::move(simulated)), watch),
        std::move(options));
  }

  /// Jobs wait for release(), or until they are stopped.
  void hold() { held_ = true; }
  void release() {
    const std::lock_guard lock{mutex_};
    held_ = false;
    changed_.notify_all();
  }
  void wait_started(int jobs) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return started_ >= jobs; });
  }
  std::atomic<int> stopped{0};
  const std::shared_ptr<Watch> watch = std::make_shared<Watch>();

 private:
  sim::JobResult execute(const sim::CsdConfig& cfg, const std::atomic<bool>& stop) {
    {
      std::unique_lock lock{mutex_};
      ++started_;
      changed_.notify_all();
      while (held_ && !stop) changed_.wait_for(lock, 1ms);
      if (stop) ++stopped;
    }
    if (run_) return run_(cfg);
    return {.fault = {}, .instructions = 100, .batches = cfg[4], .warnings = {}};
  }

  Run run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> held_{false};
  int started_ = 0;
};

inline constexpr std::uint64_t nop_word = 0x38003186bb03f000;  // reference/encodings.tsv

/// For words that are no program, or one that faults.
inline constexpr LoadOptions unchecked{.check = Check::none};

/// A program of `n` words that nobody executes, with the lines kernel.cpp:10, 11, ...
inline Program words_with_lines(std::size_t n) {
  Program::Parts parts;
  for (std::size_t i = 0; i < n; ++i) {
    parts.words.push_back(nop_word);
    parts.origins.emplace_back("kernel.cpp", static_cast<std::uint32_t>(10 + i));
  }
  return Program{std::move(parts)};
}

/// An executor's result: the fault at this instruction.
inline sim::JobResult faulty(std::uint32_t pc, sim::FaultKind kind = sim::FaultKind::memory) {
  return {.fault = sim::Fault{.kind = kind,
                              .message = "TMU load at unmapped GPU address 0x00000000",
                              .batch = 3,
                              .qpu = 4,
                              .thread = 2,
                              .lane = 5,
                              .address = 0,
                              .pc = pc,
                              .word = nop_word},
          .instructions = 7,
          .batches = 2,
          .warnings = {"a warning"}};
}

}  // namespace vc7::test
