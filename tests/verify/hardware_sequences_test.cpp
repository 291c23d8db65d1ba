// SPDX-License-Identifier: MIT
//
// What v3d71 §7.1 lists: programs that ran right on hardware against rules of Mesa's compiler. At
// level compat none of it is an error; at level strict exactly the rules named there are.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include <vc7/asm.hpp>
#include <vc7/verify/verify.hpp>

namespace vc7::verify {
namespace {

constexpr char end[] = R"(
  nop ; nop ; thrsw
  nop ; nop ; thrsw
  nop
  nop
  nop ; nop ; thrsw
  nop
  nop
)";

constexpr char uniforms[] = R"(
  eidx rf4 ; nop ; ldunifrf.rf5
  shl rf4, rf4, 2
  add rf5, rf5, rf4
)";

using Rules = std::set<std::string>;

Rules rules_of(const Program& program, Level level, Severity severity) {
  Rules found;
  for (const Finding& f : verify(program.words(), {.level = level}).findings)
    if (f.severity == severity) found.emplace(info(f.rule).id);
  return found;
}

void passes_on_hardware(const std::string& sequence, const Rules& errors,
                        const Rules& warnings = {}) {
  const auto text = assemble_text(uniforms + sequence + end);
  ASSERT_TRUE(text) << text.diagnostics.front().message;
  EXPECT_EQ(rules_of(text.program, Level::strict, Severity::error), errors);
  EXPECT_EQ(rules_of(text.program, Level::compat, Severity::error), Rules{});
  const auto found = rules_of(text.program, Level::compat, Severity::warning);
  for (const auto& ids : {errors, warnings})
    for (const auto& id : ids) EXPECT_TRUE(found.contains(id)) << id;
}

// qpu_binary_ops and qpu_cond_flx: two requests, each with a switch, two instructions apart.
TEST(HardwareSequences, SwitchInTheSlotOfASwitch) {
  passes_on_hardware(R"(
  mov tmua, rf5 ; nop ; thrsw
  nop
  mov tmua, rf5 ; nop ; thrsw
  nop
  nop
  nop ; nop ; ldtmu.rf6
  nop ; nop ; ldtmu.rf7
)",
                     {"R16"});
}

// test_unifa: the address in the first slot of a branch.
TEST(HardwareSequences, UnifaInTheSlotOfABranch) {
  passes_on_hardware(R"(
  bu target, r:unif
  mov unifa, rf5
  nop
  nop
target:
  nop
  nop ; nop ; ldunifarf.rf6
)",
                     {"R20"});
}

TEST(HardwareSequences, BranchAfterUnifa) {
  passes_on_hardware(R"(
  mov unifa, rf5
  b target
  nop
  nop
  nop
target:
  nop ; nop ; ldunifarf.rf6
)",
                     {"R21"});
}

// Its own sgemm.
TEST(HardwareSequences, RotationInTheSlotOfASwitch) {
  passes_on_hardware(R"(
  nop ; mov rf7, 1
  mov tmua, rf5 ; nop ; thrsw
  nop
  rot rf7, rf7, 1 ; mov rep, rf7
  nop ; nop ; ldtmu.rf6
)",
                     {"R24"});
}

// qpu_tmu_single_read: a branch by flags that are older than the switch.
TEST(HardwareSequences, FlagsOverASwitch) {
  passes_on_hardware(R"(
  mov rf8, 3
loop:
  mov tmua, rf5 ; nop ; thrsw
  nop
  sub.pushz rf8, rf8, 1
  nop ; nop ; ldtmu.rf6
  b.anyna loop
  nop
  nop
  nop
)",
                     {}, {"R26", "R27"});
}

TEST(HardwareSequences, ResultsInTheSlotsOfASwitch) {
  passes_on_hardware(R"(
  mov tmua, rf5
  nop ; nop ; thrsw
  nop ; nop ; ldtmu.rf6
  mov tmua, rf5
  nop ; nop ; ldtmu.rf7
)",
                     {}, {"R27"});
}

// test_tmu_single_write, scopy.
TEST(HardwareSequences, TmuWritesInTheSlotsOfABranch) {
  passes_on_hardware(R"(
  mov tmud, rf4
  b target
  mov tmua, rf5
  nop
  nop
target:
  tmuwt -
)",
                     {}, {"R37"});
}

}  // namespace
}  // namespace vc7::verify
