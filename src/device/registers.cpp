// SPDX-License-Identifier: MIT
#include <vc7/device/registers.hpp>

#include <algorithm>

#include <vc7/device/device.hpp>
#include <vc7/drm/simulated.hpp>

#include "message.hpp"
#include "physical_memory.hpp"

namespace vc7 {
namespace {

using namespace sim::registers;
using enum RegisterBlock;

class ModelRegisters final : public RegisterAccess {
 public:
  explicit ModelRegisters(std::shared_ptr<sim::Registers> all) : all_{std::move(all)} {}
  std::uint32_t read(RegisterBlock block, std::uint32_t offset) override {
    return all_->read(block, offset);
  }
  void write(RegisterBlock block, std::uint32_t offset, std::uint32_t value) override {
    all_->write(block, offset, value);
  }

 private:
  const std::shared_ptr<sim::Registers> all_;
};

void check(std::uint32_t offset, const std::source_location& where) {
  constexpr std::uint32_t largest = 0x6000;  // of a block
  if (offset % 4 != 0 || offset >= largest)
    detail::fail(where, fmt::format("registers: offset 0x{:x}, allowed are multiples of 4 below "
                                    "0x{:x}",
                                    offset, largest));
}

std::uint32_t mask(std::size_t counters) {
  return static_cast<std::uint32_t>((std::uint64_t{1} << counters) - 1);
}

}  // namespace

Registers Registers::open(const Device& device, Where where) {
  if (auto all = drm::registers(device.node()))
    return Registers{std::make_shared<ModelRegisters>(std::move(all))};
  try {
    return Registers{detail::map_registers()};
  } catch (const Error& error) {
    detail::fail(where, error.what());
  }
}

std::uint32_t Registers::read(RegisterBlock block, std::uint32_t offset, Where where) const {
  check(offset, where);
  return access_->read(block, offset);
}

void Registers::write(RegisterBlock block, std::uint32_t offset, std::uint32_t value,
                      Where where) const {
  check(offset, where);
  access_->write(block, offset, value);
}

PerformanceCounter::PerformanceCounter(Registers registers, std::span<const Counter> counters,
                                       Where where)
    : registers_{std::move(registers)}, size_{counters.size()} {
  if (size_ == 0 || size_ > pctr_counters)
    detail::fail(where, fmt::format("performance counter: {} counters, allowed are 1 to {}", size_,
                                    pctr_counters));
  for (std::uint32_t first = 0; first < size_; first += 4) {
    std::uint32_t word = 0;
    for (std::uint32_t i = 0; i < 4 && first + i < size_; ++i)
      word |= static_cast<std::uint32_t>(counters[first + i]) << 8 * i;
    registers_.write(core0, pctr_source + first, word);
  }
  registers_.write(core0, pctr_enable, mask(size_));
  registers_.write(core0, pctr_clear, mask(size_));
  registers_.write(core0, pctr_overflow, mask(size_));
}

PerformanceCounter::~PerformanceCounter() {
  registers_.write(core0, pctr_enable, 0);
  registers_.write(core0, pctr_clear, mask(size_));
  registers_.write(core0, pctr_overflow, mask(size_));
}

std::vector<std::uint32_t> PerformanceCounter::values() const {
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i < size_; ++i)
    all.push_back(registers_.read(core0, pctr_count + 4 * i));
  return all;
}

}  // namespace vc7
