// SPDX-License-Identifier: MIT
//
// Jobs that go wrong on the device model itself, through the kernel interface.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include <vc7/drm/simulated.hpp>

namespace vc7::drm {
namespace {

using namespace std::chrono_literals;

class MachineTest : public testing::Test {
 protected:
  // Submits one batch that starts at `address`.
  void submit(std::uint32_t address) {
    SubmitCsd job;
    job.cfg = {1u << 16, 1u << 16, 1u << 16, 1u << 8 | 16, 1, address, 0};
    job.bo_handles = {&code.handle, 1};
    job.out_sync = out;
    ASSERT_TRUE(node->submit_csd(job).ok());
  }

  std::unique_ptr<Node> node = open_simulated({.close_grace = 20ms});
  const BufferObject code = node->create_bo(4096).value();
  const SyncobjHandle out = node->syncobj_create().value();
};

TEST_F(MachineTest, TellsWhereAProgramRanOffItsCode) {
  submit(0x00800000);
  ASSERT_TRUE(node->syncobj_wait({&out, 1}, wait_forever).ok());
  EXPECT_EQ(node->fence_status(out).value(), (FenceStatus{true, ECANCELED}));
  const auto report = node->report(out);
  ASSERT_NE(report, nullptr);
  ASSERT_TRUE(report->fault);
  EXPECT_EQ(report->fault->kind, sim::FaultKind::fetch);
  EXPECT_EQ(report->fault->address, 0x00800000u);
}

TEST_F(MachineTest, ClosesOverAnEndlessLoop) {
  // A branch to itself (relative, always, offset -32) and its three slots: v3d71 §1.3.
  constexpr std::uint64_t nop = 0x38003186bb03f000;
  constexpr std::array<std::uint64_t, 4> loop{0x02ffffe0ff009000, nop, nop, nop};
  {
    const auto mapping = node->map_bo(code.handle, sizeof loop).value();
    std::memcpy(mapping.bytes().data(), loop.data(), sizeof loop);
  }
  submit(code.address);
  EXPECT_EQ(node->wait_bo(code.handle, 1'000'000).error(), ETIME);
  const auto start = std::chrono::steady_clock::now();
  node.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);  // far below the instruction budget
}

}  // namespace
}  // namespace vc7::drm
