// SPDX-License-Identifier: MIT
//
// Instructions verified per second (items_per_second), straight-line code and loops.
#include <benchmark/benchmark.h>

#include <vc7/asm.hpp>
#include <vc7/verify/verify.hpp>

namespace {

using namespace vc7::qpu;
using vc7::Assembler;

void straight(Assembler& a, std::size_t count) {
  for (std::size_t i = 0; i + 11 < count; i += 4) {
    a.add(rf10, rf2, rf3);
    a.shl(rf11, rf10, 4);
    a.mov(tmua, rf11);
    a.nop(ldtmu(rf12));
  }
  a.end_program();
}

void loops(Assembler& a, std::size_t count) {
  for (std::size_t i = 0; i + 12 < count; i += 5) {
    auto ns = a.name_space("x");
    auto l = a.loop();
    a.sub(rf10, rf2, 1, pushz);
    l.b(na0);
    a.nop();
    a.nop();
    a.nop();
  }
  a.end_program();
}

template <void (*kernel)(Assembler&, std::size_t)>
void BM_Verify(benchmark::State& state) {
  const vc7::Program program = vc7::assemble(kernel, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const auto report = vc7::verify::verify(program.words());
    if (report.has_errors()) state.SkipWithError("the program has errors");
    benchmark::DoNotOptimize(report.findings.data());
  }
  state.SetItemsProcessed(
      static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * program.size()));
}
BENCHMARK(BM_Verify<straight>)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(BM_Verify<loops>)->Arg(1000)->Arg(100000)->Arg(1000000);

}  // namespace
