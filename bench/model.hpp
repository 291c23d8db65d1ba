// SPDX-License-Identifier: MIT
//
// What benchmarks of the device model share.
#pragma once

#include <vc7/vc7.hpp>

#include <benchmark/benchmark.h>

namespace vc7::bench {

/// Argument 0: host threads. Argument 1: 0 is the interpreter, 1 what a model does by itself.
inline Device open_model(benchmark::State& state) {
  sim::Options model = sim::options_from_environment();
  model.host_threads = static_cast<unsigned>(state.range(0));
  model.engine = state.range(1) != 0 ? sim::Engine::automatic : sim::Engine::interpreter;
  return Device::open(OpenOptions{.device = "sim", .model = model});
}

/// Counters: instructions of one run, per second, and per second and host thread.
inline void count(benchmark::State& state, std::uint64_t instructions) {
  using benchmark::Counter;
  const auto all = static_cast<double>(instructions);
  state.counters["instr"] = Counter(all, Counter::kAvgIterations);
  state.counters["instr/s"] = Counter(all, Counter::kIsRate);
  state.counters["instr/s/thread"] =
      Counter(all / static_cast<double>(state.range(0)), Counter::kIsRate);
  state.SetLabel("simulated, " + sim::vector_isa());
}

/// Runs a job again and again, after a first time for what is done once: pages, native code.
inline void measure(benchmark::State& state, Device& device, const Code& code,
                    const Dispatch& dispatch, const Uniforms& uniforms) {
  device.run(code, dispatch, uniforms);
  std::uint64_t instructions = 0;
  for (auto _ : state) {
    const Event event = device.run(code, dispatch, uniforms);
    instructions += event.statistics()->instructions;
  }
  count(state, instructions);
}

inline void with_engines(benchmark::internal::Benchmark* b) {
  b->ArgNames({"threads", "jit"})->ArgsProduct({{1, 2}, {0, 1}});
  b->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();
}

}  // namespace vc7::bench
