// SPDX-License-Identifier: MIT
#include <vc7/vc7.hpp>

#include <gtest/gtest.h>

#include "support.hpp"

namespace vc7::test {
namespace {

using drm::Counter;

Program nothing() {
  Assembler a;
  a.end_program();
  return a.finish();
}

TEST(PerformanceMonitor, CountsTheJobsOfItsTime) {
  Device device = Device::open("sim");
  const Code code = device.load(nothing());
  const auto instructions = device.run(code, Dispatch::batches(1)).statistics()->instructions;
  ASSERT_NE(instructions, 0u);
  {
    const PerformanceMonitor monitor{device, {Counter::cycle_count, Counter::qpu_active}};
    EXPECT_EQ(monitor.values(), (std::vector<std::uint64_t>{0, 0}));
    const Event first = device.submit(code, Dispatch::batches(3));
    EXPECT_EQ(monitor.values()[1], 3 * instructions);
    const Event second = device.submit(code, Dispatch::batches(4));
    EXPECT_EQ(monitor.values()[1], 7 * instructions);
  }
  device.run(code, Dispatch::batches(1));
  PerformanceMonitor next{device, {Counter::qpu_active}};
  PerformanceMonitor moved = std::move(next);
  device.run(code, Dispatch::batches(2));
  EXPECT_EQ(moved.values(), std::vector<std::uint64_t>{2 * instructions});
}

TEST(PerformanceMonitor, Refuses) {
  Device device = Device::open("sim");
  const auto message = [&](std::vector<Counter> counters) {
    try {
      const PerformanceMonitor monitor{device, std::move(counters)};
    } catch (const Error& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  EXPECT_NE(message({}).find("performance monitor: 0 counters, allowed are 1 to 32"),
            std::string::npos);
  EXPECT_NE(message(std::vector<Counter>(33)).find("33 counters"), std::string::npos);
  EXPECT_NE(message({static_cast<Counter>(93)}).find("EINVAL"), std::string::npos);
  EXPECT_EQ(message({Counter::qpu_active}), "");
  const PerformanceMonitor first{device, {Counter::qpu_active}};
  EXPECT_NE(message({Counter::qpu_active}).find("only one can count at a time"), std::string::npos);
}

TEST(PerformanceMonitor, OutlivesItsDevice) {
  std::optional<PerformanceMonitor> monitor;
  {
    Device device = Device::open("sim");
    monitor.emplace(device, std::vector{Counter::qpu_active});
  }
  EXPECT_THROW((void)monitor->values(), Error);
}

}  // namespace
}  // namespace vc7::test
