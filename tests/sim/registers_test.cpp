// SPDX-License-Identifier: MIT
//
// Registers as programs see them (v3d71 §15).
#include <vc7/sim/registers.hpp>

#include <gtest/gtest.h>

namespace vc7::sim {
namespace {

using namespace registers;
using enum RegisterBlock;

class RegistersTest : public testing::Test {
 protected:
  std::uint32_t core(std::uint32_t offset) { return all.read(core0, offset); }
  void set(std::uint32_t offset, std::uint32_t value) { all.write(core0, offset, value); }
  std::uint32_t counter(std::uint32_t i) { return core(pctr_count + 4 * i); }

  std::chrono::nanoseconds now{12'345'678'901'234};
  Registers all{topology_7_1_7, [this] { return now; }};
};

TEST_F(RegistersTest, Identity) {
  EXPECT_EQ(all.read(hub, hub_uifcfg), topology_7_1_7.uifcfg);
  EXPECT_EQ(all.read(hub, hub_ident1), topology_7_1_7.hub_ident1);
  EXPECT_EQ(all.read(hub, hub_ident2), topology_7_1_7.hub_ident2);
  EXPECT_EQ(all.read(hub, hub_ident3), topology_7_1_7.hub_ident3);
  EXPECT_EQ(core(core_ident0), topology_7_1_7.core0_ident0);
  EXPECT_EQ(core(core_ident1), topology_7_1_7.core0_ident1);
  EXPECT_EQ(core(core_ident2), topology_7_1_7.core0_ident2);
  set(core_ident0, 7);
  EXPECT_EQ(core(core_ident0), topology_7_1_7.core0_ident0);
  EXPECT_EQ(core(0x5ffc), 0u);
  EXPECT_EQ(core(core_ident0 + 2), 0u);
}

TEST_F(RegistersTest, CyclesGoByTheCoreClock) {
  now += std::chrono::seconds{1};
  EXPECT_EQ(counter(0), 0u);  // not enabled; source 0 is the clock
  set(pctr_enable, 1);
  now += std::chrono::milliseconds{10};
  EXPECT_EQ(counter(0), 9'600'000u);
  EXPECT_EQ(counter(1), 0u);
  now += std::chrono::microseconds{1};
  EXPECT_EQ(counter(0), 9'600'960u);
  set(pctr_enable, 0);
  now += std::chrono::seconds{1};
  EXPECT_EQ(counter(0), 9'600'960u);  // stands still
  set(pctr_clear, 2);
  EXPECT_EQ(counter(0), 9'600'960u);
  set(pctr_clear, 1);
  EXPECT_EQ(counter(0), 0u);
  EXPECT_EQ(core(pctr_clear), 0u);
}

TEST_F(RegistersTest, OverflowsAreToldUntilTakenBack) {
  set(pctr_enable, 0x80000001);
  now += std::chrono::seconds{4};
  EXPECT_EQ(core(pctr_overflow), 0u);
  EXPECT_EQ(counter(31), 3'840'000'000u);
  now += std::chrono::seconds{1};
  EXPECT_EQ(core(pctr_overflow), 0x80000001u);
  EXPECT_EQ(counter(31), 4'800'000'000u - (std::uint64_t{1} << 32));
  set(pctr_overflow, 1);
  EXPECT_EQ(core(pctr_overflow), 0x80000000u);
}

TEST_F(RegistersTest, JobsCountWhatIsAskedFor) {
  set(pctr_source + 4, 83 << 8 | 44 << 24);  // counters 5 and 7
  EXPECT_EQ(core(pctr_source + 4), 0x2c005300u);
  EXPECT_EQ(core(pctr_source), 0u);
  set(pctr_enable, 1u << 5 | 1u << 6);
  all.add({{Counter::qpu_active, 12}, {Counter::l2t_tmu_read_hits, 3}, {Counter::cycle_count, 99}});
  EXPECT_EQ(counter(5), 12u);
  EXPECT_EQ(counter(6), 0u);  // the clock does not run here
  EXPECT_EQ(counter(7), 0u);  // not enabled
  set(pctr_enable, 1u << 7);
  all.add({{Counter::qpu_active, 12}, {Counter::l2t_tmu_read_hits, 3}});
  EXPECT_EQ(counter(5), 12u);
  EXPECT_EQ(counter(7), 3u);
}

}  // namespace
}  // namespace vc7::sim
