// SPDX-License-Identifier: MIT
//
// Kernels of the examples as native code and by the interpreter: the same words, and that there is
// native code where the host has a compiler.
#include <vc7/vc7.hpp>

#include <algorithm>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../../examples/kernels/mandelbrot.hpp"
#include "../../examples/kernels/reduction.hpp"
#include "../../examples/kernels/scopy.hpp"
#include "../../examples/kernels/sgemm.hpp"

namespace vc7 {
namespace {

using namespace examples;

struct Outcome {
  std::vector<std::uint32_t> words;
  std::uint64_t instructions = 0;
  sim::HostExecution host;
};

/// A job: fills buffers, runs, and returns what it was, and the words it made.
using Job = std::function<Event(Device&, std::vector<std::uint32_t>& words)>;

Outcome outcome(const Job& job, sim::Engine engine) {
  sim::Options model = sim::options_from_environment();
  model.engine = engine;
  Device device = Device::open(OpenOptions{.device = "sim", .model = model});
  Outcome result;
  const Event event = job(device, result.words);
  result.instructions = event.statistics()->instructions;
  result.host = event.statistics()->host;
  return result;
}

/// The native run, for what a test wants to know besides.
Outcome compare(const Job& job) {
  const Outcome expected = outcome(job, sim::Engine::interpreter);
  Outcome native = outcome(job, sim::Engine::jit);
  EXPECT_EQ(expected.host.tier, "interpreter");
#ifdef VC7_HAS_COMPILER
  const bool baseline = sim::vector_isa() == "sse2";  // the only one without a compiler there
  EXPECT_EQ(native.host.tier, baseline ? "interpreter" : "native code") << sim::vector_isa();
#else
  EXPECT_EQ(native.host.tier, "interpreter");
#endif
  EXPECT_EQ(native.instructions, expected.instructions);
  EXPECT_EQ(native.words, expected.words);
  return native;
}

template <class T>
void append(std::vector<std::uint32_t>& words, const Buffer<T>& buffer) {
  const std::size_t first = words.size();
  words.resize(first + buffer.size());
  std::memcpy(words.data() + first, buffer.data(), buffer.size_bytes());
}

/// Numbers of all sizes, and now and then one that is none.
Buffer<std::uint32_t> random_floats(Device& device, std::size_t size, std::mt19937& random) {
  auto buffer = device.alloc<std::uint32_t>(size);
  for (std::uint32_t& word : buffer) {
    word = static_cast<std::uint32_t>(random());
    if (random() % 64 != 0) word = (word & 0x87ffffff) | 0x38000000;
  }
  return buffer;
}

Job sgemm(std::uint32_t n) {
  return [n](Device& device, std::vector<std::uint32_t>& words) {
    std::mt19937 random{n};
    const auto a = random_floats(device, n * n, random), b = random_floats(device, n * n, random),
               c = random_floats(device, n * n, random);
    Event event = device.run(device.load(assemble(sgemm_kernel), {.check = Check::compat}),
                             {.local_size = {16}, .workgroups = {n / 16, n / 16}},
                             Uniforms{a, n * 4, b, n * 4, c, n * 4, n / 4, sgemm_load_config,
                                      sgemm_tile_config, 1.5f, 0.5f});
    append(words, c);
    return event;
  };
}

TEST(NativeCode, MultipliesMatrices) {
  for (const std::uint32_t n : {64u, 128u, 256u}) {
    SCOPED_TRACE(n);
    compare(sgemm(n));
  }
}

TEST(NativeCode, CopiesVectors) {
  compare([](Device& device, std::vector<std::uint32_t>& words) {
    std::mt19937 random{5};
    const auto from = random_floats(device, 98304, random);
    const auto to = device.alloc<std::uint32_t>(from.size());
    Event event = device.run(
        device.load(assemble(scopy_kernel)), Dispatch::batches(device.qpus()),
        Uniforms{from, to, from.size_bytes(), device.qpus() * scopy_chunk, scopy_config});
    append(words, to);
    return event;
  });
}

TEST(NativeCode, CountsInTheMandelbrotSet) {
  compare([](Device& device, std::vector<std::uint32_t>& words) {
    constexpr std::uint32_t n = 64;
    const auto counts = device.alloc<std::uint32_t>(n * n);
    const MandelbrotView view{-2 * 4096, -6144, 3 * 4096 / static_cast<int>(n)};
    Event event = device.run(device.load(assemble(mandelbrot_kernel)),
                             {.local_size = {16}, .workgroups = {n / 16, n}},
                             Uniforms{view.left, view.top, view.step, 64, counts, 4 * n});
    append(words, counts);
    return event;
  });
}

/// Each value with each: zeros of both signs, numbers without leading one, infinities, and NaNs
/// that are quiet, signalling, negative.
TEST(NativeCode, KnowsAllKindsOfFloats) {
  compare([](Device& device, std::vector<std::uint32_t>& words) {
    using namespace qpu;
    constexpr std::uint32_t kinds[16] = {0,          0x80000000, 1,          0x80000001,
                                         0x007fffff, 0x00800000, 0x3f800000, 0xbf800001,
                                         0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000,
                                         0x7fc00000, 0xffc00123, 0x7f800001, 0xffa00000};
    auto values = device.alloc<std::uint32_t>(16);
    std::copy(std::begin(kinds), std::end(kinds), values.begin());
    constexpr unsigned operations = 6;
    const auto results = device.alloc<std::uint32_t>(16 * 16 * operations);
    const Code code = device.load(assemble([](Assembler& a) {
      a.eidx(rf4, ldunifrf(rf5));
      a.shl(rf4, rf4, 2);
      a.add(tmua, rf5, rf4, thrsw);
      a.mov(rf10, 1);
      a.shl(rf10, rf10, 6);  // bytes of 16 results
      a.nop(ldunifrf(rf5));
      a.add(rf9, rf5, rf4, ldtmu(rf6));
      a.mov(rf7, rf6);
      for (int n = 0; n < 16; ++n) {
        for (unsigned operation = 0; operation < operations; ++operation) {
          switch (operation) {
            case 0: a.fmin(rf8, rf6, rf7); break;
            case 1: a.fmax(rf8, rf6, rf7); break;
            case 2: a.fadd(rf8, rf6, rf7); break;
            case 3: a.fsub(rf8, rf6, rf7); break;
            case 4: a.fmul(rf8, rf6, rf7); break;
            default:  // one bit for each comparison
              a.fcmp(null, rf6, rf7, pushc);
              a.fcmp(null, rf6, rf7, pushn);
              a.mov(rf8, 0);
              a.mov(rf8, 1, ifa);
              a.bor(rf8, rf8, 2, ifb);
          }
          a.mov(tmud, rf8);
          a.mov(tmua, rf9);
          a.add(rf9, rf9, rf10);
        }
        a.rot(rf7, rf7, 1);
      }
      a.tmuwt();
      a.end_program();
    }));
    Event event = device.run(code, Dispatch::batches(1), Uniforms{values, results});
    append(words, results);
    return event;
  });
}

/// With all that the host has where it can choose.
void compare_on_all_vectors(const Job& job) {
  compare(job);
  if (sim::vector_isa() != "avx512") return;
  SCOPED_TRACE("avx2");
  setenv("VC7_SIM_ISA", "avx2", 1);
  compare(job);
  unsetenv("VC7_SIM_ISA");
}

/// Stores registers one behind the other at rf14, which goes on by rf15.
void store(Assembler& a, std::initializer_list<qpu::Register> registers) {
  using namespace qpu;
  for (const qpu::Register result : registers) {
    a.mov(tmud, result);
    a.mov(tmua, rf14);
    a.add(rf14, rf14, rf15);
  }
}

/// In this loop 32 registers take what room the host has for them. The others are in memory, the
/// one written last in scratch as well: as a NaN that is not the canonical one, and before a
/// broadcast that is not carried out yet takes its place.
TEST(NativeCode, KnowsWhatIsInScratch) {
  compare_on_all_vectors([](Device& device, std::vector<std::uint32_t>& words) {
    using namespace qpu;
    auto data = device.alloc<std::uint32_t>(16);
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = i % 2 == 0 ? static_cast<std::uint32_t>(0x7fc00100 + i) : 0x3f800000;
    const auto results = device.alloc<std::uint32_t>(16 * 5);
    const Code code = device.load(assemble([](Assembler& a) {
      a.eidx(rf4, ldunifrf(rf5));
      a.shl(rf4, rf4, 2);
      a.add(tmua, rf5, rf4, thrsw);
      for (int n = 16; n < 48; ++n) a.mov(rf[n], 1);
      a.nop(ldtmu(rf10));
      a.eidx(rf7);
      a.mov(rf11, 1.0f);
      a.mov(rf12, 0);
      a.mov(rf13, 4);
      const Label loop = a.L("loop");
      for (int round = 0; round < 3; ++round)
        for (int n = 16; n < 48; ++n) a.add(rf[n], rf[n], 1);
      a.fadd(rf5, rf10, rf11);
      a.bor(rf6, rf5, rf5);
      a.rot(rf7, rf7, 1).mov(rep, rf7);
      a.add(rf8, rf6, rf16);
      a.rot(rf8, rf0, 1);
      a.add(rf9, rf8, rf4);
      a.bxor(rf12, rf12, rf9);
      a.sub(rf13, rf13, 1, pushz);
      a.b(loop, anyna);
      a.nop();
      a.nop();
      a.nop();
      a.nop(ldunifrf(rf14));
      a.add(rf14, rf14, rf4);
      a.mov(rf15, 1);
      a.shl(rf15, rf15, 6);
      store(a, {rf5, rf6, rf8, rf9, rf12});
      a.tmuwt();
      a.end_program();
    }));
    Event event = device.run(code, Dispatch::batches(1), Uniforms{data, results});
    append(words, results);
    return event;
  });
}

/// A flag that decides over results in a loop is in a vector there, where the host has room for it.
/// All ways to push and update it, both conditions on it and on the flag before, branches.
TEST(NativeCode, KeepsFlagsInALoop) {
  compare_on_all_vectors([](Device& device, std::vector<std::uint32_t>& words) {
    using namespace qpu;
    const auto results = device.alloc<std::uint32_t>(16 * 3 * 15);
    const Code code = device.load(assemble([&](Assembler& a) {
      a.eidx(rf4, ldunifrf(rf14));
      a.shl(rf5, rf4, 2);
      a.add(rf14, rf14, rf5);
      a.mov(rf15, 1);
      a.shl(rf15, rf15, 6);
      int loops = 0;
      const auto with = [&](auto update) {
        const std::string name = "loop" + std::to_string(++loops);
        a.mov(rf6, 0);
        a.mov(rf7, 0);
        a.mov(rf8, 0);
        a.mov(rf9, 6);
        const Label loop = a.L(name);
        a.sub(rf10, rf4, rf9, pushn);
        a.add(null, rf10, 4, update);
        a.add(rf6, rf6, rf9, ifa);
        a.bxor(rf7, rf7, rf4, ifna);
        a.add(rf8, rf8, 1, ifb);
        a.add(rf8, rf8, 8, ifnb);
        a.mov(tmud, rf6, ifa);
        a.mov(tmua, rf14);
        a.sub(rf9, rf9, 1);
        a.sub(null, rf9, rf4, andn);
        a.mov(rf6, rf9, ifa);
        a.sub(null, rf9, 0, pushz);
        a.b(loop, allna);
        a.nop();
        a.nop();
        a.nop();
        store(a, {rf6, rf7, rf8});
      };
      const auto with_all = [&](auto... updates) { (with(updates), ...); };
      with_all(pushz, pushn, pushc, andz, andnz, nornz, norz, andn, andnn, nornn, norn, andc, andnc,
               nornc, norc);
      a.tmuwt();
      a.end_program();
    }));
    Event event = device.run(code, Dispatch::batches(1), Uniforms{results});
    append(words, results);
    return event;
  });
}

/// Short programs without a loop are not worth a compiler before many batches have run them.
TEST(NativeCode, IsMadeWhereItPays) {
  using namespace qpu;
  sim::Options model = sim::options_from_environment();
  model.engine = sim::Engine::automatic;
  Device device = Device::open(OpenOptions{.device = "sim", .model = model});
  const auto straight = device.load(assemble([](Assembler& a) {
    a.mov(rf4, 1);
    a.end_program();
  }));
  const auto looping = device.load(assemble([](Assembler& a) {
    a.mov(rf4, 2);
    const Label loop = a.L("loop");
    a.sub(rf4, rf4, 1, pushz);
    a.b(loop, anyna);
    a.nop();
    a.nop();
    a.nop();
    a.end_program();
  }));
  const auto units = [&](const Code& code, std::uint32_t batches) {
    return device.run(code, Dispatch::batches(batches), Uniforms{}).statistics()->host.units;
  };
#ifdef VC7_HAS_COMPILER
  const bool compiler = sim::vector_isa() != "sse2";
#else
  const bool compiler = false;
#endif
  EXPECT_EQ(units(straight, 4), 0u);
  EXPECT_EQ(units(straight, 4), 0u);
  EXPECT_EQ(units(straight, 8) != 0, compiler) << "16 batches so far";
  EXPECT_EQ(units(looping, 1), 0u);
  EXPECT_EQ(units(looping, 4) != 0, compiler);
}

/// Wider than the conditional jumps of AArch64 reach: 1 MiB, from the access at the start to what
/// all code shares at its end.
TEST(NativeCode, MayBeLong) {
  const Outcome native = compare([](Device& device, std::vector<std::uint32_t>& words) {
    using namespace qpu;
    std::mt19937 random{9};
    const auto data = random_floats(device, 32, random);
    const auto code = device.load(assemble([](Assembler& a) {
      a.eidx(rf4, ldunifrf(rf5));
      a.shl(rf4, rf4, 2);
      a.add(rf5, rf5, rf4);
      a.mov(tmua, rf5, thrsw);
      a.nop();
      a.nop();
      a.nop(ldtmu(rf6));
      for (int n = 0; n < 4096; ++n) {
        a.fmin(rf[7 + n % 50], rf6, rf5).fmul(rf6, rf6, 1.0f);
        a.ror(rf5, rf6, rf4);
      }
      a.eidx(rf4, ldunifrf(rf8));
      a.shl(rf4, rf4, 2);
      a.mov(tmud, rf6);
      a.add(tmua, rf8, rf4);
      a.tmuwt();
      a.end_program();
    }));
    Event event = device.run(code, Dispatch::batches(1), Uniforms{data, data});
    append(words, data);
    return event;
  });
  if (native.host.vector_isa == "neon" && native.host.units != 0) {
    EXPECT_GT(native.host.code_bytes, 1u << 20);
  }
}

}  // namespace
}  // namespace vc7
