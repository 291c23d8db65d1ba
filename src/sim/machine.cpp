// SPDX-License-Identifier: MIT
#include <vc7/sim/machine.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

#include "dispatch/dispatch.hpp"
#include "dispatch/supergroup.hpp"
#include "interp/program_cache.hpp"
#include "timing/timed_run.hpp"

namespace vc7::sim {
namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t limit) {
  const std::string_view text = std::getenv(name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > limit)
    throw Error(fmt::format("{} is '{}'; allowed is a number from 1 to {}", name, text, limit));
  return value;
}

bool switch_from_environment(const char* name) {
  const std::string_view text = std::getenv(name);
  if (text != "0" && text != "1")
    throw Error(fmt::format("{} is '{}'; allowed are 0 and 1", name, text));
  return text == "1";
}

std::optional<timing::Parameters>
timing_from_environment(const std::optional<timing::Parameters>& otherwise) {
  const std::string text = std::getenv("VC7_SIM_TIMING");
  if (text == "0") return std::nullopt;
  if (text == "1") return otherwise.value_or(timing::Parameters{});
  return timing::load_parameters(text);
}

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

/// Hands out the supergroups of a job to host threads and collects what comes of them.
class JobRun {
 public:
  JobRun(const Dispatch& dispatch, JobContext& job, Engine engine)
      : dispatch_{dispatch}, job_{job}, engine_{engine} {}

  JobResult run(unsigned host_threads) {
    auto executor = make_executor();
    const std::uint32_t tasks = dispatch_.supergroups();
    const auto threads = static_cast<unsigned>(
        std::min<std::uint64_t>(executor->serial() ? 1 : host_threads, tasks));
    side_by_side_ =
        executor->pauses() && threads < tasks && dispatch_.batches() <= dispatch_.resident();
    chunk_ = std::clamp<std::uint64_t>(tasks / (std::max(threads, 1u) * 16), 1, 64);
    {
      std::vector<std::jthread> helpers;
      for (unsigned i = 1; i < threads; ++i)
        helpers.emplace_back([this] { work(*make_executor()); });
      work(*executor);
    }
    result_.warnings = job_.warnings.take();
    result_.host = executor->execution();
    result_.host.threads = std::max(threads, 1u);
    return std::move(result_);
  }

 private:
  std::unique_ptr<Executor> make_executor() {
    const bool oracle = engine_ == Engine::oracle || job_.trap_hazards;
    return oracle ? make_oracle(job_) : make_interpreter(job_);
  }

  void work(Executor& executor) {
    if (side_by_side_) return work_side_by_side(executor);
    const std::uint64_t tasks = dispatch_.supergroups();
    for (;;) {
      const std::uint64_t first = next_.fetch_add(chunk_);
      if (first >= tasks) return;
      const std::uint64_t end = std::min(first + chunk_, tasks);
      for (std::uint64_t task = first; task < end; ++task)
        if (!one(static_cast<std::uint32_t>(task), executor)) return;
    }
  }

  /// All batches of the job are resident at a time, so they share its data by turns: each takes the
  /// next piece. One after the other they would walk over all of it, again and again; side by
  /// side, as on the GPU, they walk over it once, which host memory likes.
  void work_side_by_side(Executor& executor) {
    std::list<Supergroup> open;
    const auto run_first = [&] {
      open.front().run();
      finish(open.front().number(), open.front().take_result());
      open.pop_front();
    };
    executor.finish_before = [&](std::uint32_t task) {
      while (open.front().number() < task) run_first();
    };
    const std::uint64_t tasks = dispatch_.supergroups();
    for (bool more = true; more || !open.empty();) {
      if (more) {
        const std::uint64_t task = next_.fetch_add(1);
        more = task < tasks;
        if (more) open.emplace_back(dispatch_, static_cast<std::uint32_t>(task), job_, executor);
      }
      for (auto group = open.begin(); group != open.end();) {
        // Nothing after a fault is wanted.
        const bool wanted = group->number() < faulted_.load(std::memory_order_relaxed);
        if (wanted && !group->run(turn)) {
          ++group;
          continue;
        }
        if (wanted) finish(group->number(), group->take_result());
        group = open.erase(group);
      }
    }
    executor.finish_before = nullptr;
  }

  bool stop_requested() const {
    return job_.stop != nullptr && job_.stop->load(std::memory_order_relaxed);
  }

  /// False if nothing after this supergroup is wanted.
  bool one(std::uint32_t task, Executor& executor) {
    if (task > faulted_.load(std::memory_order_relaxed)) return false;
    SupergroupResult part = stop_requested() ? stopped(dispatch_, task)
                                             : run_supergroup(dispatch_, task, job_, executor);
    finish(task, std::move(part));
    return task < faulted_;
  }

  void finish(std::uint32_t task, SupergroupResult part) {
    {
      const std::lock_guard lock{mutex_};
      // The first supergroup in the order of the job decides, however many threads run.
      if (part.fault && task < faulted_) {
        faulted_ = task;
        result_.fault = std::move(part.fault);
        job_.turns.cancel_after(task);
      }
      count(task, {part.instructions, part.batches});
    }
    job_.turns.done(task);
  }

  struct Counts {
    std::uint64_t instructions, batches;
  };
  /// Adds up in the order of the job and not past a fault, so that the sums do not depend on the
  /// number of threads.
  void count(std::uint32_t task, Counts counts) {
    if (task == counted_ && ahead_.empty() && counted_ <= faulted_) {
      ++counted_;
      result_.instructions += counts.instructions;
      result_.batches += counts.batches;
      return;
    }
    ahead_.emplace(task, counts);
    for (auto next = ahead_.begin();
         next != ahead_.end() && next->first == counted_ && counted_ <= faulted_; ++counted_) {
      result_.instructions += next->second.instructions;
      result_.batches += next->second.batches;
      next = ahead_.erase(next);
    }
  }

  const Dispatch& dispatch_;
  JobContext& job_;
  Engine engine_;
  /// Instructions that a supergroup executes before the next has its turn. Of a copy, with less the
  /// changes take too long, and with more its pieces do not stay in the host's cache.
  static constexpr std::uint64_t turn = 128;
  bool side_by_side_ = false;
  std::uint64_t chunk_ = 1;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> faulted_ = ~std::uint64_t{0};
  std::mutex mutex_;
  std::uint64_t counted_ = 0;              ///< supergroups whose counts are in result_
  std::map<std::uint64_t, Counts> ahead_;  ///< of later supergroups
  JobResult result_;
};

}  // namespace

Options options_from_environment(Options options) {
  if (is_set("VC7_SIM")) {
    const std::string_view text = std::getenv("VC7_SIM");
    if (text == "interp")
      options.engine = Engine::interpreter;
    else if (text == "jit")
      options.engine = Engine::jit;
    else if (text == "auto")
      options.engine = Engine::automatic;
    else if (text == "oracle")
      options.engine = Engine::oracle;
    else
      throw Error(fmt::format("VC7_SIM is '{}'; allowed are auto, interp, jit and oracle", text));
  }
  if (is_set("VC7_SIM_HAZARDS")) options.trap_hazards = switch_from_environment("VC7_SIM_HAZARDS");
  if (is_set("VC7_SIM_TIMING")) options.timing = timing_from_environment(options.timing);
  if (is_set("VC7_SIM_PERF_MAP")) options.perf_map = switch_from_environment("VC7_SIM_PERF_MAP");
  if (is_set("VC7_SIM_THREADS"))
    options.host_threads = static_cast<unsigned>(number_from_environment("VC7_SIM_THREADS", 1024));
  if (is_set("VC7_SIM_BUDGET"))
    options.instruction_budget = number_from_environment("VC7_SIM_BUDGET", std::uint64_t{1} << 62);
  return options;
}

static interp::Compile compile_policy(Engine engine) {
  if (engine == Engine::jit) return interp::Compile::at_once;
  return engine == Engine::automatic ? interp::Compile::later : interp::Compile::never;
}

struct Machine::Impl {
  explicit Impl(Options machine_options)
      : options{machine_options},
        programs{memory, compile_policy(options.engine), options.perf_map} {}

  Options options;
  /// Asking the host anew for every job would take as long as a small job does.
  const unsigned host_threads = options.host_threads != 0
                                    ? options.host_threads
                                    : std::max(1u, std::thread::hardware_concurrency());
  Memory memory;
  interp::ProgramCache programs;
  std::mutex running;
  std::optional<std::chrono::steady_clock::time_point> last_end;  ///< of a timed job

  JobResult timed(const Dispatch& dispatch, JobContext& job);
};

/// On one host thread, by the interpreter.
JobResult Machine::Impl::timed(const Dispatch& dispatch, JobContext& job) {
  using namespace std::chrono_literals;
  timing::Traces traces;
  job.traces = &traces;
  const auto executor = make_interpreter(job);
  auto report = std::make_shared<timing::Report>();
  report->parameters = *options.timing;
  report->topology = options.topology;
  // The kernel lowers the clock 100 ms after the last job.
  report->cold = !last_end || std::chrono::steady_clock::now() - *last_end > 100ms;
  JobResult result = timing::TimedRun{dispatch, job, traces, *executor}.run(*report);
  result.timing = std::move(report);
  last_end = std::chrono::steady_clock::now();
  return result;
}

Machine::Machine(Options options) : impl_{std::make_unique<Impl>(options)} {}
Machine::~Machine() = default;

Memory& Machine::memory() { return impl_->memory; }
const Options& Machine::options() const { return impl_->options; }

JobResult Machine::run(const CsdConfig& cfg, const std::atomic<bool>* stop,
                       std::atomic<std::uint64_t>* ended) {
  const std::lock_guard lock{impl_->running};
  const auto start = std::chrono::steady_clock::now();
  const Dispatch dispatch{cfg, impl_->options.topology};
  UniformCache uniforms{impl_->memory};
  Turns turns;
  Warnings warnings;
  JobContext job{.memory = impl_->memory,
                 .uniforms = uniforms,
                 .turns = turns,
                 .warnings = warnings,
                 .topology = impl_->options.topology,
                 .batches = dispatch.batches(),
                 .code = dispatch.code(),
                 .uniform_start = dispatch.uniforms(),
                 .four_way = dispatch.four_way(),
                 .single_segment = dispatch.single_segment(),
                 .trap_hazards = impl_->options.trap_hazards,
                 .instruction_budget = impl_->options.instruction_budget,
                 .stop = stop,
                 .ended = ended,
                 .programs = &impl_->programs};
  JobResult result = impl_->options.timing
                         ? impl_->timed(dispatch, job)
                         : JobRun{dispatch, job, impl_->options.engine}.run(impl_->host_threads);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  result.host.seconds = taken.count();
  if (result.timing != nullptr) result.counters = timing::counters(*result.timing);
  result.counters[Counter::qpu_active] = result.instructions;
  return result;
}

}  // namespace vc7::sim
