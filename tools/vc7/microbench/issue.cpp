// SPDX-License-Identifier: MIT
//
// Instructions, branches, thread switches, special functions.
#include <algorithm>
#include <cstdint>

#include "microbench/bench.hpp"

namespace vc7::tool::microbench {

using namespace vc7::qpu;

namespace {

Kernel repeated(unsigned times, void (*instruction)(Assembler&)) {
  return {.body = [=](Assembler& a) {
    for (unsigned n = 0; n < times; ++n) instruction(a);
  }};
}

/// All QPUs of a slice want the unit at once.
void special_unit(Bench& bench, const char* parameter, const char* how,
                  void (*instruction)(Assembler&)) {
  constexpr unsigned times = 64;
  const double round = bench.round(repeated(times, instruction), {.batches = bench.qpus()});
  bench.found({parameter, round / (times * bench.device().qpus_per_slice), how, {{"64", round}}});
}

/// Why a matrix product reaches a quarter of the peak: the published times, all of full GPUs, do
/// not say whether QPUs wait for a unit that they share or whether each takes so long by itself.
void who_waits_for_rotations(Bench& bench) {
  constexpr unsigned times = 64;
  const double issue = bench.value("instruction_cycles"), service = bench.value("rotate_service");
  const double shared = service * bench.device().qpus_per_slice;
  const auto check = [&](const char* what, void (*instructions)(Assembler&), std::uint32_t batches,
                         double expected) {
    const double round = bench.round(repeated(times, instructions), {.batches = batches});
    bench.checked({what, (round - (batches == 1 ? bench.empty() : 0)) / times, expected});
  };
  check(
      "rot, on one QPU", [](Assembler& a) { a.rot(rf10, rf5, 1); }, 1, std::max(issue, service));
  // As in sgemm.
  const auto pair = [](Assembler& a) {
    a.rot(rf5, rf5, 1).mov(rep, rf5);
    a.fadd(rf10, rf10, rf11).fmul(rf11, rf0, rf12);
  };
  check("rot and rep, then fadd and fmul of rf0, on one QPU", pair, 1,
        std::max(2 * issue, service));
  check("the same on all QPUs", pair, bench.qpus(), std::max(2 * issue, shared));
}

}  // namespace

void issue(Bench& bench) {
  const double empty = bench.empty();
  const double nops = bench.round(repeated(200, [](Assembler& a) { a.nop(); }));
  const double each = (nops - empty) / 200;
  bench.found({"instruction_cycles", each, "200 nops on one QPU", {{"0", empty}, {"200", nops}}});
  bench.found({"branch_extra", empty - 5 * each, "a loop of 5 instructions", {{"round", empty}}});

  const double switches = bench.round(repeated(16, [](Assembler& a) {
    a.nop(thrsw);
    a.nop();
    a.nop();
  }));
  bench.found({"switch_extra",
               (switches - empty) / 16 - 3 * each,
               "16 thread switches of a batch alone on its QPU",
               {{"16", switches}}});

  const double results = bench.round(repeated(16, [](Assembler& a) {
    a.recip(rf10, rf5);
    a.mov(rf11, rf10);
  }));
  bench.found({"special_latency",
               (results - empty) / 16 / each - 1,
               "results of recip, read by the next instruction",
               {{"16", results}}});
  special_unit(bench, "special_service", "recip, one after the other, on all QPUs",
               [](Assembler& a) { a.recip(rf10, rf5); });
  special_unit(bench, "rotate_service", "rot, one after the other, on all QPUs",
               [](Assembler& a) { a.rot(rf10, rf5, 1); });
  who_waits_for_rotations(bench);
}

}  // namespace vc7::tool::microbench
