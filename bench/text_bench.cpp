// SPDX-License-Identifier: MIT
//
// Lines of assembly text read and written per second (items_per_second), and bytes of text.
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <vc7/asm/disassemble.hpp>
#include <vc7/asm/text.hpp>
#include <vc7/isa/decode.hpp>
#include <vc7/isa/encode.hpp>
#include <vc7/isa/instruction.hpp>

namespace {

/// Random instructions with a branch in every sixteenth place: more modifiers and conditions than
/// real programs have.
std::vector<std::uint64_t> words(std::size_t count) {
  std::mt19937_64 random{7};
  std::vector<std::uint64_t> result;
  while (result.size() < count) {
    if (result.size() % 16 == 15) {
      const auto offset = static_cast<std::uint32_t>(-(random() % 16) * 8);
      result.push_back(
          vc7::isa::encode({.condition = vc7::isa::BranchCondition::anya, .offset = offset}).word);
    } else if (const auto word = vc7::isa::canonical_word(random()); word && *word >> 58 != 0) {
      result.push_back(*word);
    }
  }
  return result;
}

void report(benchmark::State& state, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void BM_AssembleText(benchmark::State& state) {
  const std::string text =
      vc7::disassemble(words(static_cast<std::size_t>(state.range(0))), {.labels = true});
  for (auto _ : state) {
    const auto result = vc7::assemble_text(text);
    if (!result) state.SkipWithError("the text does not assemble");
    benchmark::DoNotOptimize(result.program.words().data());
  }
  report(state, text.size());
}
BENCHMARK(BM_AssembleText)->Arg(1000)->Arg(100000)->Arg(1000000);

template <bool labels>
void BM_Disassemble(benchmark::State& state) {
  const auto input = words(static_cast<std::size_t>(state.range(0)));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = vc7::disassemble(input, {.labels = labels});
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  report(state, bytes);
}
BENCHMARK(BM_Disassemble<false>)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(BM_Disassemble<true>)->Arg(1000)->Arg(100000)->Arg(1000000);

}  // namespace
