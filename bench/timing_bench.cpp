// SPDX-License-Identifier: MIT
//
// Speed of the timing model, in instructions timed per second of one host thread. Says nothing
// about the speed of a GPU.
#include "../examples/kernels/scopy.hpp"
#include "../examples/kernels/sgemm.hpp"
#include "model.hpp"

namespace {

using namespace vc7::examples;

vc7::Device open_timed() {
  vc7::sim::Options model = vc7::sim::options_from_environment();
  model.timing = vc7::sim::timing::Parameters{};
  return vc7::Device::open(vc7::OpenOptions{.device = "sim", .model = model});
}

void measure_timed(benchmark::State& state, vc7::Device& device, const vc7::Code& code,
                   const vc7::Dispatch& dispatch, const vc7::Uniforms& uniforms) {
  std::uint64_t instructions = 0;
  for (auto _ : state)
    instructions += device.run(code, dispatch, uniforms).statistics()->instructions;
  state.counters["instr/s"] =
      benchmark::Counter(static_cast<double>(instructions), benchmark::Counter::kIsRate);
  state.SetLabel("simulated");
}

void BM_timed_sgemm_256(benchmark::State& state) {
  constexpr std::uint32_t n = 256;
  vc7::Device device = open_timed();
  const auto a = device.alloc<float>(n * n, 0.5f), b = device.alloc<float>(n * n, 0.25f),
             c = device.alloc<float>(n * n, 1.0f);
  measure_timed(state, device,
                device.load(vc7::assemble(sgemm_kernel), {.check = vc7::Check::compat}),
                vc7::Dispatch{.local_size = {16}, .workgroups = {n / 16, n / 16}},
                vc7::Uniforms{a, n * 4, b, n * 4, c, n * 4, n / 4, sgemm_load_config,
                              sgemm_tile_config, 1.0f, 0.0f});
}

void BM_timed_scopy_4Mi(benchmark::State& state) {
  vc7::Device device = open_timed();
  const auto from = device.alloc<float>(4 << 20, 1.0f), to = device.alloc<float>(4 << 20);
  const std::uint32_t batches = device.qpus();
  measure_timed(state, device, device.load(vc7::assemble(scopy_kernel)),
                vc7::Dispatch::batches(batches),
                vc7::Uniforms{from, to, from.size_bytes(), batches * scopy_chunk, scopy_config});
}

BENCHMARK(BM_timed_sgemm_256)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_timed_scopy_4Mi)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
