// SPDX-License-Identifier: MIT
//
// Speed of the device model: instructions per second and host thread, for the sgemm of the
// examples, a copy and an integer program with branches, beside OpenBLAS on the same problem.
#include <vc7/vc7.hpp>

#include <vector>

#include <benchmark/benchmark.h>
#ifdef VC7_HAVE_OPENBLAS
#include <cblas.h>
extern "C" void openblas_set_num_threads(int threads);
#endif

#include "../examples/kernels/mandelbrot.hpp"
#include "../examples/kernels/scopy.hpp"
#include "../examples/kernels/sgemm.hpp"
#include "model.hpp"

namespace {

using namespace vc7::examples;

using vc7::bench::measure, vc7::bench::open_model, vc7::bench::with_engines;

constexpr std::uint32_t sgemm_size = 1024;

void BM_model_sgemm_1024(benchmark::State& state) {
  constexpr std::uint32_t n = sgemm_size;
  vc7::Device device = open_model(state);
  const auto a = device.alloc<float>(n * n, 0.5f), b = device.alloc<float>(n * n, 0.25f),
             c = device.alloc<float>(n * n, 1.0f);
  measure(state, device, device.load(vc7::assemble(sgemm_kernel), {.check = vc7::Check::compat}),
          vc7::Dispatch{.local_size = {16}, .workgroups = {n / 16, n / 16}},
          vc7::Uniforms{a, n * 4, b, n * 4, c, n * 4, n / 4, sgemm_load_config, sgemm_tile_config,
                        1.0f, 0.0f});
}

void BM_model_mandelbrot_512(benchmark::State& state) {
  constexpr std::uint32_t n = 512;
  vc7::Device device = open_model(state);
  const auto counts = device.alloc<std::uint32_t>(n * n);
  const MandelbrotView view{-2 * 4096, -6144, 3 * 4096 / static_cast<int>(n)};
  measure(state, device, device.load(vc7::assemble(mandelbrot_kernel)),
          vc7::Dispatch{.local_size = {16}, .workgroups = {n / 16, n}},
          vc7::Uniforms{view.left, view.top, view.step, 256, counts, 4 * n});
}

void BM_model_scopy_24Mi(benchmark::State& state) {
  vc7::Device device = open_model(state);
  const auto from = device.alloc<float>(24 << 20, 1.0f), to = device.alloc<float>(24 << 20);
  const std::uint32_t batches = device.qpus();
  measure(state, device, device.load(vc7::assemble(scopy_kernel)), vc7::Dispatch::batches(batches),
          vc7::Uniforms{from, to, from.size_bytes(), batches * scopy_chunk, scopy_config});
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(from.size_bytes()));
}

BENCHMARK(BM_model_sgemm_1024)->Apply(with_engines);
BENCHMARK(BM_model_mandelbrot_512)->Apply(with_engines);
BENCHMARK(BM_model_scopy_24Mi)->Apply(with_engines);

#ifdef VC7_HAVE_OPENBLAS
void with_threads(benchmark::internal::Benchmark* b) {
  b->ArgName("threads")->Arg(1)->Arg(2);
  b->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();
}
void BM_openblas_sgemm_1024(benchmark::State& state) {
  constexpr int n = static_cast<int>(sgemm_size);
  openblas_set_num_threads(static_cast<int>(state.range(0)));
  const std::vector<float> a(n * n, 0.5f), b(n * n, 0.25f);
  std::vector<float> c(n * n, 1.0f);
  const auto multiply = [&] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0f, a.data(), n, b.data(), n,
                0.0f, c.data(), n);
  };
  multiply();  // once for the pages, as of the model
  for (auto _ : state) multiply();
  state.SetLabel("the yardstick, native");
}
BENCHMARK(BM_openblas_sgemm_1024)->Apply(with_threads);
#endif

}  // namespace
