// SPDX-License-Identifier: MIT
//
// Faults as text.
#include <vc7/sim/fault.hpp>

#include <gtest/gtest.h>

namespace vc7::sim {
namespace {

TEST(Fault, NamesOfKinds) {
  EXPECT_EQ(name(FaultKind::memory), "MMU fault");
  EXPECT_EQ(name(FaultKind::uniform), "MMU fault");
  EXPECT_EQ(name(FaultKind::fetch), "instruction fetch fault");
  EXPECT_EQ(name(FaultKind::invalid), "invalid instruction");
  EXPECT_EQ(name(FaultKind::unsupported), "unsupported instruction");
  EXPECT_EQ(name(FaultKind::restriction), "restriction");
  EXPECT_EQ(name(FaultKind::deadlock), "deadlock");
  EXPECT_EQ(name(FaultKind::budget), "instruction budget");
}

TEST(Fault, Description) {
  Fault fault{.kind = FaultKind::memory,
              .message = "TMU load at unmapped GPU address 0x00001234",
              .batch = 40,
              .qpu = 4,
              .thread = 2,
              .lane = 15,
              .address = 0x1234,
              .pc = 0x00200010,
              .word = 0x38003186bb03f000};
  const std::string text = describe(fault);
  EXPECT_EQ(
      text.substr(0, text.find(':', text.find(" at instruction "))),
      "MMU fault: TMU load at unmapped GPU address 0x00001234 (batch 40, QPU 4, thread 2, lane "
      "15) at instruction 0x00200010");
  EXPECT_NE(text.find(": nop"), std::string::npos);
  fault.lane = -1;
  fault.pc = 0;
  fault.kind = FaultKind::budget;
  fault.message = "stopped from outside";
  EXPECT_EQ(describe(fault),
            "instruction budget: stopped from outside (batch 40, QPU 4, thread 2)");
  // No word was fetched.
  fault.kind = FaultKind::fetch;
  fault.pc = 0x00300000;
  EXPECT_EQ(
      describe(fault),
      "instruction fetch fault: stopped from outside (batch 40, QPU 4, thread 2) at instruction "
      "0x00300000");
}

}  // namespace
}  // namespace vc7::sim
