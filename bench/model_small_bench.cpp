// SPDX-License-Identifier: MIT
//
// Where native code may not pay: jobs of one short batch, and the examples as they are, each a
// process that loads its programs and runs them once or twice.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "model.hpp"

namespace {

using vc7::bench::count, vc7::bench::measure, vc7::bench::open_model, vc7::bench::with_engines;

/// 20 instructions. Uniform: address of 16 words.
vc7::Program short_program(bool odd) {
  return vc7::assemble([&](vc7::Assembler& a) {
    using namespace vc7::qpu;
    a.eidx(rf4, ldunifrf(rf5));
    a.shl(rf6, rf4, 2);
    a.add(rf6, rf6, rf5);
    for (int i = 0; i < 12; ++i) odd ? a.add(rf4, rf4, 3) : a.add(rf4, rf4, 5);
    a.mov(tmud, rf4);
    a.mov(tmua, rf6);
    a.tmuwt();
    a.end_program();
  });
}

/// A program that is new every time: assembling, loading, decoding and, if it comes to that,
/// compiling.
void BM_model_first_run(benchmark::State& state) {
  vc7::Device device = open_model(state);
  const auto to = device.alloc<std::uint32_t>(16);
  std::uint64_t instructions = 0;
  bool odd = false;
  for (auto _ : state) {
    const auto code = device.load(short_program(odd = !odd));
    instructions +=
        device.run(code, vc7::Dispatch::batches(1), vc7::Uniforms{to}).statistics()->instructions;
  }
  count(state, instructions);
}

void BM_model_short_job(benchmark::State& state) {
  vc7::Device device = open_model(state);
  const auto to = device.alloc<std::uint32_t>(16);
  measure(state, device, device.load(short_program(false)), vc7::Dispatch::batches(1),
          vc7::Uniforms{to});
}

/// What takes microseconds depends on the moment: many short ones, of which the median counts.
void many_moments(benchmark::internal::Benchmark* b) { b->Repetitions(101)->MinTime(0.005); }

BENCHMARK(BM_model_first_run)->Apply(with_engines)->Apply(many_moments);
BENCHMARK(BM_model_short_job)->Apply(with_engines)->Apply(many_moments);

/// `user`: without that in the kernel.
double cpu_seconds_of_children(bool user) {
  rusage use{};
  getrusage(RUSAGE_CHILDREN, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(use.ru_utime) + (user ? 0 : seconds(use.ru_stime));
}

/// False if it could not be run or said that its results are wrong.
bool run_quietly(std::string program, std::vector<std::string> environment) {
  std::array<char*, 2> arguments{program.data(), nullptr};
  std::vector<char*> variables;
  for (std::string& text : environment) variables.push_back(text.data());
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int status =
      posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  return status == 0 && waitpid(child, &status, 0) == child && status == 0;
}

/// Those that fill large buffers.
bool is_large(std::string_view example) { return example == "scopy" || example == "sgemm"; }
/// Those that take tenths of seconds, be it asleep.
bool is_long(std::string_view example) { return example == "clock" || is_large(example); }

/// CPU time of a whole example. Of a large one, 0.2 s or, some minutes later, 0.6 s are spent in
/// the kernel for the same pages of its buffers, so only the time outside of it is compared.
void run_example(benchmark::State& state, const std::string& name) {
  std::vector<std::string> environment{
      "VC7_DEVICE=sim", "VC7_SIM_THREADS=" + std::to_string(state.range(0)),
      std::string{"VC7_SIM="} + (state.range(1) != 0 ? "auto" : "interp")};
  if (const char* isa = std::getenv("VC7_SIM_ISA"))
    environment.push_back(std::string{"VC7_SIM_ISA="} + isa);
  for (auto _ : state) {
    const double before = cpu_seconds_of_children(is_large(name));
    if (!run_quietly(VC7_EXAMPLES_DIR "/" + name, environment))
      return state.SkipWithError("the example failed");
    state.SetIterationTime(cpu_seconds_of_children(is_large(name)) - before);
  }
}

[[maybe_unused]] const bool registered = [] {
  for (const std::string_view name : std::initializer_list<std::string_view>{VC7_EXAMPLES})
    benchmark::RegisterBenchmark(("BM_model_example_" + std::string{name}).c_str(), run_example,
                                 std::string{name})
        ->ArgNames({"threads", "jit"})
        ->ArgsProduct({{1}, {0, 1}})
        ->Unit(benchmark::kMillisecond)
        ->Iterations(is_long(name) ? 1 : 3)
        ->Repetitions(is_long(name) ? 11 : 101)
        ->UseManualTime();
  return true;
}();

}  // namespace
