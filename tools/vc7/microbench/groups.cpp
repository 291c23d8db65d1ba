// SPDX-License-Identifier: MIT
//
// Launches and barriers.
#include <algorithm>

#include "microbench/bench.hpp"

namespace vc7::tool::microbench {

using namespace vc7::qpu;

void groups(Bench& bench) {
  const double launch = bench.batch([](Assembler& a) { a.nop(); }, 2000);
  bench.found({"batch_launch", launch, "batches of a few instructions", {{"batch", launch}}});

  const double barrier =
      bench.round({.body =
                       [](Assembler& a) {
                         for (int n = 0; n < 8; ++n) {
                           a.barrierid(syncb, thrsw);
                           a.nop();
                           a.nop();
                         }
                       }},
                  {.batches = std::min(bench.qpus(), 12u), .one_supergroup = true});
  bench.found({"barrier_extra",
               (barrier - bench.empty()) / 8 - 3 * bench.value("instruction_cycles") -
                   bench.value("switch_extra"),
               "8 barriers of one batch on each QPU",
               {{"8", barrier}}});
}

}  // namespace vc7::tool::microbench
