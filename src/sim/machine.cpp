// SPDX-License-Identifier: MIT
#include <vc7/sim/machine.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

#include "dispatch/dispatch.hpp"
#include "dispatch/job_run.hpp"
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
  timing::Traces traces;
  job.traces = &traces;
  const auto executor = make_interpreter(job);
  auto report = std::make_shared<timing::Report>();
  report->parameters = *options.timing;
  report->topology = options.topology;
  const std::chrono::milliseconds clock_down{options.timing->clock_down_ms};
  report->cold = !last_end || std::chrono::steady_clock::now() - *last_end > clock_down;
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
