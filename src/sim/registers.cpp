// SPDX-License-Identifier: MIT
#include <vc7/sim/registers.hpp>

#include <utility>

namespace vc7::sim {
namespace {

using namespace registers;
using Lock = std::lock_guard<std::mutex>;

constexpr std::uint32_t source_end = pctr_source + pctr_counters;
constexpr std::uint32_t count_end = pctr_count + 4 * pctr_counters;

bool bit(std::uint32_t bits, std::size_t number) { return (bits >> number & 1) != 0; }

std::chrono::nanoseconds host_time() { return std::chrono::steady_clock::now().time_since_epoch(); }

// "HUB" in the low three bytes; what is in the fourth is not known.
constexpr std::uint32_t hub_name = 'H' | 'U' << 8 | 'B' << 16;

std::uint32_t read_hub(const Topology& topology, std::uint32_t offset) {
  switch (offset) {
    case hub_uifcfg: return topology.uifcfg;
    case hub_ident0: return hub_name;
    case hub_ident1: return topology.hub_ident1;
    case hub_ident2: return topology.hub_ident2;
    case hub_ident3: return topology.hub_ident3;
    default: return 0;
  }
}

}  // namespace

Registers::Registers(const Topology& topology, Clock clock)
    : topology_{topology}, clock_{clock ? std::move(clock) : host_time} {
  cycles_ = cycles_now();
}

// In two steps, as nanoseconds times hertz would overflow.
std::uint64_t Registers::cycles_now() const {
  constexpr std::uint64_t second = 1'000'000'000;
  const auto ns = static_cast<std::uint64_t>(clock_().count());
  return ns / second * core_clock_hz + ns % second * core_clock_hz / second;
}

void Registers::tick() {
  const auto now = cycles_now();
  count(Counter::cycle_count, now - cycles_);
  cycles_ = now;
}

void Registers::count(Counter source, std::uint64_t events) {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (!bit(enabled_, i) || sources_[i] != static_cast<std::uint8_t>(source)) continue;
    const auto sum = counts_[i] + events;
    if (sum >> 32 != 0) overflows_ |= 1u << i;
    counts_[i] = static_cast<std::uint32_t>(sum);
  }
}

void Registers::add(const CounterValues& job) {
  const Lock lock{mutex_};
  tick();
  // Of the clock all cycles are counted already.
  for (const auto& [counter, events] : job)
    if (counter != Counter::cycle_count) count(counter, events);
}

std::uint32_t Registers::read(RegisterBlock block, std::uint32_t offset) {
  if (block == RegisterBlock::hub) return read_hub(topology_, offset);
  const Lock lock{mutex_};
  tick();
  return read_core(offset);
}

std::uint32_t Registers::read_core(std::uint32_t offset) const {
  if (offset % 4 != 0) return 0;
  if (offset >= pctr_source && offset < source_end) {
    const auto first = offset - pctr_source;
    std::uint32_t word = 0;
    for (std::uint32_t i = 0; i < 4; ++i) word |= std::uint32_t{sources_[first + i]} << 8 * i;
    return word;
  }
  if (offset >= pctr_count && offset < count_end) return counts_[(offset - pctr_count) / 4];
  switch (offset) {
    case core_ident0: return topology_.core0_ident0;
    case core_ident1: return topology_.core0_ident1;
    case core_ident2: return topology_.core0_ident2;
    case pctr_enable: return enabled_;
    case pctr_overflow: return overflows_;
    default: return 0;
  }
}

void Registers::write(RegisterBlock block, std::uint32_t offset, std::uint32_t value) {
  if (block != RegisterBlock::core0 || offset % 4 != 0) return;
  const Lock lock{mutex_};
  tick();
  if (offset == pctr_enable) enabled_ = value;
  if (offset == pctr_overflow) overflows_ &= ~value;
  if (offset == pctr_clear)
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (bit(value, i)) counts_[i] = 0;
  if (offset >= pctr_source && offset < source_end)
    for (std::uint32_t i = 0; i < 4; ++i)
      sources_[offset - pctr_source + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

}  // namespace vc7::sim
