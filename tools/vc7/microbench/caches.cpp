// SPDX-License-Identifier: MIT
//
// Caches of the TMUs and of the GPU, and memory: walks over regions of different sizes.
#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "microbench/bench.hpp"

namespace vc7::tool::microbench {

using namespace vc7::qpu;

namespace {

/// Requests that move on through a region and begin again at its end.
struct Walk {
  std::uint32_t region;     ///< bytes, a power of two
  std::uint32_t step;       ///< from one request to the next
  std::uint32_t lanes = 0;  ///< from one lane to the next
  std::uint32_t batches_apart = 0;
};

void before(Assembler& a) {
  a.eidx(rf5, ldunifrf(rf9));
  a.mov(rf6, rf3.unpack(ul));
  a.nop(ldunifrf(rf7));
  a.umul24(rf5, rf5, rf7, ldunifrf(rf8));
  a.umul24(rf6, rf6, rf8, ldunifrf(rf7));
  a.add(rf9, rf9, rf5, ldunifrf(rf8));
  a.add(rf9, rf9, rf6);
  a.mov(rf6, 0);
}

Words uniforms(const Bench& bench, const Walk& walk) {
  return {bench.memory(), walk.lanes, walk.batches_apart, walk.step, walk.region - 1};
}

void move_on(Assembler& a) {
  a.add(rf6, rf6, rf7);
  a.band(rf6, rf6, rf8);
}

/// Rounds after which the region has been seen.
std::uint32_t rounds(const Walk& walk, std::uint32_t requests) {
  return std::max(64u, walk.region / walk.step / requests);
}

/// Cycles from a load to its result.
double latency(Bench& bench, const Walk& walk) {
  const Kernel kernel{.body =
                          [](Assembler& a) {
                            a.add(tmua, rf9, rf6);
                            a.nop(ldtmu(rf10));
                            move_on(a);
                          },
                      .before = before,
                      .uniforms = uniforms(bench, walk)};
  return bench.round(kernel, {}, rounds(walk, 1)) - bench.empty() -
         3 * bench.value("instruction_cycles");
}

void request(Assembler& a) {
  a.add(tmua, rf9, rf6);
  move_on(a);
}

/// Cycles per request of all batches together, of which each has six in flight.
double pace(Bench& bench, const Walk& walk, std::uint32_t batches) {
  constexpr std::uint32_t in_flight = 6, requests = 8;
  const Kernel kernel{.body =
                          [](Assembler& a) {
                            for (std::uint32_t n = 0; n < requests; ++n) {
                              request(a);
                              a.nop(ldtmu(rf10));
                            }
                          },
                      .before =
                          [](Assembler& a) {
                            before(a);
                            for (std::uint32_t n = 0; n < in_flight; ++n) request(a);
                          },
                      .after =
                          [](Assembler& a) {
                            for (std::uint32_t n = 0; n < in_flight; ++n) a.nop(ldtmu(rf10));
                          },
                      .uniforms = uniforms(bench, walk)};
  return bench.round(kernel, {.batches = batches}, rounds(walk, requests)) / (requests * batches);
}

/// The largest of several sizes, each twice the one before, that costs like the smallest.
Finding largest_that_fits(const char* parameter, const char* how, std::uint32_t from,
                          std::uint32_t to, const std::function<double(std::uint32_t)>& cost) {
  Finding finding{parameter, 0, how, {}};
  for (std::uint32_t size = from; size <= to; size *= 2)
    finding.samples.push_back({fmt::format("{}", size), cost(size)});
  const double limit = (finding.samples.front().cycles + finding.samples.back().cycles) / 2;
  std::uint32_t size = from;
  for (const Sample& sample : finding.samples) {
    if (sample.cycles > limit) break;
    finding.value = size;
    size *= 2;
  }
  return finding;
}

void second_level(Bench& bench) {
  constexpr std::uint32_t all = Bench::memory_bytes;
  bench.found(largest_that_fits(
      "l2_bytes", "latency of loads 64 bytes apart, by the size of the region", 16 << 10, 4 << 20,
      [&](std::uint32_t size) { return latency(bench, {.region = size, .step = 64}); }));
  const auto l2_bytes = static_cast<std::uint32_t>(bench.value("l2_bytes"));

  const double dram = latency(bench, {.region = all, .step = 1024});
  bench.found({"dram_latency", dram, "loads 1024 bytes apart", {{"1024", dram}}});
  const double l2 = latency(bench, {.region = l2_bytes / 2, .step = 64});
  bench.found({"l2_latency", l2, "loads 64 bytes apart, in half of the L2T cache", {{"64", l2}}});
  const double some = latency(bench, {.region = all, .step = 64});
  bench.found({"l2_line",
               64 * (dram - l2) / (some - l2),
               "loads 64 bytes apart, of which the first of a line has to wait for memory",
               {{"64", some}}});
}

void first_level(Bench& bench) {
  const auto l2_bytes = static_cast<std::uint32_t>(bench.value("l2_bytes"));
  const double contiguous =
      pace(bench, {.region = l2_bytes / 16, .step = 64, .lanes = 4, .batches_apart = l2_bytes / 16},
           bench.qpus());
  bench.found({"l2_read_bytes",
               64 / contiguous,
               "loads of 64 contiguous bytes in the L2T cache, on all QPUs",
               {{"request", contiguous}}});
  const double apart = pace(bench, {.region = l2_bytes, .step = 4096, .lanes = 256}, 1);
  const double line = apart * bench.value("l2_read_bytes") / 16;
  bench.found({"l1_line", line, "loads of 16 lines in the L2T cache", {{"request", apart}}});
  // Each lane wants a line of its own: then a miss takes longest beside a hit.
  const std::uint32_t lanes = std::bit_ceil(static_cast<std::uint32_t>(0.75 * line));
  bench.found(largest_that_fits(
      "l1_bytes", "rate of loads of 16 lines, by the size of the region", 16 * lanes, l2_bytes,
      [&](std::uint32_t size) {
        return pace(bench, {.region = size, .step = 16 * lanes, .lanes = lanes}, 1);
      }));
}

void memory(Bench& bench, double clock_mhz) {
  constexpr std::uint32_t each = 512 << 10;
  const double request =
      pace(bench, {.region = each, .step = 64, .lanes = 4, .batches_apart = each}, bench.qpus());
  bench.found({"dram_mbytes",
               64 / request * clock_mhz,
               "loads of 64 contiguous bytes, all different, on all QPUs",
               {{"request", request}}});
}

}  // namespace

void caches(Bench& bench, double clock_mhz) {
  second_level(bench);
  first_level(bench);
  memory(bench, clock_mhz);
}

}  // namespace vc7::tool::microbench
