// SPDX-License-Identifier: MIT
//
// VC7_SIM, VC7_SIM_THREADS, VC7_SIM_BUDGET and VC7_SIM_ISA.
#include <cstdlib>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <vc7/base/error.hpp>
#include <vc7/sim/machine.hpp>

namespace vc7::sim {
namespace {

/// Sets a variable, or removes it, for the life of this object.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_{name} {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~Variable() { set(old_ ? old_->c_str() : nullptr); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const char* value) const {
    if (value != nullptr)
      setenv(name_, value, 1);
    else
      unsetenv(name_);
  }
  const char* name_;
  std::optional<std::string> old_;
};

std::string error(Options defaults = {}) {
  try {
    options_from_environment(defaults);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

class Environment : public testing::Test {
  Variable sim_{"VC7_SIM", nullptr}, threads_{"VC7_SIM_THREADS", nullptr},
      budget_{"VC7_SIM_BUDGET", nullptr}, hazards_{"VC7_SIM_HAZARDS", nullptr},
      perf_map_{"VC7_SIM_PERF_MAP", nullptr};
};

TEST_F(Environment, NothingSetLeavesTheDefaults) {
  const Options plain = options_from_environment();
  EXPECT_EQ(plain.engine, Engine::automatic);
  EXPECT_EQ(plain.host_threads, 0u);
  EXPECT_EQ(plain.instruction_budget, 4'000'000'000u);
  EXPECT_EQ(plain.topology.name, "7.1.10");
  const Options given = options_from_environment({.topology = topology_7_1_7,
                                                  .engine = Engine::oracle,
                                                  .host_threads = 3,
                                                  .instruction_budget = 17});
  EXPECT_EQ(given.engine, Engine::oracle);
  EXPECT_EQ(given.host_threads, 3u);
  EXPECT_EQ(given.instruction_budget, 17u);
  EXPECT_EQ(given.topology.name, "7.1.7");
}

TEST_F(Environment, EmptyIsNotSet) {
  const Variable a{"VC7_SIM", ""}, b{"VC7_SIM_THREADS", ""}, c{"VC7_SIM_BUDGET", ""};
  EXPECT_EQ(options_from_environment({.host_threads = 3}).host_threads, 3u);
}

TEST_F(Environment, Engine) {
  {
    const Variable v{"VC7_SIM", "oracle"};
    EXPECT_EQ(options_from_environment().engine, Engine::oracle);
  }
  {
    const Variable v{"VC7_SIM", "interp"};
    EXPECT_EQ(options_from_environment({.engine = Engine::oracle}).engine, Engine::interpreter);
  }
  {
    const Variable v{"VC7_SIM", "auto"};
    EXPECT_EQ(options_from_environment({.engine = Engine::oracle}).engine, Engine::automatic);
  }
  {
    const Variable v{"VC7_SIM", "jit"};
    EXPECT_EQ(options_from_environment({.engine = Engine::oracle}).engine, Engine::jit);
  }
  for (const char* value : {"Oracle", "interpreter", "Jit", "0", " oracle"}) {
    const Variable v{"VC7_SIM", value};
    EXPECT_EQ(error(),
              std::string{"VC7_SIM is '"} + value + "'; allowed are auto, interp, jit and oracle");
  }
}

TEST_F(Environment, Threads) {
  for (const unsigned value : {1u, 7u, 1024u}) {
    const Variable v{"VC7_SIM_THREADS", std::to_string(value).c_str()};
    EXPECT_EQ(options_from_environment({.host_threads = 3}).host_threads, value);
  }
  for (const char* value :
       {"0", "1025", "-1", "+1", "2x", "x", " 2", "2 ", "0x10", "1.5", "99999999999999999999999"}) {
    const Variable v{"VC7_SIM_THREADS", value};
    EXPECT_EQ(error(), std::string{"VC7_SIM_THREADS is '"} + value +
                           "'; allowed is a number from 1 to 1024");
  }
}

TEST_F(Environment, Budget) {
  for (const std::uint64_t value :
       {std::uint64_t{1}, std::uint64_t{1} << 40, std::uint64_t{1} << 62}) {
    const Variable v{"VC7_SIM_BUDGET", std::to_string(value).c_str()};
    EXPECT_EQ(options_from_environment().instruction_budget, value);
  }
  for (const char* value : {"0", "4611686018427387905", "-5", "1e9", "many"}) {
    const Variable v{"VC7_SIM_BUDGET", value};
    EXPECT_EQ(error(), std::string{"VC7_SIM_BUDGET is '"} + value +
                           "'; allowed is a number from 1 to 4611686018427387904");
  }
}

TEST_F(Environment, Hazards) {
  EXPECT_FALSE(options_from_environment().trap_hazards);
  const Variable on{"VC7_SIM_HAZARDS", "1"};
  EXPECT_TRUE(options_from_environment().trap_hazards);
  const Variable off{"VC7_SIM_HAZARDS", "0"};
  EXPECT_FALSE(options_from_environment({.trap_hazards = true}).trap_hazards);
  const Variable wrong{"VC7_SIM_HAZARDS", "yes"};
  EXPECT_EQ(error(), "VC7_SIM_HAZARDS is 'yes'; allowed are 0 and 1");
}

TEST_F(Environment, MapForPerf) {
  EXPECT_FALSE(options_from_environment().perf_map);
  const Variable on{"VC7_SIM_PERF_MAP", "1"};
  EXPECT_TRUE(options_from_environment().perf_map);
  const Variable wrong{"VC7_SIM_PERF_MAP", "map"};
  EXPECT_EQ(error(), "VC7_SIM_PERF_MAP is 'map'; allowed are 0 and 1");
}

class VectorIsa : public Environment {};

TEST_F(VectorIsa, IsOneOfTheKnown) {
  const std::set<std::string> known{"avx512", "avx2", "sse2", "neon", "generic"};
  const Variable none{"VC7_SIM_ISA", nullptr};
  const std::string best = vector_isa();
  EXPECT_EQ(known.count(best), 1u) << best;
  const Variable empty{"VC7_SIM_ISA", ""};  // as if it were not set
  EXPECT_EQ(vector_isa(), best);
}

TEST_F(VectorIsa, UnknownNames) {
  const Variable v{"VC7_SIM_ISA", "mmx"};
  // The list ends with what every host of the architecture has.
  const std::string begin = "VC7_SIM_ISA is 'mmx'; this host has ";
  std::set<std::string> texts;
  for (const char* list : {"avx512, avx2, sse2", "avx2, sse2", "sse2", "neon", "generic"})
    texts.insert(begin + list);
  for (const auto& use : {+[] { vector_isa(); }, +[] { Machine machine; }}) {
    try {
      use();
      ADD_FAILURE() << "accepted";
    } catch (const Error& e) {
      EXPECT_EQ(texts.count(e.what()), 1u) << e.what();
    }
  }
}

#if defined(__x86_64__)
TEST_F(VectorIsa, TheBaselineIsAlwaysThere) {
  const Variable v{"VC7_SIM_ISA", "sse2"};
  EXPECT_EQ(vector_isa(), "sse2");
}
TEST_F(VectorIsa, Avx2WhereTheHostHasIt) {
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "the host has no x86-64-v3";
  const Variable v{"VC7_SIM_ISA", "avx2"};
  EXPECT_EQ(vector_isa(), "avx2");
}
TEST_F(VectorIsa, Avx512WhereTheHostHasIt) {
  if (!__builtin_cpu_supports("avx512vl")) GTEST_SKIP() << "the host has no x86-64-v4";
  const Variable v{"VC7_SIM_ISA", "avx512"};
  EXPECT_EQ(vector_isa(), "avx512");
}
#elif defined(__aarch64__)
TEST_F(VectorIsa, NeonIsAlwaysThere) {
  const Variable v{"VC7_SIM_ISA", "neon"};
  EXPECT_EQ(vector_isa(), "neon");
}
#endif

}  // namespace
}  // namespace vc7::sim
