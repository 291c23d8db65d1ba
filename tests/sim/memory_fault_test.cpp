// SPDX-License-Identifier: MIT
//
// TMU accesses to unmapped addresses: reported with their place, and nothing else happens to the
// process.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include <fmt/format.h>

#include <sys/mman.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using sim::FaultKind;

/// A TMU type, the bytes of a component and how many there are.
struct Type {
  TmuConfig config;
  std::uint32_t bytes, components;
};
constexpr Type types[] = {{TmuConfig{}.int8(), 1, 1},   {TmuConfig{}.int16(), 2, 1},
                          {TmuConfig{}.vec2(), 4, 2},   {TmuConfig{}.vec3(), 4, 3},
                          {TmuConfig{}.vec4(), 4, 4},   {TmuConfig{}.uint8(), 1, 1},
                          {TmuConfig{}.uint16(), 2, 1}, {TmuConfig{}.uint32(), 4, 1}};

class MemoryFault : public MachineFixture {
 protected:
  /// Accesses the addresses in the input vector. Index of the access in the program: 9 for loads
  /// (begin() is 6 instructions, in() 2), 9 + components for stores.
  static auto access(const Type& type, bool store) {
    return [=](Assembler& a) {
      begin(a);
      in(a, rf1);
      a.nop(ldunifrf(tmuc));
      for (std::uint32_t k = 0; store && k < type.components; ++k) a.mov(tmud, rf1);
      a.mov(tmua, rf1);
      for (std::uint32_t k = 0; !store && k < type.components; ++k) a.nop(ldtmu(rf2));
    };
  }
  sim::JobResult try_access(const Type& type, bool store, const LaneWords& addresses) {
    write(input, addresses);
    return launch(
        [&](Assembler& a) {
          access(type, store)(a);
          a.end_program();
        },
        {input, output, type.config.word()});
  }

  void expect_fault(const Type& type, bool store, const LaneWords& addresses, int lane,
                    std::uint32_t address) {
    SCOPED_TRACE(fmt::format("type {} {}", type.config.byte() & 7, store ? "store" : "load"));
    const sim::JobResult result = try_access(type, store, addresses);
    ASSERT_TRUE(result.fault);
    const sim::Fault& fault = *result.fault;
    EXPECT_EQ(fault.kind, FaultKind::memory);
    EXPECT_EQ(fault.message, fmt::format("TMU {} at unmapped GPU address 0x{:08x}",
                                         store ? "store" : "load", address));
    EXPECT_EQ(fault.lane, lane);
    EXPECT_EQ(fault.address, address);
    EXPECT_EQ(fault.pc, code + 8 * (9 + (store ? type.components : 0)));
    Assembler a;
    a.mov(tmua, rf1);
    EXPECT_EQ(fault.word, a.finish().words()[0]);
    EXPECT_EQ(result.batches, 0u);
  }
};

TEST_F(MemoryFault, EveryTypeAtAnUnmappedAddress) {
  for (const Type& type : types)
    for (const bool store : {false, true})
      expect_fault(type, store, all_lanes(0x7000'0000), 0, 0x7000'0000);
}

TEST_F(MemoryFault, AddressZero) {
  for (const Type& type : types)
    for (const bool store : {false, true}) expect_fault(type, store, all_lanes(0), 0, 0);
}

TEST_F(MemoryFault, TheLowestLaneIsReported) {
  for (const Type& type : types) {
    for (const bool store : {false, true}) {
      LaneWords addresses = each_lane([](auto lane) { return output + 256 * lane; });
      addresses[11] = 0x5000'0000;
      expect_fault(type, store, addresses, 11, 0x5000'0000);
      addresses[14] = 0x4000'0000;
      expect_fault(type, store, addresses, 11, 0x5000'0000);
      addresses[5] = 0x6000'0000;
      expect_fault(type, store, addresses, 5, 0x6000'0000);
    }
  }
}

// 16 consecutive words are one access of the host.
TEST_F(MemoryFault, ConsecutiveWordsAcrossThePageBoundary) {
  const std::uint32_t end = data + data_bytes;
  for (const bool store : {false, true}) {
    expect_fault(types[7], store, each_lane([&](auto lane) { return end - 40 + 4 * lane; }), 10,
                 end);
    expect_fault(types[7], store, each_lane([&](auto lane) { return data - 4 + 4 * lane; }), 0,
                 data - 4);
    EXPECT_FALSE(
        try_access(types[7], store, each_lane([&](auto lane) { return end - 64 + 4 * lane; }))
            .fault);
  }
}

// Component k of the vector is in the next page.
TEST_F(MemoryFault, VectorsAcrossThePageBoundary) {
  const std::uint32_t end = data + data_bytes;
  for (const Type& type : types) {
    for (std::uint32_t inside = 0; inside <= type.components; ++inside) {
      for (const bool store : {false, true}) {
        LaneWords addresses = each_lane([](auto lane) { return output + 256 * lane; });
        addresses[3] = end - type.bytes * inside;
        if (inside == type.components)
          EXPECT_FALSE(try_access(type, store, addresses).fault);
        else
          expect_fault(type, store, addresses, 3, end);
      }
    }
    if (type.components == 1) continue;
    // The first component is missing, the rest is there.
    LaneWords addresses = each_lane([](auto lane) { return output + 256 * lane; });
    addresses[15] = data - 4;
    expect_fault(type, false, addresses, 15, data - 4);
  }
}

TEST_F(MemoryFault, AdjacentBuffersAreOneForTheTmu) {
  memory().map(data + data_bytes, 0x1000);
  const std::uint32_t seam = data + data_bytes;
  for (const Type& type : types)
    for (const bool store : {false, true})
      EXPECT_FALSE(try_access(type, store, all_lanes(seam - type.bytes)).fault);
}

TEST_F(MemoryFault, TopOfTheAddressSpace) {
  for (const Type& type : types)
    for (const bool store : {false, true})
      expect_fault(type, store, all_lanes(0xffff'fff0), 0, 0xffff'fff0);
  memory().map(0xffff'f000, 0x1000);
  for (const Type& type : types) {
    const std::uint32_t last = 0u - type.bytes * type.components;
    for (const bool store : {false, true}) {
      EXPECT_FALSE(try_access(type, store, all_lanes(last)).fault);
      if (type.components > 1) expect_fault(type, store, all_lanes(last + 4), 0, 0);
    }
  }
  for (const bool store : {false, true})
    expect_fault(types[7], store, each_lane([](auto lane) { return 0xffff'ffe0 + 4 * lane; }), 8,
                 0);
}

// Addresses have 32 bits: behind the last word comes the first.
TEST_F(MemoryFault, AddressesWrap) {
  memory().map(0xffff'f000, 0x1000);
  memory().map(0, 0x1000);
  write(0xffff'ffe0, {1, 2, 3, 4, 5, 6, 7, 8});
  write(0, {9, 10, 11, 12, 13, 14, 15, 16});
  const LaneWords consecutive = each_lane([](auto lane) { return 0xffff'ffe0 + 4 * lane; });
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.mov(tmua, rf1);
        a.nop(ldtmu(rf2));
        out(a, rf2);
        a.mov(tmud, 15);
        a.mov(tmua, rf1);
        a.tmuwt();
      },
      {consecutive});
  EXPECT_EQ(result(), each_lane([](auto lane) { return lane + 1; }));
  EXPECT_EQ(words(0xffff'ffe0, 8), Words(8, 15));
  EXPECT_EQ(words(0, 8), Words(8, 15));

  write(0xffff'fff8, {100, 101});
  write(0, {102, 103});
  EXPECT_FALSE(try_access(types[4], false, all_lanes(0xffff'fff8)).fault);
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.nop(ldunifrf(tmuc));
        a.mov(tmua, rf1);
        for (int k = 0; k < 4; ++k) a.nop(ldtmu(rf[2 + k]));
        for (int k = 0; k < 4; ++k) out(a, rf[2 + k]);
      },
      {all_lanes(0xffff'fff8)}, {TmuConfig{}.vec4().word()});
  for (std::uint32_t k = 0; k < 4; ++k) EXPECT_EQ(result(k), all_lanes(100 + k));
}

TEST_F(MemoryFault, InactiveLanesDoNotFault) {
  // Lanes 4 and 9 hold good addresses, the others none.
  const LaneWords addresses = each_lane([](auto lane) {
    return lane == 4 || lane == 9 ? output + 0x1000 + 4 * lane : 0x7000'0000 + lane;
  });
  const LaneWords active = each_lane([](auto lane) { return lane == 4 || lane == 9 ? 0 : 1; });
  write(output + 0x1000, each_lane([](auto lane) { return 100 + lane; }));
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        in(a, rf2);
        a.bor(null, rf2, rf2, pushz);
        a.mov(tmua, rf1, ifa);
        a.nop(ldtmu(rf3));
        a.add(tmud, rf3, 1);
        a.mov(tmua, rf1, ifa);
        a.tmuwt();
        out(a, rf3);
      },
      {addresses, active});
  EXPECT_EQ(result()[4], 104u);
  EXPECT_EQ(result()[9], 109u);
  EXPECT_EQ(vector(output + 0x1000),
            each_lane([](auto lane) { return 100 + lane + (lane == 4 || lane == 9 ? 1 : 0); }));
}

TEST_F(MemoryFault, NoLaneActive) {
  run_body([](Assembler& a) {
    a.mov(rf1, -16);  // no address
    a.mov(null, 1, pushz);
    a.mov(tmua, rf1, ifa);
    a.mov(rf2, 5);
    a.nop(ldtmu(rf2));  // the pop is still due
    a.mov(tmud, rf1);
    a.mov(tmua, rf1, ifa);
    a.mov(rf3, 7);
    out(a, rf3);
  });
  EXPECT_EQ(result(), all_lanes(7));
}

TEST_F(MemoryFault, Atomics) {
  for (const bool has_data : {true, false}) {
    const auto fault = fault_of(
        [&](Assembler& a) {
          a.nop(ldunifrf(rf1));
          a.nop(ldunifrf(tmuc));
          if (has_data)
            a.mov(tmudref, 1);
          else
            a.nop();
          a.mov(tmua, rf1);
          a.nop(ldtmu(rf2));
        },
        {0x6000'0004, TmuConfig{}.write_and_read_inc().word()});
    EXPECT_EQ(fault.kind, FaultKind::memory);
    EXPECT_EQ(fault.address, 0x6000'0004u);
    EXPECT_EQ(fault.lane, 0);
    EXPECT_EQ(fault.pc, code + 24);
  }
}

TEST_F(MemoryFault, BatchQpuAndThread) {
  // Batch 17 stores to nowhere; the others to the output.
  const auto kernel = [](Assembler& a) {
    a.eidx(rf1, ldunifrf(rf10));
    a.shl(rf1, rf1, 2);
    a.mov(rf4, rf3.unpack(ul), ldunifrf(rf5));
    a.sub(null, rf4, rf5, pushz);
    a.shl(rf6, rf4, 6);
    a.add(rf10, rf10, rf6);
    a.add(rf10, rf10, rf1);
    a.mov(rf10, 4, ifa);
    a.mov(tmud, rf4);
    a.mov(tmua, rf10);
  };
  for (const bool four_way : {false, true}) {
    const auto fault = fault_of(kernel, {output, 17}, {.batches = 40, .four_way = four_way});
    EXPECT_EQ(fault.kind, FaultKind::memory);
    EXPECT_EQ(fault.batch, 17u);
    EXPECT_EQ(fault.qpu, 5u);  // 17 mod 12 QPUs
    EXPECT_EQ(fault.thread, four_way ? 1u : 2u);
    EXPECT_EQ(fault.lane, 0);
    EXPECT_EQ(fault.address, 4u);
    EXPECT_EQ(fault.pc, code + 72);
    EXPECT_EQ(
        sim::describe(fault),
        fmt::format(
            "MMU fault: TMU store at unmapped GPU address 0x00000004 (batch 17, QPU 5, "
            "thread {}, lane 0) at instruction 0x00100048: mov tmua, rf10                ; nop",
            four_way ? 1 : 2));
    // What ran before stays written.
    for (std::uint32_t batch = 0; batch < 17; ++batch) EXPECT_EQ(word(output + 64 * batch), batch);
  }
}

TEST_F(MemoryFault, TheMachineGoesOn) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(try_access(types[7], true, all_lanes(0x7000'0000)).fault);
    EXPECT_FALSE(try_access(types[7], true, all_lanes(output)).fault);
  }
  // Mapping the page makes the same program work.
  memory().map(0x7000'0000, 0x1000);
  EXPECT_FALSE(try_access(types[7], true, all_lanes(0x7000'0000)).fault);
  EXPECT_EQ(word(0x7000'0000), 0x7000'0000u);
  memory().unmap(0x7000'0000);
  EXPECT_TRUE(try_access(types[7], false, all_lanes(0x7000'0000)).fault);
}

// ---- faults of the host that are none of the guest ---------------------------------------------

class HostFault : public MemoryFault {
 protected:
  // The handlers of a fresh process: the test executes itself.
  void SetUp() override {
    if (*VC7_EMULATOR != 0) GTEST_SKIP() << "an emulated program cannot execute itself";
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
  }
};

void* unreadable_page() {
  return mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
void touch(void* address) { *static_cast<volatile char*>(address) = 1; }

TEST_F(HostFault, GoesToTheHandlerThatWasThereBefore) {
  EXPECT_EXIT(
      {
        struct sigaction mine = {};
        mine.sa_flags = SA_SIGINFO;
        mine.sa_sigaction = [](int signal, siginfo_t* info, void*) {
          std::_Exit(signal == SIGSEGV && info->si_addr != nullptr ? 42 : 1);
        };
        sigaction(SIGSEGV, &mine, nullptr);
        sim::Machine fresh;
        try_access(types[7], true, all_lanes(0x7000'0000));
        touch(unreadable_page());
      },
      testing::ExitedWithCode(42), "");
  EXPECT_EXIT(
      {
        struct sigaction mine = {};
        mine.sa_handler = [](int signal) { std::_Exit(signal == SIGSEGV ? 43 : 1); };
        sigaction(SIGSEGV, &mine, nullptr);
        try_access(types[7], true, all_lanes(0x7000'0000));
        touch(unreadable_page());
      },
      testing::ExitedWithCode(43), "");
}

TEST_F(HostFault, KillsTheProcessIfThereWasNoHandler) {
  const auto fault_then = [&](auto action) {
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    sigaction(SIGSEGV, &standard, nullptr);  // a sanitizer may have installed its own
    try_access(types[7], true, all_lanes(0x7000'0000));
    action();
    std::_Exit(0);
  };
  EXPECT_EXIT(fault_then([] { touch(unreadable_page()); }), testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(fault_then([] { raise(SIGSEGV); }), testing::KilledBySignal(SIGSEGV), "");
}

}  // namespace
}  // namespace vc7::test
