// SPDX-License-Identifier: MIT
//
// What calls of the kernel's interface take: on a Raspberry Pi of its kernel, under `vc7 exec` of
// the model behind it.
#include <vc7/drm/kernel.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace vc7::drm;

// The end of every program, and nothing else (v3d71 §12.5).
constexpr std::uint64_t nop = 0x38003186bb03f000, thrsw = 0x38203186bb03f000;
constexpr std::array<std::uint64_t, 8> empty_program{thrsw, thrsw, nop, nop, thrsw, nop, nop, nop};

std::unique_ptr<Node> open_or_skip(benchmark::State& state) {
  try {
    return open_kernel();
  } catch (const OpenError& error) {
    state.SkipWithError(error.what());
    return nullptr;
  }
}

/// A job of one workgroup with 16 lanes that does nothing.
struct EmptyJob {
  explicit EmptyJob(Node& node) : bo{node.create_bo(4096).value()} {
    const auto code = node.map_bo(bo.handle, 4096).value();
    std::memcpy(code.bytes().data(), empty_program.data(), sizeof empty_program);
    request.cfg = {1u << 16, 1u << 16, 1u << 16, 1u << 8 | 16, 1, bo.address, 0};
    request.bo_handles = {&bo.handle, 1};
  }
  EmptyJob(const EmptyJob&) = delete;
  EmptyJob& operator=(const EmptyJob&) = delete;

  BufferObject bo;
  SubmitCsd request;
};

/// Times each call: its median does not mind that others use the computer as well, as the mean
/// does.
template <class Call>
void measure(benchmark::State& state, Call call) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  for (auto _ : state) {
    const auto start = Clock::now();
    if (!call()) {
      state.SkipWithError("the call failed");
      return;
    }
    const std::chrono::duration<double, std::micro> taken = Clock::now() - start;
    times.push_back(taken.count());
  }
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  state.counters["median_us"] = *middle;
}

void BM_drm_call(benchmark::State& state) {
  const auto node = open_or_skip(state);
  if (node) measure(state, [&] { return node->get_param(Param::supports_csd).ok(); });
}

void BM_drm_submit_wait_bo(benchmark::State& state) {
  const auto node = open_or_skip(state);
  if (!node) return;
  const EmptyJob job{*node};
  measure(state, [&] {
    return node->submit_csd(job.request).ok() && node->wait_bo(job.bo.handle, wait_forever).ok();
  });
}

void BM_drm_submit_wait_syncobj(benchmark::State& state) {
  const auto node = open_or_skip(state);
  if (!node) return;
  EmptyJob job{*node};
  const auto done = node->syncobj_create().value();
  job.request.out_sync = done;
  measure(state, [&] {
    return node->submit_csd(job.request).ok() && node->syncobj_wait({&done, 1}, wait_forever).ok();
  });
}

BENCHMARK(BM_drm_call)->UseRealTime();
BENCHMARK(BM_drm_submit_wait_bo)->UseRealTime();
BENCHMARK(BM_drm_submit_wait_syncobj)->UseRealTime();

}  // namespace
