// SPDX-License-Identifier: MIT
#include "sim/timing/trace.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <vector>

namespace vc7::sim::timing {
namespace {

TEST(BatchTrace, RunsAreCutAtJumpsOnly) {
  BatchTrace trace;
  trace.enter(0x1000, 0);
  trace.enter(0x1018, 3);  // right behind: a block ends there, the run does not
  trace.enter(0x1008, 5);  // a loop from here on
  trace.enter(0x1008, 9);
  trace.enter(0x1008, 13);
  trace.finish(20);
  EXPECT_EQ(trace.runs(),
            (std::vector<timing::Run>{{0x1000, 5, 1}, {0x1008, 4, 2}, {0x1008, 7, 1}}));
}

TEST(BatchTrace, NothingExecuted) {
  BatchTrace trace;
  trace.enter(0x1000, 0);
  trace.finish(0);
  EXPECT_TRUE(trace.runs().empty());
  EXPECT_FALSE(TraceReader{trace}.next(0x1000).has_value());
}

// A loop that goes through memory in equal steps needs a byte for each access.
TEST(BatchTrace, RegularAccessesAreShort) {
  BatchTrace trace;
  Pattern pattern{.active = 0xffff, .components = 4};
  for (unsigned i = 0; i < 16; ++i) pattern.offset[i] = 4096 * i;
  for (std::uint32_t n = 0; n < 100'000; ++n) trace.access(0x1000, pattern, 0x10000 + 16 * n);
  EXPECT_LT(trace.bytes(), 101'000u);
}

struct Written {
  Event event;
  std::uint32_t site, value;
  Pattern pattern;
};

std::vector<Written> random_events(std::uint32_t seed) {
  std::mt19937 random{seed};
  std::vector<Pattern> patterns(4);
  for (Pattern& p : patterns) {
    p.active = static_cast<std::uint16_t>(random());
    p.kind = static_cast<AccessKind>(random() % 3);
    for (auto& offset : p.offset) offset = static_cast<std::uint32_t>(random()) >> random() % 32;
  }
  std::vector<Written> list;
  for (int n = 0; n < 2000; ++n) {
    const auto event = static_cast<Event>(random() % 8 < 5 ? 0 : random() % 4);
    const std::uint32_t value = random() % 3 == 0 ? static_cast<std::uint32_t>(random())
                                                  : 64 * static_cast<std::uint32_t>(n);
    list.push_back({event, 8 * (static_cast<std::uint32_t>(random()) % 100), value,
                    patterns[random() % patterns.size()]});
  }
  return list;
}

TEST(BatchTrace, ReadsWhatWasWritten) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const auto events = random_events(seed);
    BatchTrace trace;
    for (const Written& e : events)
      e.event == Event::access ? trace.access(e.site, e.pattern, e.value)
                               : trace.value(e.event, e.value);
    TraceReader reader{trace};
    for (const Written& e : events) {
      const auto read = reader.next(e.site);
      ASSERT_TRUE(read.has_value());
      ASSERT_EQ(read->event, e.event);
      if (e.event == Event::access) {
        ASSERT_EQ(*read->access.pattern, e.pattern);
        ASSERT_EQ(read->access.base, e.value);
      } else {
        ASSERT_EQ(read->value, e.value);
      }
    }
    EXPECT_FALSE(reader.next(0).has_value());
  }
}

}  // namespace
}  // namespace vc7::sim::timing
