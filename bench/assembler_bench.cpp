// SPDX-License-Identifier: MIT
//
// Instructions assembled per second (items_per_second).
#include <benchmark/benchmark.h>

#include <vc7/asm.hpp>

namespace {

using namespace vc7::qpu;
using vc7::Assembler;

void report(benchmark::State& state, std::size_t instructions) {
  state.SetItemsProcessed(
      static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * instructions));
}

// One operation per instruction, as straight-line integer code has.
void add_only(Assembler& a, int count) {
  for (int i = 0; i < count; i += 4) {
    a.add(rf1, rf2, rf3);
    a.shl(rf4, rf1, 4);
    a.mov(tmua, rf4, thrsw);
    a.nop(ldtmu(rf5));
  }
}

// The inner loop of a matrix product: two operations per instruction, computed register numbers.
void dual_issue(Assembler& a, int count) {
  for (int i = 0; i < count; i += 2) {
    a.rot(rf1, rf1, 1).mov(rep, rf1);
    a.fadd(rf[i & 63], rf[i & 63], rf2).fmul(rf2, rf0, rf[i & 31]);
  }
}

// Short loops with labels.
void loops(Assembler& a, int count) {
  for (int i = 0; i < count; i += 5) {
    auto ns = a.name_space("x");
    auto l = a.loop();
    a.sub(rf1, rf1, 1, pushz);
    l.b(na0);
    a.nop();
    a.nop();
    a.nop();
  }
}

template <void (*kernel)(Assembler&, int)>
void BM_Assemble(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  std::size_t size = 0;
  for (auto _ : state) {
    const vc7::Program program = vc7::assemble(kernel, count);
    size = program.size();
    benchmark::DoNotOptimize(program.words().data());
  }
  report(state, size);
}
BENCHMARK(BM_Assemble<add_only>)->Arg(1000)->Arg(100000);
BENCHMARK(BM_Assemble<dual_issue>)->Arg(1000)->Arg(100000);
BENCHMARK(BM_Assemble<loops>)->Arg(1000)->Arg(10000);

}  // namespace
