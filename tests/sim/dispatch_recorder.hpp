// SPDX-License-Identifier: MIT
//
// A program in which every batch writes down what it started with.
#pragma once

#include <algorithm>
#include <vector>

#include "support/machine_fixture.hpp"

namespace vc7::test {

/// What one batch started with. Lanes that are not live hold `not_live`.
struct BatchRecord {
  static constexpr std::uint32_t not_live = 0xdddddddd;
  LaneWords rf2 = all_lanes(not_live), rf3 = all_lanes(not_live), tidx = all_lanes(not_live),
            msf = all_lanes(not_live);
  auto operator<=>(const BatchRecord&) const = default;
};

class DispatchRecorder : public MachineFixture {
 protected:
  static constexpr std::uint32_t ticket = input, records = output, record_bytes = 256;

  /// Loads the program. A batch takes a ticket, which says where its record goes; the order of the
  /// batches does not matter.
  void load_recorder() {
    load([](Assembler& a) {
      using namespace vc7::qpu;
      a.eidx(rf1, ldunifrf(rf10));  // address of the ticket
      a.bor(null, rf1, rf1, pushz);
      a.mov(tmudref, 1);
      a.nop(ldunifrf(tmuc));
      a.mov(tmua, rf10, ifa);  // lane 0
      a.nop(ldtmu(rf4));
      a.mov(rep, rf4);
      a.shl(rf4, rf0, 8, ifa);
      a.shl(rf4, rf0, 8, ifna);  // record of 256 bytes
      a.shl(rf1, rf1, 2);
      a.add(rf4, rf4, rf1, ldunifrf(rf5));
      a.add(rf4, rf4, rf5, ldunifrf(rf5));  // rf5 = 64
      a.tidx(rf6);
      a.msf(rf7);
      for (const Register r : {rf2, rf3, rf6, rf7}) {
        a.mov(tmud, r);
        a.mov(tmua, rf4).add(rf4, rf4, rf5);
      }
      a.end_program();
    });
    write(uniforms, {ticket, TmuConfig{}.write_add_read_prefetch().word(), records, 64});
  }
  static constexpr std::uint64_t recorder_instructions = 22 + end_instructions;

  /// Runs the recorder, at most 200000 batches.
  sim::JobResult record(sim::CsdConfig cfg) {
    write(ticket, {0u});
    std::fill_n(reinterpret_cast<std::uint32_t*>(memory().at(records)),
                std::max(cfg[4], 1u) * (record_bytes / 4), BatchRecord::not_live);
    cfg[5] |= code;
    cfg[6] = uniforms;
    sim::JobResult result = machine().run(cfg);
    EXPECT_FALSE(result.fault) << sim::describe(*result.fault);
    EXPECT_EQ(result.batches, cfg[4]);
    EXPECT_EQ(result.instructions, cfg[4] * recorder_instructions);
    EXPECT_EQ(word(ticket), cfg[4]);
    return result;
  }

  std::vector<BatchRecord> recorded(std::uint32_t batches) {
    std::vector<BatchRecord> list(batches);
    for (std::uint32_t i = 0; i < batches; ++i) {
      const std::uint32_t at = records + record_bytes * i;
      list[i] = {vector(at), vector(at + 64), vector(at + 128), vector(at + 192)};
    }
    return list;
  }

  /// One value of tidx per batch, sorted. It is the same in all lanes.
  std::vector<std::uint32_t> recorded_tidx(std::uint32_t batches) {
    std::vector<std::uint32_t> list;
    for (const BatchRecord& record : recorded(batches)) {
      EXPECT_EQ(record.tidx, all_lanes(record.tidx[0]));
      list.push_back(record.tidx[0]);
    }
    std::sort(list.begin(), list.end());
    return list;
  }
};

}  // namespace vc7::test
