// SPDX-License-Identifier: MIT
#include "microbench/bench.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

namespace vc7::tool::microbench {

using namespace vc7::qpu;

namespace {

/// Loops begin where a line of every cache begins: 32 instructions are 256 bytes.
constexpr std::size_t aligned = 32;

Program looped(const Kernel& kernel) {
  const auto start = [&](Assembler& a) {
    if (kernel.before) kernel.before(a);
    a.nop(ldunifrf(rf4));
  };
  Assembler only_start;
  start(only_start);
  const std::size_t length = only_start.finish().size();

  Assembler a;
  start(a);
  for (std::size_t n = length; n % aligned != 0; ++n) a.nop();
  const auto round = a.loop();
  kernel.body(a);
  a.sub(rf4, rf4, 1, pushz);
  round.b(na0);
  a.nop();
  a.nop();
  a.nop();
  if (kernel.after) kernel.after(a);
  a.end_program();
  return a.finish();
}

}  // namespace

Bench::Bench(Device& device)
    : device_{device},
      perfmon_{device.perfmon({Counter::cycle_count})},
      memory_{device.alloc<std::uint32_t>(memory_bytes / 4)},
      repetitions_{device.is_simulated() ? 1u : 7u} {}

std::uint64_t Bench::cycles(const vc7::Code& code, const Words& words, const Launch& launch) {
  Uniforms uniforms;
  for (const std::uint32_t word : words) uniforms.add(word);
  Dispatch dispatch = Dispatch::batches(launch.batches);
  if (launch.one_supergroup) {
    dispatch.workgroups_per_supergroup = launch.batches;
    dispatch.barrier = true;
  }
  dispatch.perfmon = &perfmon_;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (unsigned n = 0; n < repetitions_; ++n) {
    const std::uint64_t before = perfmon_.value(Counter::cycle_count);
    device_.run(code, dispatch, uniforms);
    least = std::min(least, perfmon_.value(Counter::cycle_count) - before);
  }
  return least;
}

double Bench::round(const Kernel& kernel, const Launch& launch, std::uint32_t rounds) {
  const vc7::Code code = device_.load(looped(kernel));
  const auto run = [&](std::uint32_t n) {
    Words words = kernel.uniforms;
    words.push_back(n);
    return static_cast<double>(cycles(code, words, launch));
  };
  return (run(3 * rounds) - run(rounds)) / (2.0 * rounds);
}

double Bench::batch(const Code& program, std::uint32_t batches) {
  Assembler a;
  program(a);
  a.end_program();
  const vc7::Code code = device_.load(a.finish());
  const auto run = [&](std::uint32_t n) {
    return static_cast<double>(cycles(code, {}, {.batches = n}));
  };
  return (run(3 * batches) - run(batches)) / (2.0 * batches);
}

double Bench::empty() {
  if (empty_ == 0) empty_ = round({.body = [](Assembler&) {}});
  return empty_;
}

void Bench::found(Finding finding) { findings_.push_back(std::move(finding)); }

double Bench::value(std::string_view parameter) const {
  const auto found = std::ranges::find(findings_, parameter, &Finding::parameter);
  if (found == findings_.end())
    throw std::logic_error(fmt::format("microbench: {} is not known yet", parameter));
  return found->value;
}

}  // namespace vc7::tool::microbench
