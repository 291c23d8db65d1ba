// SPDX-License-Identifier: MIT
//
// TMU loads and stores (v3d71 §10): the configuration word, vectors, types, which lanes take part,
// the order of results. Atomics are in atomics_test.cpp, faults in memory_fault_test.cpp.
#include <cstring>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;

/// A word that tells where it lies.
std::uint32_t mark(std::uint32_t address) { return address * 2654435761u + 12345; }

class Tmu : public MachineFixture {
 protected:
  static constexpr std::uint32_t area = data + 0x80'0000, area_words = 4096;

  void SetUp() override { fill_area(); }
  void fill_area() {
    for (std::uint32_t i = 0; i < area_words; ++i) write(area + 4 * i, {mark(area + 4 * i)});
  }
  /// Addresses that are neither consecutive nor ordered.
  static constexpr LaneWords scattered =
      each_lane([](auto lane) { return area + 64 * (lane * 7 % 16) + 4 * (lane % 5); });
  static constexpr LaneWords consecutive = each_lane([](auto lane) { return area + 4 * lane; });
};

TEST_F(Tmu, LoadWords) {
  const LaneWords same = all_lanes(area + 20);
  const LaneWords backwards = each_lane([](auto lane) { return area + 60 - 4 * lane; });
  LaneWords nearly = consecutive;
  nearly[9] = area + 400;
  for (const LaneWords& addresses : {consecutive, scattered, same, backwards, nearly}) {
    run_body(
        [](Assembler& a) {
          in(a, rf1);
          a.mov(tmua, rf1, thrsw);
          a.nop();
          a.nop();
          a.nop(ldtmu(rf2));
          out(a, rf2);
        },
        {addresses});
    EXPECT_EQ(result(), each_lane([&](auto lane) { return mark(addresses[lane]); }));
  }
}

TEST_F(Tmu, StoreWords) {
  LaneWords nearly = consecutive;
  nearly[15] = area + 400;
  for (const LaneWords& addresses : {consecutive, scattered, nearly}) {
    fill_area();
    run_body(
        [](Assembler& a) {
          in(a, rf1);
          a.eidx(rf2);
          a.mov(tmud, rf2);
          a.mov(tmua, rf1);
          a.tmuwt();
        },
        {addresses});
    Words expected(area_words);
    for (std::uint32_t i = 0; i < area_words; ++i) expected[i] = mark(area + 4 * i);
    for (std::uint32_t lane = 0; lane < 16; ++lane) expected[(addresses[lane] - area) / 4] = lane;
    EXPECT_EQ(words(area, area_words), expected);
  }
}

// Of several lanes with one address the highest wins.
TEST_F(Tmu, StoresToOneAddress) {
  for (const std::uint32_t components : {1u, 4u}) {
    run_body(
        [&](Assembler& a) {
          in(a, rf1);
          a.eidx(rf2);
          a.nop(ldunifrf(tmuc));
          for (std::uint32_t k = 0; k < components; ++k) {
            a.mov(tmud, rf2);
            a.add(rf2, rf2, 8);
          }
          a.mov(tmua, rf1);
          a.tmuwt();
        },
        {each_lane([](auto lane) { return area + 64 * (lane / 4); })},
        {components == 4 ? TmuConfig{}.vec4().word() : 0xffffffff});
    for (std::uint32_t group = 0; group < 4; ++group)
      for (std::uint32_t k = 0; k < components; ++k)
        EXPECT_EQ(word(area + 64 * group + 4 * k), 4 * group + 3 + 8 * k);
  }
}

// One ldtmu per component, in order; components lie at ascending addresses.
TEST_F(Tmu, LoadVectors) {
  for (std::uint32_t n = 1; n <= 4; ++n) {
    const TmuConfig config = n == 1 ? TmuConfig{} : TmuConfig{1, 15, static_cast<int>(n)};
    for (const LaneWords& addresses : {consecutive, scattered}) {
      run_body(
          [&](Assembler& a) {
            in(a, rf1);
            a.nop(ldunifrf(tmuc));
            a.mov(tmua, rf1);
            for (std::uint32_t k = 0; k < n; ++k) a.nop(ldtmu(rf[2 + k]));
            for (std::uint32_t k = 0; k < n; ++k) out(a, rf[2 + k]);
          },
          {addresses}, {config.word()});
      for (std::uint32_t k = 0; k < n; ++k)
        EXPECT_EQ(result(k), each_lane([&](auto lane) { return mark(addresses[lane] + 4 * k); }));
    }
  }
}

TEST_F(Tmu, StoreVectors) {
  for (std::uint32_t n = 1; n <= 4; ++n) {
    const TmuConfig config = n == 1 ? TmuConfig{} : TmuConfig{1, 15, static_cast<int>(n)};
    fill_area();
    const LaneWords addresses = each_lane([](auto lane) { return area + 64 * (15 - lane) + 4; });
    const sim::JobResult job = run_body(
        [&](Assembler& a) {
          in(a, rf1);
          a.nop(ldunifrf(tmuc));
          a.eidx(rf2);
          for (std::uint32_t k = 0; k < n; ++k) a.add(tmud, rf2, imm(k));
          a.mov(tmua, rf1);
          a.tmuwt();
        },
        {addresses}, {config.word()});
    EXPECT_TRUE(job.warnings.empty());
    Words expected(area_words);
    for (std::uint32_t i = 0; i < area_words; ++i) expected[i] = mark(area + 4 * i);
    for (std::uint32_t lane = 0; lane < 16; ++lane)
      for (std::uint32_t k = 0; k < n; ++k) expected[16 * (15 - lane) + 1 + k] = lane + k;
    EXPECT_EQ(words(area, area_words), expected);
  }
}

// §10.3: every access takes the least significant byte, 0xff comes in from the top.
TEST_F(Tmu, ConfigurationWord) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.nop(ldunifrf(tmuc));  // vec4, vec3, vec2, default, default
        for (int n : {4, 3}) {
          a.mov(tmua, rf1);
          for (int k = 0; k < n; ++k) a.nop(ldtmu(rf[2 + k]));
          for (int k = 0; k < n; ++k) out(a, rf[2 + k]);
          a.nop(ldunifrf(tmuc));  // out() has used up the rest
        }
        a.mov(tmua, rf1);
        a.nop(ldtmu(rf2));
        a.nop(ldtmu(rf3));
        a.mov(tmua, rf1);
        a.nop(ldtmu(rf4));
        a.mov(tmua, rf1);
        a.nop(ldtmu(rf5));
        for (unsigned i = 2; i <= 5; ++i) out(a, rf[i]);
      },
      {scattered}, {0xfffffffc, 0xfffffffb, 0xfffffffa});
  const std::uint32_t component[] = {0, 1, 2, 3, 0, 1, 2, 0, 1, 0, 0};
  for (std::uint32_t i = 0; i < std::size(component); ++i)
    EXPECT_EQ(result(i),
              each_lane([&](auto lane) { return mark(scattered[lane] + 4 * component[i]); }))
        << i;
}

// The word 0xfffafbfc serves accesses of 4, 3, 2 and then single words, all outstanding at once
// where the output FIFO has room.
TEST_F(Tmu, SequentialVectors) {
  EXPECT_EQ(TmuConfig::sequential_read_write_vec(4), 0xfffafbfcu);
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.nop(ldunifrf(tmuc));
        a.mov(tmua, rf1);
        a.mov(tmua, rf1);  // 7 words
        for (int i = 0; i < 7; ++i) a.nop(ldtmu(rf[2 + i]));
        a.mov(tmua, rf1);
        a.mov(tmua, rf1);
        a.mov(tmua, rf1);
        for (int i = 7; i < 11; ++i) a.nop(ldtmu(rf[2 + i]));
        for (int i = 0; i < 11; ++i) out(a, rf[2 + i]);
      },
      {scattered}, {0xfffafbfc});
  const std::uint32_t component[] = {0, 1, 2, 3, 0, 1, 2, 0, 1, 0, 0};
  for (std::uint32_t i = 0; i < std::size(component); ++i)
    EXPECT_EQ(result(i),
              each_lane([&](auto lane) { return mark(scattered[lane] + 4 * component[i]); }))
        << i;
}

// tmuc is taken from lane 0; tmuau uses the word that it loads and replaces what was left.
TEST_F(Tmu, ConfigurationSources) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        in(a, rf2);
        a.mov(tmuc, rf2);
        a.mov(tmua, rf1);
        for (int i = 0; i < 2; ++i) a.nop(ldtmu(rf[3 + i]));
        a.mov(tmuau, rf1);  // 0xfffffffb
        for (int i = 0; i < 3; ++i) a.nop(ldtmu(rf[5 + i]));
        a.mov(tmua, rf1, ldunif);  // the default again
        a.nop(ldtmu(rf8));
        a.mov(tmua, rf1, wrtmuc);  // 0xfffffffa beside the access
        a.nop(ldtmu(rf9));
        a.nop(ldtmu(rf10));
        for (int i = 3; i <= 9; ++i) out(a, rf[i]);
      },
      {scattered, each_lane([](auto lane) { return lane == 0 ? 0xfffffffa : 0xfffffffc; })},
      {0xfffffffb, 0, 0xfffffffa});
  const std::uint32_t component[] = {0, 1, 0, 1, 2, 0, 0};
  for (std::uint32_t i = 0; i < std::size(component); ++i)
    EXPECT_EQ(result(i),
              each_lane([&](auto lane) { return mark(scattered[lane] + 4 * component[i]); }))
        << i;
}

// Two uses of one port (R9), so hardware promises nothing; both engines take the word first, as
// with wrtmuc. Found by the fuzzer of the model.
TEST_F(Tmu, ConfigurationLoadedBesideTheAccess) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.mov(tmua, rf1, ldunifrf(tmuc));
        for (int i = 0; i < 2; ++i) a.nop(ldtmu(rf[3 + i]));
        for (int i = 3; i <= 4; ++i) out(a, rf[i]);
      },
      {scattered}, {0xfffffffa});
  for (std::uint32_t i = 0; i < 2; ++i)
    EXPECT_EQ(result(i), each_lane([&](auto lane) { return mark(scattered[lane] + 4 * i); })) << i;
}

// A thread starts with the default whatever the one before has left.
TEST_F(Tmu, LeftOverConfiguration) {
  const auto kernel = [](Assembler& a) {
    begin(a);
    a.mov(rf4, rf3.unpack(ul));
    a.shl(rf4, rf4, 6);
    a.add(rf30, rf30, rf4);
    a.mov(tmud, rf2);
    a.mov(tmua, rf30);
    a.nop(ldunifrf(tmuc));
  };
  const sim::JobResult job = run(kernel, {input, output, 0xfafafafa}, {.batches = 30});
  EXPECT_TRUE(job.warnings.empty());
}

// test_tmu_multiple_*read*: the stores take left-over bytes FB and FA; what is there is stored.
TEST_F(Tmu, WrongNumberOfDataWords) {
  fill_area();
  const sim::JobResult job = run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.nop(ldunifrf(tmuc));  // vec3, vec2
        a.mov(tmud, 1);
        a.mov(tmua, rf1);  // vec3 with one word
        a.mov(tmud, 2);
        a.mov(tmud, 3);
        a.mov(tmud, 4);
        a.add(tmua, rf1, 8);  // vec2 with three words
        a.mov(tmud, 5);
        a.mov(rf3, 12);
        a.mov(tmud, 6);
        a.add(tmua, rf1, rf3);  // one word with two
        a.add(rf3, rf1, 1);
        a.tmuwt();
      },
      {each_lane([](auto lane) { return area + 64 * lane; })}, {0xfffffafb});
  for (std::uint32_t lane = 0; lane < 16; ++lane) {
    const std::uint32_t at = area + 64 * lane;
    EXPECT_EQ(words(at, 6), (Words{1, mark(at + 4), 2, 5, mark(at + 16), mark(at + 20)}));
  }
  EXPECT_EQ(job.warnings,
            (std::vector<std::string>{
                "store of uint32 with 2 data words; the smaller number of components is stored",
                "store of vec2 with 3 data words; the smaller number of components is stored",
                "store of vec3 with 1 data words; the smaller number of components is stored"}));
}

// 0xfc80fcfc of the copy example: read operations 0-7 return nothing (§10.4).
TEST_F(Tmu, PrefetchesAndCacheOperations) {
  for (int op = 0; op <= 7; ++op) {
    run_body(
        [](Assembler& a) {
          in(a, rf1);
          a.nop(ldunifrf(tmuc));
          a.mov(tmua, rf1);
          a.mov(tmua, -16);  // a prefetch may go anywhere
          a.mov(tmua, rf1);
          a.nop(ldtmu(rf2));
          a.nop(ldtmu(rf3));
          out(a, rf2);
          out(a, rf3);
        },
        {scattered}, {0xffff00ff | static_cast<std::uint32_t>(TmuConfig{1, op, 7}.byte()) << 8});
    for (std::uint32_t i = 0; i < 2; ++i)
      EXPECT_EQ(result(i), each_lane([&](auto lane) { return mark(scattered[lane]); })) << op;
  }
}

TEST_F(Tmu, StoresAreSeenAfterTmuwt) {
  // test_tmu_keeps_memory_consistency
  run_body(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.mov(rf2, 0);
        for (int i = 0; i < 20; ++i) {
          a.mov(tmua, rf1);
          a.nop(ldtmu(rf2));
          a.add(tmud, rf2, 1);
          a.mov(tmua, rf1);
          a.tmuwt();
        }
        a.mov(tmua, rf1);
        a.nop(ldtmu(rf2));
        out(a, rf2);
      },
      {}, {input + 0x1000});
  EXPECT_EQ(result(), all_lanes(20));
}

// A ldtmu beside an access pops an older result; results come in the order of the requests.
TEST_F(Tmu, OrderOfResults) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.mov(tmua, rf1);
        a.add(rf1, rf1, 4);
        a.mov(tmua, rf1);
        a.add(rf1, rf1, 4);
        a.mov(tmua, rf1, ldtmu(rf2));
        a.nop(ldtmu(rf3));
        a.nop(ldtmu(rf4));
        for (unsigned i = 2; i <= 4; ++i) out(a, rf[i]);
      },
      {scattered});
  for (std::uint32_t k = 0; k < 3; ++k)
    EXPECT_EQ(result(k), each_lane([&](auto lane) { return mark(scattered[lane] + 4 * k); }));
}

// The ring of the output FIFO goes round.
TEST_F(Tmu, EightWordsOutstandingForLong) {
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        for (int i = 0; i < 8; ++i) a.mov(tmua, rf1).add(rf1, rf1, rf31);
        for (int i = 0; i < 40; ++i) {
          a.nop(ldtmu(rf[2 + i % 2]));
          a.mov(tmua, rf1).add(rf1, rf1, rf31);
          if (i == 39) out(a, rf3);
        }
        for (int i = 0; i < 8; ++i) a.nop(ldtmu(rf2));
        out(a, rf2);
      },
      {consecutive});
  EXPECT_EQ(result(0), each_lane([&](auto lane) { return mark(area + 64 * 39 + 4 * lane); }));
  EXPECT_EQ(result(1), each_lane([&](auto lane) { return mark(area + 64 * 47 + 4 * lane); }));
}

// A packed result in a magic address has 0 in its other half (§6).
TEST_F(Tmu, PackedData) {
  run_body([](Assembler& a) {
    a.mov(rf1, 1.0f);
    a.fmov(tmud.pack(h), rf1);
    a.mov(tmua, rf30).add(rf30, rf30, rf31);
    a.fadd(tmud.pack(l), rf1, rf1);
    a.mov(tmua, rf30).add(rf30, rf30, rf31);
  });
  EXPECT_EQ(result(0), all_lanes(0x3c000000));
  EXPECT_EQ(result(1), all_lanes(0x00004000));
}

}  // namespace
}  // namespace vc7::test
