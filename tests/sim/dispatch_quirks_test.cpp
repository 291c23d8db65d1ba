// SPDX-License-Identifier: MIT
//
// Where batches run (v3d71 §12.3), the configuration words as py-videocore7 fills them (§13.2), and
// jobs that are stopped.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "dispatch_recorder.hpp"

namespace vc7::test {
namespace {

class DispatchQuirks : public DispatchRecorder {
 protected:
  void SetUp() override { load_recorder(); }

  /// cfg0-5 of py-videocore7's execute(): the local size as the counts, wgs_per_sg unmasked.
  static sim::CsdConfig py(std::array<std::uint32_t, 3> local, std::uint32_t wgs_per_sg,
                           std::uint32_t thread, bool threading = false) {
    const std::uint32_t size = local[0] * local[1] * local[2];
    return {local[0] << 16,
            local[1] << 16,
            local[2] << 16,
            ((wgs_per_sg * size + 15) / 16 - 1) << 12 | wgs_per_sg << 8 | (size & 255),
            thread,
            threading ? 1u : 0u,
            0};
  }
  static std::vector<std::uint32_t> numbers(std::uint32_t count, std::uint32_t factor = 1) {
    std::vector<std::uint32_t> list(count);
    for (std::uint32_t i = 0; i < count; ++i) list[i] = factor * i;
    return list;
  }
};

// test_parallel with 12 batches: one on every QPU.
TEST_F(DispatchQuirks, OneBatchPerQpu) {
  record(py({16, 1, 1}, 16, 12));
  EXPECT_EQ(recorded_tidx(12), numbers(12, 4));
}

// test_parallel, test_barrier: (qpu * 2) + (slot >> 1) takes all values 0..23, slots are 0 and 2.
TEST_F(DispatchQuirks, TwoBatchesPerQpu) {
  record(py({16, 1, 1}, 24, 24));
  EXPECT_EQ(recorded_tidx(24), numbers(24, 2));
}

// test_parallel_full: 48 batches with threading, tidx 0..47.
TEST_F(DispatchQuirks, FourBatchesPerQpu) {
  record(py({16, 1, 1}, 48, 48, true));
  EXPECT_EQ(recorded_tidx(48), numbers(48));
}

TEST_F(DispatchQuirks, TheOtherChip) {
  new_machine({.topology = sim::topology_7_1_7});
  load_recorder();
  record(py({16, 1, 1}, 16, 16));
  EXPECT_EQ(recorded_tidx(16), numbers(16, 4));
  record(py({16, 1, 1}, 16, 32));
  EXPECT_EQ(recorded_tidx(32), numbers(32, 2));
  record(py({16, 1, 1}, 16, 64, true));
  EXPECT_EQ(recorded_tidx(64), numbers(64));
}

// Later batches get a slot that exists.
TEST_F(DispatchQuirks, MoreBatchesThanSlots) {
  for (const bool threading : {false, true}) {
    record(py({16, 1, 1}, 16, 1000, threading));
    const auto list = recorded_tidx(1000);
    const std::set<std::uint32_t> values(list.begin(), list.end());
    const auto all = numbers(threading ? 48 : 24, threading ? 1 : 2);
    EXPECT_EQ(values, std::set<std::uint32_t>(all.begin(), all.end()));
  }
}

// sgemm: grid (1, 1, 16), 24 workgroups per supergroup overflow to 8, 4096 batches: z counts to
// 4095.
TEST_F(DispatchQuirks, OverflownSupergroupsCountZ) {
  sim::CsdConfig cfg = py({1, 1, 16}, 24, 4096);
  EXPECT_EQ(cfg[3], 0x17810u);
  record(cfg);
  std::vector<bool> seen(4096);
  for (const BatchRecord& batch : recorded(4096)) {
    const std::uint32_t z = batch.rf2[0] & 0xffff;
    ASSERT_LT(z, 4096u);
    EXPECT_FALSE(seen[z]);
    seen[z] = true;
    EXPECT_EQ(batch.rf3, all_lanes(0));
    EXPECT_EQ(batch.msf, all_lanes(1));
    const std::uint32_t slot = z % 24;
    EXPECT_EQ(batch.rf2, each_lane([&](auto lane) { return (lane << 10 | slot) << 16 | z; }));
  }
}

// test_parallel_with_workgroup: local size and counts are the same numbers.
TEST_F(DispatchQuirks, LocalSizeAsCounts) {
  struct Case {
    std::array<std::uint32_t, 3> local;
    bool threading;
  };
  for (const auto& [local, threading] :
       {Case{{4, 4, 1}, false}, Case{{16, 1, 1}, false}, Case{{2, 2, 8}, true},
        Case{{8, 8, 3}, false}, Case{{3, 5, 16}, true}, Case{{1, 1, 16}, false}}) {
    const std::uint32_t size = local[0] * local[1] * local[2];
    const std::uint32_t per_supergroup = 12 * (threading ? 4 : 2) / 2 * 16 / size;
    ASSERT_GE(per_supergroup, 1u);
    for (const std::uint32_t groups : {1u, 7u, 32u}) {
      const std::uint32_t batches = groups * size / 16;
      record(py(local, per_supergroup, batches, threading));
      std::set<std::pair<std::uint32_t, std::uint32_t>> seen;  // workgroup, local index
      unsigned bits = 6;
      while ((1u << bits) < size) ++bits;
      for (const BatchRecord& batch : recorded(batches)) {
        for (unsigned lane = 0; lane < 16; ++lane) {
          const std::uint32_t z = batch.rf2[lane] & 0xffff, x = batch.rf3[lane] & 0xffff,
                              y = batch.rf3[lane] >> 16;
          ASSERT_LT(x, local[0]);
          ASSERT_LT(y, local[1]);
          const std::uint32_t group = (z * local[1] + y) * local[0] + x;
          const std::uint32_t index = batch.rf2[lane] >> 16 >> (16 - bits);
          ASSERT_LT(group, groups);
          ASSERT_LT(index, size);
          EXPECT_TRUE(seen.emplace(group, index).second);
        }
      }
      EXPECT_EQ(seen.size(), groups * size);
    }
  }
}

// Bits without a meaning for the model: overlap, MAX_SG_ID, PROPAGATE_NANS.
TEST_F(DispatchQuirks, OtherBits) {
  sim::CsdConfig cfg = py({16, 1, 1}, 16, 24);
  record(cfg);
  const auto before = recorded(24);
  cfg[3] |= 1u << 26 | 0x3fu << 20;
  cfg[5] |= 4;
  record(cfg);
  EXPECT_EQ(recorded(24), before);
}

// ---- stopping ----------------------------------------------------------------------------------

TEST_F(DispatchQuirks, StoppedBeforeTheStart) {
  const std::atomic<bool> stop = true;
  sim::CsdConfig cfg = py({16, 1, 1}, 16, 0xffffffff);
  cfg[5] |= code;
  cfg[6] = uniforms;
  const auto result = machine().run(cfg, &stop);
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, sim::FaultKind::budget);
  EXPECT_EQ(result.fault->message, "stopped from outside");
  EXPECT_EQ(result.fault->batch, 0u);
  EXPECT_EQ(result.batches, 0u);
  EXPECT_EQ(result.instructions, 0u);
}

TEST_F(DispatchQuirks, HugeCountStopped) {
  load([](Assembler& a) { a.end_program(); });
  sim::CsdConfig cfg = config({.batches = 1});
  cfg[0] = cfg[1] = cfg[2] = 0xffff'0000;
  cfg[4] = 0xffff'ffff;
  std::atomic<bool> stop = false;
  std::jthread stopper{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop = true;
  }};
  const auto result = machine().run(cfg, &stop);
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->message, "stopped from outside");
  EXPECT_EQ(result.fault->batch, result.batches);  // all before the first that did not run
  EXPECT_GE(result.instructions, result.batches * end_instructions);
  EXPECT_LT(result.instructions, (result.batches + 1) * end_instructions);
  EXPECT_LT(result.batches, 0xffff'ffffu);
}

TEST_F(DispatchQuirks, EndlessLoopStopped) {
  using namespace vc7::qpu;
  load([](Assembler& a) {
    const Label loop = a.L("loop");
    a.b(loop, always);
    a.nop();
    a.nop();
    a.nop();
  });
  std::atomic<bool> stop = false;
  std::jthread stopper{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop = true;
  }};
  const auto result = machine().run(config({.batches = 30}), &stop);
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, sim::FaultKind::budget);
  EXPECT_EQ(result.fault->message, "stopped from outside");
  EXPECT_EQ(result.fault->batch, 0u);
  EXPECT_EQ(result.batches, 0u);
  // The flag may be lowered again and the next job runs.
  load([](Assembler& a) { a.end_program(); });
  stop = false;
  EXPECT_FALSE(machine().run(config({.batches = 30}), &stop).fault);
}

}  // namespace
}  // namespace vc7::test
