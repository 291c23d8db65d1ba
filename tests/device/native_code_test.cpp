// SPDX-License-Identifier: MIT
//
// Kernels of the examples as native code and by the interpreter: the same words, and that there is
// native code where the host has a compiler.
#include <vc7/vc7.hpp>

#include <algorithm>
#include <cstring>
#include <functional>
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
