// SPDX-License-Identifier: MIT
//
// The number of host threads changes nothing: results, counts, faults. And jobs come from any
// thread.
#include <optional>
#include <thread>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;

class HostThreads : public MachineFixture {
 protected:
  static constexpr std::uint32_t shared = data + 0x80'0000;
  static constexpr std::uint32_t batches = 1500;

  struct Outcome {
    std::uint64_t instructions = 0, batches = 0;
    std::string fault;
    Words output, shared;
    bool operator==(const Outcome&) const = default;
  };

  template <class Kernel>
  Outcome run_with(unsigned threads, Kernel kernel, const Words& uniform_words, const Launch& how,
                   sim::Engine engine = sim::Engine::automatic) {
    new_machine({.engine = engine, .host_threads = threads});
    const auto job = launch(
        [&](Assembler& a) {
          kernel(a);
          a.end_program();
        },
        uniform_words, how);
    return {job.instructions, job.batches, job.fault ? sim::describe(*job.fault) : "",
            words(output, 16 * how.batches), words(shared, 1024)};
  }

  /// rf4 = number of the batch, rf5 = where its output goes. Takes one uniform.
  static void place(Assembler& a) {
    a.mov(rf4, rf3.unpack(ul), ldunifrf(rf5));
    a.eidx(rf6);
    a.shl(rf7, rf6, 2);
    a.add(rf5, rf5, rf7);
    a.shl(rf7, rf4, 6);
    a.add(rf5, rf5, rf7);
  }
};

/// rf9 += rf4, as often as rf8 says.
constexpr void add_up(Assembler& a) {
  const auto loop = a.loop();
  a.sub(rf8, rf8, 1, pushz);
  loop.b(na0);
  a.add(rf9, rf9, rf4);
  a.nop();
  a.nop();
}

// Loops of different lengths, and atomics on words that all batches share; what they return is
// stored.
constexpr auto mixed = [](Assembler& a) {
  a.nop(ldunifrf(rf10));  // shared
  a.nop(ldunifrf(rf11));  // config
  a.band(rf8, rf4, 15);
  a.add(rf8, rf8, 1);
  add_up(a);
  a.mov(tmuc, rf11);
  a.band(rf12, rf4, 7);
  a.shl(rf12, rf12, 2);
  a.add(rf12, rf12, rf10);
  a.add(tmudref, rf9, rf6);
  a.mov(tmua, rf12, thrsw);
  a.nop();
  a.nop();
  a.nop(ldtmu(rf13));
  a.mov(tmud, rf13);
  a.mov(tmua, rf5);
};

TEST_F(HostThreads, AtomicsWhoseOldValuesAreKept) {
  for (const TmuConfig config :
       {TmuConfig{}.write_add_read_prefetch(), TmuConfig{}.write_xchg_read_flush(),
        TmuConfig{}.write_sub_read_clear()}) {
    const auto kernel = [](Assembler& a) {
      place(a);
      mixed(a);
    };
    const Words uniform_words{output, shared, config.word()};
    for (const std::uint32_t per_supergroup : {1u, 7u}) {
      const Launch how{.batches = batches, .batches_per_supergroup = per_supergroup};
      const Outcome one = run_with(1, kernel, uniform_words, how);
      EXPECT_EQ(one.fault, "");
      EXPECT_EQ(one.batches, batches);
      for (const unsigned threads : {2u, 5u})
        EXPECT_EQ(run_with(threads, kernel, uniform_words, how), one) << threads;
    }
  }
}

// As many batches as are resident take turns in native code, but an atomic waits for all of the
// batches before: here some hundred turns, and two atomics each.
TEST_F(HostThreads, ResidentBatchesTakeTurns) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.nop(ldunifrf(rf10));  // shared
    a.nop(ldunifrf(rf11));  // config
    a.add(rf10, rf10, rf6);
    for (int n = 0; n < 2; ++n) {
      a.bxor(rf8, rf4, 13);
      a.shl(rf8, rf8, 4);
      a.add(rf8, rf8, 15);
      add_up(a);
      a.mov(tmuc, rf11);
      a.add(tmudref, rf9, rf4);
      a.mov(tmua, rf10, thrsw);
      a.nop();
      a.nop();
      a.nop(ldtmu(rf13));
      a.add(rf9, rf9, rf13);
    }
    a.mov(tmud, rf9);
    a.mov(tmua, rf5);
  };
  const Words uniform_words{output, shared, TmuConfig{}.write_xchg_read_flush().word()};
  for (const std::uint32_t per_supergroup : {1u, 5u}) {
    const Launch how{.batches = 24, .batches_per_supergroup = per_supergroup};
    const Outcome one = run_with(1, kernel, uniform_words, how, sim::Engine::interpreter);
    EXPECT_EQ(one.fault, "");
    EXPECT_EQ(one.batches, 24u);
    for (const unsigned threads : {1u, 2u, 5u})
      EXPECT_EQ(run_with(threads, kernel, uniform_words, how, sim::Engine::jit), one) << threads;
  }
}

// One thread executes supergroup after supergroup: exchange hands words from batch to batch.
TEST_F(HostThreads, OrderOfSupergroups) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.nop(ldunifrf(rf10));
    a.shl(rf7, rf6, 2);
    a.add(rf10, rf10, rf7);
    a.nop(ldunifrf(tmuc));
    a.add(tmudref, rf4, 1);
    a.mov(tmua, rf10);
    a.nop(ldtmu(rf13));
    a.mov(tmud, rf13);
    a.mov(tmua, rf5);
  };
  const Words uniform_words{output, shared, TmuConfig{}.write_xchg_read_flush().word()};
  for (const unsigned threads : {1u, 2u, 5u}) {
    const Outcome outcome = run_with(threads, kernel, uniform_words, {.batches = batches});
    for (std::uint32_t i = 0; i < batches; ++i)
      ASSERT_EQ(outcome.output[16 * i], i) << threads;  // batch i - 1 has left i behind
  }
}

TEST_F(HostThreads, Barriers) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.mov(tmud, rf4);
    a.mov(tmua, rf5);
    a.tmuwt();
    a.barrierid(syncb, thrsw);
    a.nop();
    a.nop();
    a.mov(rf7, 1);
    a.bxor(rf8, rf4, rf7);
    a.sub(rf8, rf8, rf4);
    a.shl(rf8, rf8, 6);
    a.add(rf8, rf8, rf5);
    a.mov(tmua, rf8, thrsw);
    a.nop();
    a.nop();
    a.nop(ldtmu(rf9));
    a.nop(thrsw);
    a.nop();
    a.nop();
    a.mov(tmud, rf9);
    a.mov(tmua, rf5);
  };
  for (const unsigned threads : {1u, 2u, 5u}) {
    const Outcome outcome =
        run_with(threads, kernel, {output}, {.batches = 960, .batches_per_supergroup = 24});
    EXPECT_EQ(outcome.fault, "");
    for (std::uint32_t i = 0; i < 960; ++i) ASSERT_EQ(outcome.output[16 * i], i ^ 1) << threads;
  }
}

// The fault of the lowest supergroup, and the counts up to it, even if a later one faults earlier:
// batches 700 and more fault at once, batch 400 after a long loop. With 24 batches, which take
// turns, the same for 9 and 5.
TEST_F(HostThreads, TheLowestFaultIsReported) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.nop(ldunifrf(rf10));  // 400
    a.nop(ldunifrf(rf11));  // 700
    a.nop(ldunifrf(rf12));  // rounds
    a.mov(tmud, rf4);
    a.mov(tmua, rf5);
    a.sub(null, rf4, rf11, pushc);  // A: below 700
    a.b(a.R("below"), anya);
    for (int i = 0; i < 3; ++i) a.nop();
    a.mov(tmua, rf4);
    a.L("below");
    a.bxor(null, rf4, rf10, pushz);  // A: 400
    a.b(a.R("end"), anyna);
    for (int i = 0; i < 3; ++i) a.nop();
    const auto loop = a.loop();
    a.sub(rf12, rf12, 1, pushz);
    loop.b(na0);
    for (int i = 0; i < 3; ++i) a.nop();
    a.mov(tmud, 0);
    a.mov(tmua, 8);
    a.L("end");
  };
  const std::uint32_t rounds = 100'000;
  const auto check = [&](std::uint32_t late, std::uint32_t early, std::uint32_t all,
                         const std::string& place) {
    std::optional<Outcome> one;
    for (const unsigned threads : {1u, 2u, 5u}) {
      Outcome outcome = run_with(threads, kernel, {output, late, early, rounds}, {.batches = all});
      EXPECT_EQ(outcome.batches, late);
      // place() 6, then 12 and 5 to the branches; the last batch stops in its 32nd kind of
      // instruction.
      EXPECT_EQ(outcome.instructions, late * (6 + 10 + 5 + 7) + 6 + 10 + 5 + 5 * rounds + 1);
      EXPECT_NE(outcome.fault.find("MMU fault: TMU store at unmapped GPU address 0x00000008 (" +
                                   place + ")"),
                std::string::npos)
          << outcome.fault;
      for (std::uint32_t i = 0; i <= late; ++i) ASSERT_EQ(outcome.output[16 * i], i);
      outcome.output.clear();  // behind the fault anything may have run
      if (!one) one = outcome;
      EXPECT_EQ(outcome, *one);
    }
  };
  check(400, 700, batches, "batch 400, QPU 4, thread 2, lane 0");
  check(5, 9, 24, "batch 5, QPU 5, thread 0, lane 0");
}

// Batches that wait for their turn at an atomic are released by a fault before them.
TEST_F(HostThreads, FaultBeforeAtomics) {
  const auto kernel = [](Assembler& a) {
    place(a);
    a.nop(ldunifrf(rf10));
    a.nop(ldunifrf(tmuc));
    a.sub(null, rf4, 3, pushz);
    a.mov(rf11, rf10);
    a.mov(rf11, 4, ifa);  // batch 3: nowhere
    a.mov(tmudref, 1);
    a.mov(tmua, rf11);
    a.nop(ldtmu(rf12));
  };
  const Words uniform_words{output, shared, TmuConfig{}.write_add_read_prefetch().word()};
  for (const unsigned threads : {1u, 2u, 5u}) {
    const Outcome outcome = run_with(threads, kernel, uniform_words, {.batches = batches});
    EXPECT_EQ(outcome.batches, 3u);
    EXPECT_NE(outcome.fault.find("(batch 3, QPU 3, thread 0, lane 0)"), std::string::npos)
        << outcome.fault;
  }
}

// run() may be called from any thread; jobs do not mix.
TEST_F(HostThreads, JobsFromSeveralThreads) {
  new_machine({.host_threads = 2});
  constexpr unsigned callers = 4;
  const Program program = assemble([](Assembler& a) {
    place(a);
    a.nop(ldunifrf(rf10));
    a.add(tmud, rf4, rf10);
    a.mov(tmua, rf5);
    a.end_program();
  });
  std::vector<std::jthread> threads;
  std::vector<std::string> faults(callers);
  for (unsigned t = 0; t < callers; ++t) {
    threads.emplace_back([&, t] {
      const std::uint32_t base = 0x4000'0000 + 0x100'0000 * t;
      for (std::uint32_t round = 0; round < 20; ++round) {
        memory().map(base, 0x10000);
        std::memcpy(memory().at(base), program.words().data(), program.size_bytes());
        write(base + 0x1000, {base + 0x2000, 1000 * t + round});
        sim::CsdConfig cfg = config({.batches = 100}, base);
        cfg[6] = base + 0x1000;
        const auto job = machine().run(cfg);
        if (job.fault) faults[t] = sim::describe(*job.fault);
        for (std::uint32_t i = 0; i < 100; ++i)
          if (vector(base + 0x2000 + 64 * i) != all_lanes(i + 1000 * t + round))
            faults[t] = "wrong result";
        memory().unmap(base);
      }
    });
  }
  threads.clear();
  for (const std::string& fault : faults) EXPECT_EQ(fault, "");
}

// Machines are independent.
TEST_F(HostThreads, SeveralMachines) {
  std::vector<std::jthread> threads;
  std::vector<std::uint32_t> results(3);
  for (std::uint32_t t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      sim::Machine own{sim::options_from_environment({.host_threads = 2})};
      own.memory().map(code, 0x1000);
      const Program program = assemble([&](Assembler& a) {
        a.mov(rf1, 1);
        a.shl(rf1, rf1, 12);
        a.mov(tmud, imm(t + 1));
        a.mov(tmua, rf1);
        a.end_program();
      });
      std::memcpy(own.memory().at(code), program.words().data(), program.size_bytes());
      for (int round = 0; round < 50; ++round) {
        own.memory().map(0x1000, 0x1000);
        own.run(config({.batches = 20}));
        std::memcpy(&results[t], own.memory().at(0x1000), 4);
        own.memory().unmap(0x1000);
        if (!own.run(config({.batches = 20})).fault) results[t] = 99;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(results, (std::vector<std::uint32_t>{1, 2, 3}));
}

}  // namespace
}  // namespace vc7::test
