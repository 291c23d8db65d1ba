// SPDX-License-Identifier: MIT
//
// Registers of the GPU and its performance counters, without the kernel (v3d71 §15). Of the device
// model they are those of sim::Registers; its clock is the host's.
//
//   vc7::Registers registers = vc7::Registers::open(device);
//   vc7::PerformanceCounter counter{registers, {vc7::Counter::cycle_count}};
//   device.run(...);
//   std::uint32_t cycles = counter.values()[0];
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <vector>

#include <vc7/sim/counters.hpp>
#include <vc7/sim/registers.hpp>

namespace vc7 {

class Device;
using sim::RegisterBlock;

/// How registers are reached.
class RegisterAccess {
 public:
  virtual ~RegisterAccess() = default;
  virtual std::uint32_t read(RegisterBlock block, std::uint32_t offset) = 0;
  virtual void write(RegisterBlock block, std::uint32_t offset, std::uint32_t value) = 0;
};

/// Each access is exactly one of 32 bits. On a Raspberry Pi reads are only right while the GPU has
/// power, so while a job runs or has just run; writes can hang it. Copies are the same registers.
class Registers {
 public:
  using Where = std::source_location;

  /// Of the device model directly; of a GPU through /dev/mem, which only root may, at the addresses
  /// that the device tree tells. Throws Error that says what is missing.
  static Registers open(const Device& device, Where where = Where::current());
  explicit Registers(std::shared_ptr<RegisterAccess> access) : access_{std::move(access)} {}

  /// `offset` in bytes: a multiple of 4 inside of the block; else throws Error.
  std::uint32_t read(RegisterBlock block, std::uint32_t offset,
                     Where where = Where::current()) const;
  void write(RegisterBlock block, std::uint32_t offset, std::uint32_t value,
             Where where = Where::current()) const;

 private:
  std::shared_ptr<RegisterAccess> access_;
};

/// Counts from its construction to its destruction, in the counter registers from 0 on: one at a
/// time, and no perfmon of a job beside it, as the kernel uses the same registers.
class PerformanceCounter {
 public:
  using Where = std::source_location;

  /// 1 to 32 counters; else throws Error.
  PerformanceCounter(Registers registers, std::span<const Counter> counters,
                     Where where = Where::current());
  PerformanceCounter(Registers registers, std::initializer_list<Counter> counters,
                     Where where = Where::current())
      : PerformanceCounter{std::move(registers), std::span{counters.begin(), counters.size()},
                           where} {}
  ~PerformanceCounter();
  PerformanceCounter(const PerformanceCounter&) = delete;
  PerformanceCounter& operator=(const PerformanceCounter&) = delete;

  /// What they have counted so far, in the order of the counters; they wrap at 32 bits.
  std::vector<std::uint32_t> values() const;

 private:
  Registers registers_;
  std::size_t size_;
};

}  // namespace vc7
