// SPDX-License-Identifier: MIT
#include <vc7/device/perfmon.hpp>

#include <optional>

#include "support.hpp"

namespace vc7::test {
namespace {

// The end of every program, v3d71 §12.5.
constexpr std::uint64_t thrsw_word = 0x38203186bb03f000;
constexpr std::array<std::uint64_t, 7> empty_program{thrsw_word, thrsw_word, nop_word, nop_word,
                                                     thrsw_word, nop_word,   nop_word};

class PerfmonTest : public testing::Test {
 protected:
  Device device = Device::open("sim");
  Code code = device.load(empty_program);
};

TEST_F(PerfmonTest, CountsTheJobsOfItsDispatches) {
  const Perfmon perfmon = device.perfmon({Counter::cycle_count, Counter::qpu_active});
  const auto before = perfmon.values();
  EXPECT_EQ(before, (std::vector<std::uint64_t>{0, 0}));
  const Event event = device.run(code, {.workgroups = {5}, .perfmon = &perfmon});
  device.run(code, {.workgroups = {3}});
  EXPECT_EQ(perfmon.value(Counter::qpu_active), event.statistics()->instructions);
  EXPECT_EQ(perfmon.value(Counter::qpu_active), 5 * 7u);
  EXPECT_EQ(perfmon.value(Counter::cycle_count), 0u);
}

// `counted` in counters.def is what docs/counters.md promises.
TEST_F(PerfmonTest, TheModelCountsWhatTheTableSays) {
  for (const auto& info : sim::counters) {
    const Perfmon perfmon = device.perfmon({info.counter});
    device.run(code, {.perfmon = &perfmon});
    EXPECT_EQ(perfmon.values()[0] != 0, info.counted == sim::Counted::always) << info.name;
  }
}

TEST_F(PerfmonTest, ErrorsSayWhatIsAllowed) {
  EXPECT_CONTAINS(error_of([&] { (void)device.perfmon({}); }),
                  "perfmon: 0 counters, allowed are 1 to 32");
  const std::vector<Counter> many(33);
  EXPECT_CONTAINS(error_of([&] { (void)device.perfmon(many); }),
                  "perfmon: 33 counters, allowed are 1 to 32");
  EXPECT_CONTAINS(error_of([&] { (void)device.perfmon({Counter{200}}); }),
                  "perfmon: counter 200, the kernel knows those below 93");
  const Perfmon perfmon = device.perfmon({Counter::qpu_active, Counter::cycle_count});
  EXPECT_CONTAINS(error_of([&] { (void)perfmon.value(Counter::l2t_fill); }),
                  "perfmon: it does not count L2T-fill, only QPU-active, cycle-count");
  Device other = Device::open("sim");
  const Code elsewhere = other.load(empty_program);
  EXPECT_CONTAINS(error_of([&] { other.run(elsewhere, {.perfmon = &perfmon}); }),
                  "submit: the Perfmon belongs to another Device");
}

TEST_F(PerfmonTest, MayOutliveItsDevice) {
  std::optional<Device> other{Device::open("sim")};
  Perfmon perfmon = other->perfmon({Counter::qpu_active});
  other.reset();
  EXPECT_CONTAINS(error_of([&] { (void)perfmon.values(); }), "perfmon: the Device was closed");
  perfmon = device.perfmon({Counter::cycle_count});
  EXPECT_EQ(perfmon.values().size(), 1u);
}

TEST_F(PerfmonTest, EndsWithItsObject) {
  for (int i = 0; i < 3; ++i) {
    const Perfmon perfmon = device.perfmon({Counter::qpu_active});
    EXPECT_TRUE(device.node().perfmon_get_values(1).ok());
  }
  EXPECT_FALSE(device.node().perfmon_get_values(1).ok());
}

}  // namespace
}  // namespace vc7::test
