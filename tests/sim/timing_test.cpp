// SPDX-License-Identifier: MIT
//
// The timing model against times worked out by hand. Differences of two jobs that differ in one
// thing leave out what both have: launch, caches that are cold, the end.
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include <vc7/base/error.hpp>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using namespace vc7::sim::timing;
using Kernel = std::function<void(Assembler&)>;

class Timing : public MachineFixture {
 protected:
  Parameters parameters;

  sim::JobResult run_timed(const Kernel& kernel, const Words& uniform_words = {},
                           const Launch& how = {}) {
    sim::Options options;
    options.timing = parameters;
    new_machine(options);
    return launch(
        [&](Assembler& a) {
          kernel(a);
          a.end_program();
        },
        uniform_words, how);
  }
  Report time(const Kernel& kernel, const Words& uniform_words = {}, const Launch& how = {}) {
    const auto job = run_timed(kernel, uniform_words, how);
    EXPECT_FALSE(job.fault.has_value());
    EXPECT_NE(job.timing, nullptr);
    check_sums(*job.timing);
    return *job.timing;
  }
  std::uint64_t cycles(const Kernel& kernel, const Words& uniform_words = {},
                       const Launch& how = {}) {
    return time(kernel, uniform_words, how).cycles;
  }

  /// Every cycle of every QPU is spent on something, and only once.
  static void check_sums(const Report& report) {
    EXPECT_EQ(report.issue_cycles + report.stalls.sum(), report.cycles * report.topology.qpus());
    std::uint64_t executed = 0, stalled = 0;
    for (const InstructionCost& cost : report.costs) {
      executed += cost.executed;
      stalled += cost.stalls.sum();
      EXPECT_EQ(cost.cycles, 4 * cost.executed + cost.stalls.sum());
    }
    EXPECT_EQ(executed, report.instructions);
    EXPECT_EQ(4 * executed, report.issue_cycles);
    EXPECT_LE(stalled, report.stalls.sum());
    check_timeline(report);
  }

  /// The same cycles once more, and what is exact agrees with what is summed up.
  static void check_timeline(const Report& report) {
    const Timeline& timeline = report.timeline;
    ASSERT_EQ(timeline.qpus.size(), report.topology.qpus());
    std::array<std::uint64_t, Timeline::kinds> sums{};
    for (const Timeline::Qpu& qpu : timeline.qpus) {
      EXPECT_LE(qpu.buckets.size(), Timeline::most_buckets);
      EXPECT_LE(qpu.first.size(), Timeline::most_spans);
      std::uint64_t all = 0;
      for (const Timeline::Bucket& bucket : qpu.buckets)
        for (unsigned kind = 0; kind < Timeline::kinds; ++kind) {
          sums[kind] += bucket[kind];
          all += bucket[kind];
        }
      EXPECT_EQ(all, report.cycles);
      check_spans(timeline.bucket_cycles, qpu);
    }
    EXPECT_EQ(sums[Timeline::issue], report.issue_cycles);
    for (std::size_t n = 0; n < stalls.size(); ++n)
      EXPECT_EQ(sums[1 + n], report.stalls.cycles[n]) << stalls[n].name;
  }
  static void check_spans(std::uint64_t bucket_cycles, const Timeline::Qpu& qpu) {
    std::vector<Timeline::Bucket> buckets(qpu.buckets.size());
    std::uint64_t now = 0;
    for (const Timeline::Span& span : qpu.first)
      for (const std::uint64_t end = now + span.cycles; now < end; ++now)
        ++buckets[now / bucket_cycles][span.kind];
    for (std::size_t n = 0; (n + 1) * bucket_cycles <= now; ++n)
      EXPECT_EQ(buckets[n], qpu.buckets[n]) << n;
  }
};

/// rf4 rounds of `body`, which takes no uniforms.
Kernel loop(std::function<void(Assembler&)> body) {
  return [body = std::move(body)](Assembler& a) {
    a.nop(ldunifrf(rf4));
    const auto round = a.loop();
    body(a);
    a.sub(rf4, rf4, 1, pushz);
    round.b(na0);
    a.nop();
    a.nop();
    a.nop();
  };
}

TEST_F(Timing, TheTimelineOfALongJobIsCoarse) {
  const Report report = time(loop([](Assembler& a) { a.rot(rf5, rf6, 1); }), {30'000});
  EXPECT_GT(report.cycles, 400'000u);
  EXPECT_GE(report.timeline.bucket_cycles, 400'000 / Timeline::most_buckets);
  EXPECT_LT(report.timeline.bucket_cycles, 2 * report.cycles / Timeline::most_buckets + 1);
}

// ---- issue -----------------------------------------------------------------------------------

TEST_F(Timing, FiveInstructionsAreTwentyCycles) {
  const Kernel empty = loop([](Assembler&) {});
  EXPECT_EQ(cycles(empty, {1000}) - cycles(empty, {900}), 100u * 5 * 4);
}

TEST_F(Timing, TakenBranchesCostTheirParameter) {
  const Kernel empty = loop([](Assembler&) {});
  parameters.branch_extra = 3;
  EXPECT_EQ(cycles(empty, {1000}) - cycles(empty, {900}), 100u * (5 * 4 + 3));
}

TEST_F(Timing, QpusWorkSideBySide) {
  const Kernel empty = loop([](Assembler&) {});
  const Launch all{.batches = 12};
  EXPECT_EQ(cycles(empty, {1000}, all) - cycles(empty, {900}, all), 100u * 5 * 4);
  EXPECT_NEAR(static_cast<double>(cycles(empty, {1000}, all)),
              static_cast<double>(cycles(empty, {1000})), 11 * 16);  // the launches
  // Two threads of a QPU that never switch run one after the other.
  const auto twice = cycles(empty, {1000}, {.batches = 24});
  EXPECT_GT(twice, 2 * cycles(empty, {1000}) - 1000);
}

// ---- the special function unit ---------------------------------------------------------------

const Kernel rotations = loop([](Assembler& a) {
  for (int n = 0; n < 8; ++n) {
    a.rot(rf10, rf5, 1);
    a.nop();
  }
});

TEST_F(Timing, OneQpuRotatesWithoutWaiting) {
  EXPECT_EQ(cycles(rotations, {200}) - cycles(rotations, {100}), 100u * (5 + 16) * 4);
}

// 32 rotations a round for the four QPUs of a slice: 4 cycles each are 128, more than the 84 of a
// QPU's own instructions.
TEST_F(Timing, TheQpusOfASliceShareTheUnit) {
  const auto report = time(rotations, {200}, {.batches = 12});
  const auto before = time(rotations, {100}, {.batches = 12});
  EXPECT_EQ(report.cycles - before.cycles, 100u * 32 * 4);
  EXPECT_GT(report.stalls[Stall::special_unit], 0u);
}

TEST_F(Timing, RotationsHaveTheirOwnParameter) {
  parameters.rotate_service = 6;
  EXPECT_EQ(cycles(rotations, {200}, {.batches = 12}) - cycles(rotations, {100}, {.batches = 12}),
            100u * 32 * 6);
}

TEST_F(Timing, ResultsOfSpecialFunctionsComeLate) {
  const auto read_after = [&](int instructions) {
    return loop([=](Assembler& a) {
      a.recip(rf10, rf5);
      for (int n = 0; n < instructions; ++n) a.nop();
      a.mov(rf11, rf10);
    });
  };
  const auto round = [&](const Kernel& kernel) {
    return (cycles(kernel, {200}) - cycles(kernel, {100})) / 100;
  };
  EXPECT_EQ(round(read_after(0)), 4u * (5 + 2 + 1));  // one turn lost
  EXPECT_EQ(round(read_after(1)), 4u * (5 + 3));
}

// ---- memory ----------------------------------------------------------------------------------

const Kernel chase = loop([](Assembler& a) {
  a.mov(tmua, rf6);
  a.nop(ldtmu(rf7));
});
const Kernel chase_at_data = [](Assembler& a) {
  a.nop(ldunifrf(rf6));
  chase(a);
};

TEST_F(Timing, AHitTakesItsLatency) {
  const Words words{data, 200}, fewer{data, 100};
  // The load is issued, 42 cycles later ldtmu, then 5 instructions and the load of the next round.
  EXPECT_EQ(cycles(chase_at_data, words) - cycles(chase_at_data, fewer), 100u * (42 + 4 + 5 * 4));
  const auto before = cycles(chase_at_data, words);
  parameters.dram_latency += 50;  // of the first load
  EXPECT_EQ(cycles(chase_at_data, words), before + 50);
}

/// Each round a line of the L2T cache further on.
const Kernel walk = [](Assembler& a) {
  a.nop(ldunifrf(rf6));
  a.eidx(rf8);
  a.shl(rf8, rf8, 2);
  a.add(rf6, rf6, rf8);
  a.mov(rf9, 1);
  a.shl(rf9, rf9, 8);
  loop([](Assembler& b) {
    b.mov(tmua, rf6).add(rf6, rf6, rf9);
    b.nop(ldtmu(rf7));
  })(a);
};

TEST_F(Timing, AMissTakesTheLatencyOfMemory) {
  const auto report = time(walk, {data, 200}), before = time(walk, {data, 100});
  EXPECT_EQ(report.cycles - before.cycles, 100u * (235 + 4 + 5 * 4));
  EXPECT_EQ(report.dram_bytes_read - before.dram_bytes_read, 100u * 256);
  EXPECT_EQ(report.tmu_loads, 200u);
  EXPECT_EQ(report.tmu_bytes_loaded, 200u * 64);
}

// 12 QPUs with a line of 256 bytes each in flight, 8 of them from other places: the memory is the
// limit.
TEST_F(Timing, ManyMissesTakeTheBandwidthOfMemory) {
  parameters.dram_mbytes = 5000;
  const Kernel apart = [](Assembler& a) {
    a.mov(rf5, rf3.unpack(ul));
    a.shl(rf5, rf5, 15);
    a.shl(rf5, rf5, 4);
    a.nop(ldunifrf(rf6));
    a.add(rf6, rf6, rf5);
    a.mov(rf9, 1);
    a.shl(rf9, rf9, 8);
    loop([](Assembler& b) {
      b.mov(tmua, rf6).add(rf6, rf6, rf9);
      b.nop(ldtmu(rf7));
    })(a);
  };
  const auto spent =
      cycles(apart, {data, 400}, {.batches = 12}) - cycles(apart, {data, 200}, {.batches = 12});
  const double expected = 200.0 * 12 * 256 * 960 / 5000;
  EXPECT_NEAR(static_cast<double>(spent), expected, expected / 100);
}

TEST_F(Timing, StoresAreAcknowledged) {
  const Kernel stores = [](Assembler& a) {
    a.nop(ldunifrf(rf6));
    loop([](Assembler& b) {
      b.mov(tmud, 1);
      b.mov(tmua, rf6);
      b.tmuwt();
    })(a);
  };
  const auto before = cycles(stores, {data, 200}) - cycles(stores, {data, 100});
  parameters.store_latency += 7;
  EXPECT_EQ(cycles(stores, {data, 200}) - cycles(stores, {data, 100}), before + 700);
  EXPECT_GT(time(stores, {data, 10}).stalls[Stall::tmu_write], 0u);
}

// ---- threads and barriers --------------------------------------------------------------------

const Kernel switching = [](Assembler& a) {
  a.nop(ldunifrf(rf6));
  loop([](Assembler& b) {
    b.mov(tmua, rf6, thrsw);
    b.nop();
    b.nop();
    b.nop(ldtmu(rf7));
  })(a);
};

TEST_F(Timing, ASecondThreadFillsTheWait) {
  const auto one = time(switching, {data, 400}),
             two = time(switching, {data, 400}, {.batches = 24});
  EXPECT_GT(one.stalls[Stall::tmu_switch], 0u);
  EXPECT_LT(two.cycles, one.cycles + one.cycles / 2);
}

TEST_F(Timing, ABarrierWaitsForTheLast) {
  const Kernel kernel = [](Assembler& a) {
    a.mov(rf4, rf3.unpack(ul));
    a.add(rf4, rf4, 1);
    a.shl(rf4, rf4, 7);
    const auto round = a.loop();  // the batches arrive far apart
    a.sub(rf4, rf4, 1, pushz);
    round.b(na0);
    a.nop();
    a.nop();
    a.nop();
    a.barrierid(syncb, thrsw);
    a.nop();
    a.nop();
  };
  const auto report = time(kernel, {}, {.batches = 4, .batches_per_supergroup = 4});
  // 128 rounds of 20 cycles apart, less what the launches are: 3 + 2 + 1 times.
  EXPECT_NEAR(static_cast<double>(report.stalls[Stall::barrier]), 6 * (128 * 20 + 16), 300);
}

// ---- the whole -------------------------------------------------------------------------------

TEST_F(Timing, IsTheSameEveryTime) {
  const auto first = time(walk, {data, 300}, {.batches = 40});
  EXPECT_EQ(first, time(walk, {data, 300}, {.batches = 40}));
}

TEST_F(Timing, MoreBatchesThanPlacesTakeTurns) {
  const auto report = time(switching, {data, 20}, {.batches = 100});
  EXPECT_EQ(report.batches, 100u);
  EXPECT_EQ(report.batches_run.size(), 100u);
  for (const Interval& run : report.batches_run) EXPECT_LT(run.start, run.end);
}

TEST_F(Timing, AFaultEndsTheReport) {
  const auto job = run_timed(
      [](Assembler& a) {
        a.nop();
        a.mov(tmua, 0);
      },
      {}, {.batches = 30});
  ASSERT_TRUE(job.fault.has_value());
  EXPECT_EQ(job.timing->instructions, 1u);
  check_sums(*job.timing);
}

TEST_F(Timing, OnlyTheFirstJobIsCold) {
  const Kernel empty = loop([](Assembler&) {});
  const Report first = time(empty, {1});
  EXPECT_TRUE(first.cold);
  EXPECT_DOUBLE_EQ(first.seconds(), first.execution_seconds() +
                                        1e-6 * (parameters.job_warm_us + parameters.job_cold_us));
}

TEST_F(Timing, CountersAgreeWithTheReport) {
  const auto job = run_timed(walk, {data, 50});
  for (const auto& info : sim::counters)
    EXPECT_EQ(job.counters.contains(info.counter), info.counted != sim::Counted::never)
        << info.name;
  EXPECT_EQ(job.counters.at(sim::Counter::cycle_count), job.timing->cycles);
  EXPECT_EQ(job.counters.at(sim::Counter::qpu_active), job.timing->instructions);
  EXPECT_EQ(job.counters.at(sim::Counter::l2t_fill), job.timing->dram_bytes_read / 256);
}

// ---- parameters ------------------------------------------------------------------------------

TEST(TimingParameters, DefaultsAreInTheirRanges) {
  Parameters values;
  for (const ParameterInfo& info : sim::timing::parameters) {
    EXPECT_EQ(values.get(info.name), info.standard);
    EXPECT_NO_THROW(values.set(info.name, info.least));
    EXPECT_NO_THROW(values.set(info.name, info.most));
    EXPECT_THROW(values.set(info.name, std::uint64_t{info.most} + 1), Error);
  }
}

TEST(TimingParameters, ErrorsSayWhatIsAllowed) {
  Parameters values;
  const auto error = [&](const char* name, std::uint64_t value) -> std::string {
    try {
      values.set(name, value);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(error("clock_mhz", 5), "timing parameter clock_mhz is 5; allowed is 100 to 2000 MHz");
  EXPECT_EQ(error("speed", 5),
            "there is no timing parameter 'speed'; vc7 prof --parameters lists them");
}

}  // namespace
}  // namespace vc7::test
