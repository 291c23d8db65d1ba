// SPDX-License-Identifier: MIT
//
// Instruction cache and uniform cache of a slice, by one QPU.
#include <fmt/format.h>

#include "microbench/bench.hpp"

namespace vc7::tool::microbench {

using namespace vc7::qpu;

namespace {

constexpr std::uint32_t loop_end = 5;  ///< instructions behind the body

Kernel straight(std::uint32_t instructions) {
  return {.body = [=](Assembler& a) {
    for (std::uint32_t n = loop_end; n < instructions; ++n) a.nop();
  }};
}

/// Jumps from each 256 bytes to the next.
Kernel jumps(std::uint32_t blocks) {
  return {.body = [=](Assembler& a) {
    for (std::uint32_t n = 0; n < blocks; ++n) {
      const std::string next = fmt::format("block {}", n);
      a.b(a.R(next), always);
      for (int k = 0; k < 31; ++k) a.nop();
      a.L(next);
    }
  }};
}

void instructions(Bench& bench) {
  const double each = bench.value("instruction_cycles");
  Finding size{"instruction_cache_bytes", 0, "loops of three quarters of the size", {}};
  double missing = 0;
  for (std::uint32_t bytes = 512; bytes <= 32 << 10; bytes *= 2) {
    const std::uint32_t count = bytes / 8 * 3 / 4;
    const double cycles = bench.round(straight(count), {}, 8) / count;
    size.samples.push_back({fmt::format("{}", bytes), cycles});
    if (cycles < 1.5 * each) size.value = bytes;
    missing = cycles;
  }
  const auto fits = static_cast<std::uint32_t>(size.value);
  bench.found(std::move(size));

  const std::uint32_t blocks = std::max(64u, 2 * fits / 32);
  const double jump = bench.round(jumps(blocks), {}, 8) / blocks;
  bench.found({"instruction_miss",
               jump - 4 * each - bench.value("branch_extra"),
               "jumps from each 256 bytes to the next",
               {{"jump", jump}}});
  bench.found({"instruction_cache_line",
               8 * bench.value("instruction_miss") / (missing - each),
               "a straight program that the cache does not hold",
               {{"instruction", missing}}});
}

/// A word of the second uniform stream from each `step` bytes of a region.
double second_stream(Bench& bench, std::uint32_t region, std::uint32_t step) {
  const Kernel kernel{.body =
                          [](Assembler& a) {
                            a.add(unifa, rf9, rf6);
                            a.add(rf6, rf6, rf7);
                            a.band(rf6, rf6, rf8);
                            a.nop();
                            a.nop(ldunifarf(rf10));
                          },
                      .before =
                          [](Assembler& a) {
                            a.nop(ldunifrf(rf9));
                            a.nop(ldunifrf(rf7));
                            a.nop(ldunifrf(rf8));
                            a.mov(rf6, 0);
                          },
                      .uniforms = {bench.memory(), step, region - 1}};
  return bench.round(kernel, {}, std::max(64u, region / step)) - bench.empty() -
         5 * bench.value("instruction_cycles");
}

void uniforms(Bench& bench) {
  constexpr std::uint32_t far = 1 << 20;
  const double miss = second_stream(bench, far, 4096);
  bench.found({"uniform_miss", miss, "words of unifa 4096 bytes apart", {{"word", miss}}});

  // The next line is fetched ahead: nothing of the wait is saved from two lines on.
  Finding line{"uniform_cache_line", 0, "words of unifa: half the step that waits in full", {}};
  for (std::uint32_t step = 1024; step >= 32; step /= 2) {
    const double wait = second_stream(bench, far, step);
    line.samples.push_back({fmt::format("{}", step), wait});
    if (wait > 0.98 * miss) line.value = step / 2;
  }
  const auto two_lines = 2 * static_cast<std::uint32_t>(line.value);
  bench.found(std::move(line));

  Finding size{"uniform_cache_bytes", 0, "words of unifa, two lines apart, by region", {}};
  for (std::uint32_t bytes = 512; bytes <= 16 << 10; bytes *= 2) {
    const double wait = second_stream(bench, bytes, two_lines);
    size.samples.push_back({fmt::format("{}", bytes), wait});
    if (wait < miss / 2) size.value = bytes;
  }
  bench.found(std::move(size));
}

}  // namespace

void streams(Bench& bench) {
  instructions(bench);
  uniforms(bench);
}

}  // namespace vc7::tool::microbench
