// SPDX-License-Identifier: MIT
//
// The registers of hub and core 0 that programs read and write through the physical addresses
// (v3d71 §15): identity, and the performance counters.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>

#include <vc7/sim/counters.hpp>
#include <vc7/sim/topology.hpp>

namespace vc7::sim {

enum class RegisterBlock : std::uint8_t { hub, core0 };

/// Byte offsets in their block.
namespace registers {
inline constexpr std::uint32_t hub_uifcfg = 0x04, hub_ident0 = 0x08, hub_ident1 = 0x0c,
                               hub_ident2 = 0x10, hub_ident3 = 0x14;
inline constexpr std::uint32_t core_ident0 = 0x00, core_ident1 = 0x04, core_ident2 = 0x08;
inline constexpr std::uint32_t pctr_enable = 0x650, pctr_clear = 0x654, pctr_overflow = 0x658;
inline constexpr std::uint32_t pctr_source = 0x660;  ///< four to a register, the first in 7:0
inline constexpr std::uint32_t pctr_count = 0x680;
inline constexpr std::uint32_t pctr_counters = 32;
}  // namespace registers

/// The core clock of a Raspberry Pi 5.
inline constexpr std::uint64_t core_clock_hz = 960'000'000;

/// Thread-safe. The model has no time of its own: its clock is the host's, at the rate of
/// core_clock_hz, whether a job runs or not. The other counters move when a job ends, by what
/// JobResult::counters says.
class Registers {
 public:
  using Clock = std::function<std::chrono::nanoseconds()>;

  /// `clock`: time since any moment; the host's if it is not set.
  explicit Registers(const Topology& topology, Clock clock = {});

  /// 32 bits at a byte offset. What is not modelled reads 0.
  std::uint32_t read(RegisterBlock block, std::uint32_t offset);
  /// Counters: enables, clears (1: the count becomes 0), overflows (1: taken back), sources. Other
  /// registers do not change.
  void write(RegisterBlock block, std::uint32_t offset, std::uint32_t value);

  /// A job has ended.
  void add(const CounterValues& job);

 private:
  std::uint32_t read_core(std::uint32_t offset) const;
  std::uint64_t cycles_now() const;
  void tick();
  void count(Counter source, std::uint64_t events);

  const Topology topology_;
  const Clock clock_;
  std::mutex mutex_;
  std::uint64_t cycles_ = 0;  // when the cycle counters were last brought up to date
  std::uint32_t enabled_ = 0, overflows_ = 0;
  std::array<std::uint8_t, registers::pctr_counters> sources_{};
  std::array<std::uint32_t, registers::pctr_counters> counts_{};
};

}  // namespace vc7::sim
