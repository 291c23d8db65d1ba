// SPDX-License-Identifier: MIT
//
// From the configuration words to what batches start with (v3d71 §13). The expectation walks over
// the grid and packs lanes one behind the other, the model computes each batch by itself.
#include <algorithm>
#include <bit>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dispatch_recorder.hpp"

namespace vc7::test {
namespace {

struct Grid {
  std::uint32_t x, y, z;         ///< workgroups
  std::uint32_t size;            ///< lanes of a workgroup, 1-256
  std::uint32_t per_supergroup;  ///< workgroups, 1-16
  std::uint32_t offset_x = 0, offset_y = 0, offset_z = 0;
  std::uint32_t groups() const { return x * y * z; }
  std::uint32_t batches_per_supergroup() const { return (per_supergroup * size + 15) / 16; }
};

/// rf2 and rf3 of one lane (v3d71 §13.3).
struct Payload {
  std::uint32_t rf2, rf3;
};
Payload payload(const Grid& grid, std::uint32_t group, std::uint32_t slot, std::uint32_t local) {
  unsigned bits = 6;
  while ((1u << bits) < grid.size) ++bits;
  const std::uint32_t x = group % grid.x + grid.offset_x;
  const std::uint32_t y = group / grid.x % grid.y + grid.offset_y;
  const std::uint32_t z = group / grid.x / grid.y + grid.offset_z;
  return {(local << (16 - bits) | slot) << 16 | z, y << 16 | x};
}

/// All batches of a grid whose batch count is the one of its workgroups.
std::vector<BatchRecord> expected(const Grid& grid) {
  std::vector<BatchRecord> batches;
  for (std::uint32_t first = 0; first < grid.groups(); first += grid.per_supergroup) {
    std::vector<Payload> lanes;  // of the supergroup, without gaps
    const std::uint32_t end = std::min(first + grid.per_supergroup, grid.groups());
    for (std::uint32_t group = first; group < end; ++group)
      for (std::uint32_t local = 0; local < grid.size; ++local)
        lanes.push_back(payload(grid, group, group - first, local));
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      if (i % 16 == 0) batches.emplace_back();
      batches.back().rf2[i % 16] = lanes[i].rf2;
      batches.back().rf3[i % 16] = lanes[i].rf3;
      batches.back().msf[i % 16] = 1;
    }
  }
  return batches;
}

sim::CsdConfig configuration(const Grid& grid, std::uint32_t batches) {
  return {grid.x << 16 | grid.offset_x,
          grid.y << 16 | grid.offset_y,
          grid.z << 16 | grid.offset_z,
          (grid.batches_per_supergroup() - 1) << 12 | (grid.per_supergroup & 15) << 8 |
              (grid.size & 255),
          batches,
          0,
          0};
}

class Dispatch : public DispatchRecorder {
 protected:
  void SetUp() override { load_recorder(); }

  /// Everything but tidx, which has tests of its own; in any order.
  std::vector<BatchRecord> payloads(std::uint32_t batches) {
    auto list = recorded(batches);
    for (BatchRecord& record : list) record.tidx = all_lanes(BatchRecord::not_live);
    std::sort(list.begin(), list.end());
    return list;
  }
  void check(const Grid& grid) {
    SCOPED_TRACE(fmt::format("grid {} {} {}, size {}, {} per supergroup, offset {} {} {}", grid.x,
                             grid.y, grid.z, grid.size, grid.per_supergroup, grid.offset_x,
                             grid.offset_y, grid.offset_z));
    auto batches = expected(grid);
    const auto count = static_cast<std::uint32_t>(batches.size());
    // The formula of v3d71 §13.1.
    EXPECT_EQ(count, grid.batches_per_supergroup() * (grid.groups() / grid.per_supergroup) +
                         (grid.groups() % grid.per_supergroup * grid.size + 15) / 16);
    std::sort(batches.begin(), batches.end());
    record(configuration(grid, count));
    EXPECT_EQ(payloads(count), batches);
  }
};

TEST_F(Dispatch, SmallGrids) {
  for (const std::uint32_t size : {1u, 5u, 15u, 16u, 17u, 32u, 60u, 64u, 65u, 100u, 255u, 256u})
    for (const std::uint32_t per_supergroup : {1u, 2u, 3u, 5u, 15u, 16u})
      for (std::uint32_t z = 1; z <= 2; ++z)
        for (std::uint32_t y = 1; y <= 3; ++y)
          for (std::uint32_t x = 1; x <= 3; ++x) {
            check({x, y, z, size, per_supergroup});
            if (HasFailure()) return;
          }
}

TEST_F(Dispatch, Offsets) {
  check({3, 2, 2, 20, 3, 10, 100, 1000});
  check({1, 1, 1, 16, 1, 0xffff, 0xffff, 0xffff});
  check({2, 2, 2, 64, 1, 0xfffe, 0xfffe, 0xfffe});
  check({5, 1, 1, 16, 2, 1, 0, 0});
}

TEST_F(Dispatch, LargeCounts) {
  check({0xffff, 1, 1, 1, 16});
  check({1, 0x3001, 1, 16, 1});
  check({7, 11, 13, 48, 7});
}

TEST_F(Dispatch, NoBatches) {
  const Grid grid{1, 1, 1, 16, 1};
  record(configuration(grid, 0));
  EXPECT_EQ(recorded(1)[0], BatchRecord{});
}

// The hardware counts batches, not workgroups: fewer of them end the grid early...
TEST_F(Dispatch, FewerBatchesThanTheGridHas) {
  const Grid grid{4, 3, 2, 16, 2};
  auto batches = expected(grid);
  for (const std::uint32_t count : {1u, 2u, 7u, 23u}) {
    std::vector<BatchRecord> first(batches.begin(), batches.begin() + count);
    std::sort(first.begin(), first.end());
    record(configuration(grid, count));
    EXPECT_EQ(payloads(count), first);
  }
}

// ... and with more of them z counts on.
TEST_F(Dispatch, MoreBatchesThanTheGridHas) {
  const Grid grid{2, 3, 1, 16, 2}, larger{2, 3, 5, 16, 2};
  auto batches = expected(larger);
  batches.resize(29);
  std::sort(batches.begin(), batches.end());
  record(configuration(grid, 29));
  EXPECT_EQ(payloads(29), batches);
}

// Lanes behind the last workgroup of a supergroup belong to nobody, whatever cfg4 says.
TEST_F(Dispatch, GapsOfSupergroupsAreNotLive) {
  const Grid grid{4, 1, 1, 10, 3};
  auto batches = expected(grid);
  batches.resize(2);  // 30 lanes of the first supergroup
  std::sort(batches.begin(), batches.end());
  record(configuration(grid, 2));
  EXPECT_EQ(payloads(2), batches);
}

TEST_F(Dispatch, LiveLanesVoteAndDecide) {
  // Supergroups of one workgroup with 5 lanes. Lane 9 is not live.
  load([](Assembler& a) {
    using namespace vc7::qpu;
    begin(a);
    a.eidx(rf4);
    a.sub(null, rf4, 5, pushn);  // A in lanes 0-4, which are the live ones
    a.mov(rf5, 1);
    a.ballot(rf6, rf5);  // 0x1f
    a.alleq(rf7, rf5);   // 1
    a.mov(rf8, 0).mov(rf9, rf5);
    a.b(a.R("without"), alla);  // not taken: lanes 5-15 have no A
    a.nop();
    a.nop();
    a.nop();
    a.bor(rf8, rf8, rf5);  // 1
    a.L("without");
    a.b(a.R("with"), alla).p();  // taken
    a.nop();
    a.nop();
    a.nop();
    a.bor(rf8, rf8, 2);
    a.L("with");
    a.b(a.R("with_quads"), alla).q();  // not taken: quad 1 has the live lane 4
    a.nop();
    a.nop();
    a.nop();
    a.bor(rf8, rf8, 4);
    a.L("with_quads");
    a.sub(null, rf4, 8, pushn);          // A in lanes 0-7
    a.b(a.R("with_quads_2"), alla).q();  // taken
    a.nop();
    a.nop();
    a.nop();
    a.bor(rf8, rf8, 8);
    a.L("with_quads_2");
    a.setmsf(0);  // now none is live: any is false, all is true
    a.b(a.R("none_any"), anyna).p();
    a.nop();
    a.nop();
    a.nop();
    a.mov(rf10, 15);
    a.bor(rf8, rf8, rf10);
    a.L("none_any");
    a.b(a.R("none_all"), allna).p();  // taken
    a.nop();
    a.nop();
    a.nop();
    a.mov(rf8, 0);
    a.L("none_all");
    a.setmsf(rf9);
    out(a, rf6);
    out(a, rf7);
    out(a, rf8);
    a.end_program();
  });
  write(uniforms, {input, output});
  std::fill_n(reinterpret_cast<std::uint32_t*>(memory().at(output)), 48, 0xeeeeeeee);
  sim::CsdConfig cfg = configuration({1, 1, 1, 5, 1}, 1);
  cfg[5] = code;
  cfg[6] = uniforms;
  const auto result = machine().run(cfg);
  ASSERT_FALSE(result.fault) << sim::describe(*result.fault);
  EXPECT_EQ(this->result(0), all_lanes(0x1f));  // setmsf(1) has made all lanes live
  EXPECT_EQ(this->result(1), all_lanes(1));
  EXPECT_EQ(this->result(2), all_lanes(1 | 4 | 15));
}

}  // namespace
}  // namespace vc7::test
