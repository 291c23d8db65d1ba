// SPDX-License-Identifier: MIT
//
// The TMU of a slice, and how long a single request takes.
#include "microbench/bench.hpp"

namespace vc7::tool::microbench {

using namespace vc7::qpu;

namespace {

/// rf6 = address of the lane: `stride` bytes from one to the next.
Kernel at_lanes(Bench& bench, std::uint32_t stride, Code body) {
  return {.body = std::move(body),
          .before =
              [](Assembler& a) {
                a.eidx(rf5, ldunifrf(rf6));
                a.nop(ldunifrf(rf7));
                a.umul24(rf5, rf5, rf7);
                a.add(rf6, rf6, rf5);
              },
          .uniforms = {bench.memory(), stride}};
}

/// Loads of the same address, of which six are always in flight.
Kernel loads(Bench& bench, std::uint32_t stride) {
  constexpr int in_flight = 6;
  Kernel kernel = at_lanes(bench, stride, [](Assembler& a) {
    for (int n = 0; n < 8; ++n) {
      a.mov(tmua, rf6);
      a.nop(ldtmu(rf8));
    }
  });
  kernel.before = [address = kernel.before](Assembler& a) {
    address(a);
    for (int n = 0; n < in_flight; ++n) a.mov(tmua, rf6);
  };
  kernel.after = [](Assembler& a) {
    for (int n = 0; n < in_flight; ++n) a.nop(ldtmu(rf8));
  };
  return kernel;
}

void load_and_wait(Assembler& a) {
  a.mov(tmua, rf6);
  a.nop(ldtmu(rf8));
}

void store_and_wait(Assembler& a) {
  a.mov(tmud, rf5);
  a.mov(tmua, rf6);
  a.tmuwt();
}

}  // namespace

void requests(Bench& bench) {
  const Launch all{.batches = bench.qpus()};
  const double each = bench.value("instruction_cycles"), empty = bench.empty();
  const unsigned sharing = bench.device().qpus_per_slice;

  const double spread = bench.round(loads(bench, 16), all);
  bench.found({"tmu_piece_cycles",
               spread / (8 * 16 * sharing),
               "loads whose lanes are in 16 pieces of 16 bytes, on all QPUs",
               {{"8", spread}}});
  const double together = bench.round(loads(bench, 0), all);
  bench.found({"tmu_least_cycles",
               together / (8 * sharing),
               "loads of one word by all lanes, on all QPUs",
               {{"8", together}}});

  const double hit = bench.round(at_lanes(bench, 0, load_and_wait));
  bench.found(
      {"l1_latency", hit - empty - each, "a load of the same word, then ldtmu", {{"round", hit}}});

  // Contiguous stores of all QPUs.
  const double stores = bench.round(at_lanes(bench, 4,
                                             [](Assembler& a) {
                                               for (int n = 0; n < 8; ++n) {
                                                 a.mov(tmud, rf5);
                                                 a.mov(tmua, rf6);
                                               }
                                             }),
                                    all);
  bench.found({"l2_write_bytes",
               64 * 8 * bench.qpus() / stores,
               "stores of 64 contiguous bytes, on all QPUs",
               {{"8", stores}}});

  const double store = bench.round(at_lanes(bench, 0, store_and_wait));
  bench.found({"store_latency",
               store - empty - 2 * each - bench.value("tmu_least_cycles") -
                   16 / bench.value("l2_write_bytes"),
               "a store of one word by all lanes, then tmuwt",
               {{"round", store}}});

  Kernel atomics = at_lanes(bench, 4, [](Assembler& a) {
    a.mov(tmuc, rf9);
    for (int n = 0; n < 4; ++n) {
      a.mov(tmud, rf5);
      a.mov(tmua, rf6);
    }
    for (int n = 0; n < 4; ++n) a.nop(ldtmu(rf8));
  });
  const auto before = atomics.before;
  atomics.before = [before](Assembler& a) {
    before(a);
    a.nop(ldunifrf(rf9));
  };
  constexpr TmuConfig add = TmuConfig{}.uint32().write_add_read_prefetch();
  atomics.uniforms.push_back(TmuConfig::word({add, add, add, add}));
  const double adds = bench.round(atomics, all);
  bench.found({"atomic_cycles",
               adds / (4 * 16 * bench.qpus()),
               "atomic additions of all lanes, on all QPUs",
               {{"4", adds}}});
}

}  // namespace vc7::tool::microbench
