// SPDX-License-Identifier: MIT
#include "backend.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

namespace vc7::drm::test {
namespace {

bool real_kernel() {
  const char* const asked = std::getenv("VC7_TEST_DRM");
  return asked != nullptr && std::string_view{asked} == "kernel";
}

// The epilogue of v3d71 §12.5: two thread switches in a row, the thread end, its slots and a spare
// word.
constexpr std::uint64_t nop = 0x38003186bb03f000;
constexpr std::uint64_t thrsw = 0x38203186bb03f000;
constexpr std::array<std::uint64_t, 8> end_program{thrsw, thrsw, nop, nop, thrsw, nop, nop, nop};

// The preloaded library is never built with sanitizers: that of threads would not see how it waits
// for the server, which is in this process here, and report every descriptor as a race.
#if defined(__SANITIZE_THREAD__)
constexpr bool has_shim = false;
#else
constexpr bool has_shim = true;
#endif

}  // namespace

std::vector<Backend> all_backends() {
  if (real_kernel()) return {Backend::kernel};
  std::vector<Backend> backends{Backend::simulated, Backend::machine};
  if (has_shim) backends.push_back(Backend::shim);
  return backends;
}

std::vector<Backend> controlled_backends() {
  if (real_kernel()) return {};
  std::vector<Backend> backends{Backend::simulated};
  if (has_shim) backends.push_back(Backend::shim);
  return backends;
}

std::string backend_name(const testing::TestParamInfo<Backend>& info) {
  switch (info.param) {
    case Backend::simulated: return "simulated";
    case Backend::shim: return "shim";
    case Backend::machine: return "machine";
    case Backend::kernel: return "kernel";
  }
  return "unknown";
}

NodeTest::NodeTest() {
  SimulatedOptions options;
  options.close_grace = std::chrono::milliseconds{50};
  if (controlled()) options.executor = jobs.executor();
  if (GetParam() == Backend::shim)
    shimmed.emplace(std::move(options));
  else if (GetParam() != Backend::kernel)
    device = make_simulated_device(std::move(options));
  node = open();
}

std::unique_ptr<Node> NodeTest::open() {
  switch (GetParam()) {
    case Backend::shim: return open_kernel(shimmed->path());
    case Backend::kernel: return open_kernel();
    default: return open_simulated(device);
  }
}

BoHandle NodeTest::buffer(std::uint32_t size) { return node->create_bo(size).value().handle; }

std::array<std::uint32_t, 7> NodeTest::job_words(BoHandle bo, JobKind kind, std::uint32_t tag) {
  if (controlled()) return {kind, tag};
  const auto code = node->map_bo(bo, sizeof end_program).value();
  std::memcpy(code.bytes().data(), end_program.data(), sizeof end_program);
  // One workgroup of 16 lanes, one batch (v3d71 §13.1).
  return {1u << 16, 1u << 16, 1u << 16, 1u << 8 | 16, 1, node->get_bo_offset(bo).value(), 0};
}

Result<void> NodeTest::submit(BoHandle bo, JobKind kind, SyncobjHandle out_sync,
                              std::uint32_t tag) {
  SubmitCsd job;
  job.cfg = job_words(bo, kind, tag);
  job.bo_handles = {&bo, 1};
  job.out_sync = out_sync;
  return node->submit_csd(job);
}

}  // namespace vc7::drm::test
