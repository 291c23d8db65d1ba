// SPDX-License-Identifier: MIT
//
// The table of performance counters (v3d71 §14.7).
#include <vc7/sim/counters.hpp>

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

namespace vc7::sim {
namespace {

TEST(Counters, NumbersOfTheHardware) {
  EXPECT_EQ(counters.size(), 93u);
  EXPECT_EQ(static_cast<int>(Counter::cycle_count), 0);
  EXPECT_EQ(static_cast<int>(Counter::axi_write_bytes_seen_watch_1), 60);
  EXPECT_EQ(static_cast<int>(Counter::qpu_active), 83);
  EXPECT_EQ(info(Counter::qpu_stalls_other).name, "QPU-stalls-other");
}

TEST(Counters, IdentifiersAreNames) {
  for (const auto& counter : counters) {
    std::string expected;
    for (const char c : counter.name)
      expected += c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    EXPECT_EQ(counter.identifier, expected);
  }
}

// They go into fields of 64, 32 and 256 bytes with an end.
TEST(Counters, TextsFitAndDiffer) {
  std::set<std::string_view> names, texts;
  for (const auto& counter : counters) {
    EXPECT_TRUE(names.insert(counter.name).second) << counter.name;
    EXPECT_TRUE(texts.insert(counter.text).second) << counter.text;
    EXPECT_LT(counter.name.size(), 64u);
    EXPECT_LT(counter.category.size(), 32u);
    EXPECT_LT(counter.text.size(), 256u);
  }
}

}  // namespace
}  // namespace vc7::sim
