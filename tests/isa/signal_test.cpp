// SPDX-License-Identifier: MIT
//
// The signal table (v3d71 §3).
#include <vc7/isa/signal.hpp>

#include <string>

#include <gtest/gtest.h>

namespace vc7::isa::testing {
namespace {

struct Row {
  const char* set;
  bool destination;
};
// v3d71 §3 by index; "reserved" is none.
constexpr Row rows[32] = {{"", false},
                          {"thrsw", false},
                          {"ldunif", false},
                          {"thrsw ldunif", false},
                          {"ldtmu", true},
                          {"thrsw ldtmu", true},
                          {"ldtmu ldunif", true},
                          {"thrsw ldtmu ldunif", true},
                          {"ldvary", true},
                          {"thrsw ldvary", true},
                          {"ldvary ldunif", true},
                          {"thrsw ldvary ldunif", true},
                          {"ldunifrf", true},
                          {"thrsw ldunifrf", true},
                          {"smimm_a", false},
                          {"smimm_b", false},
                          {"ldtlb", true},
                          {"ldtlbu", true},
                          {"wrtmuc", false},
                          {"thrsw wrtmuc", false},
                          {"ldvary wrtmuc", true},
                          {"thrsw ldvary wrtmuc", true},
                          {"ucb", false},
                          {"reserved", false},
                          {"ldunifa", false},
                          {"ldunifarf", true},
                          {"ldtmu wrtmuc", true},
                          {"thrsw ldtmu wrtmuc", true},
                          {"reserved", false},
                          {"reserved", false},
                          {"smimm_c", false},
                          {"smimm_d", false}};

std::string names(Signals set) {
  std::string text;
  for (std::size_t i = 0; i < signal_count; ++i) {
    if (!set.has(static_cast<Signal>(i))) continue;
    if (!text.empty()) text += ' ';
    text += signal_names[i];
  }
  return text;
}

TEST(IsaSignal, IndexTable) {
  for (unsigned index = 0; index < 32; ++index) {
    const auto set = signals_from_index(index);
    const std::string expected = rows[index].set;
    ASSERT_EQ(set.has_value(), expected != "reserved") << index;
    if (!set) continue;
    EXPECT_EQ(names(*set), expected) << index;
    EXPECT_EQ(set->has_destination(), rows[index].destination) << index;
    EXPECT_EQ(signal_index(*set), index);
  }
}

TEST(IsaSignal, Only29OfAllSetsHaveAnIndex) {
  unsigned encodable = 0;
  for (unsigned bits = 0; bits < 1u << signal_count; ++bits) {
    const auto set = Signals::from_bits(static_cast<std::uint16_t>(bits));
    const auto index = signal_index(set);
    if (!index) continue;
    ++encodable;
    EXPECT_EQ(names(set), rows[*index].set);
  }
  EXPECT_EQ(encodable, 29u);
}

TEST(IsaSignal, SixSignalsHaveADestination) {
  std::string with;
  for (std::size_t i = 0; i < signal_count; ++i)
    if (has_destination(static_cast<Signal>(i))) with += std::string{signal_names[i]} + ' ';
  EXPECT_EQ(with, "ldvary ldtmu ldtlb ldtlbu ldunifrf ldunifarf ");
}

TEST(IsaSignal, Sets) {
  const Signals set = Signals{Signal::thrsw}.with(Signal::ldtmu);
  EXPECT_TRUE(set.has(Signal::thrsw) && set.has(Signal::ldtmu) && !set.has(Signal::ldunif));
  EXPECT_EQ(set, (Signals{Signal::ldtmu, Signal::thrsw}));
  EXPECT_TRUE(Signals{}.empty() && !set.empty());
}

}  // namespace
}  // namespace vc7::isa::testing
