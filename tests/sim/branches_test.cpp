// SPDX-License-Identifier: MIT
//
// Branches (v3d71 §1.3): conditions, delay slots, targets, the link register, the uniform stream.
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using sim::FaultKind;

class Branches : public MachineFixture {
 protected:
  static void slots(Assembler& a) {
    for (int i = 0; i < 3; ++i) a.nop();
  }
  /// Skips an instruction that changes rf20 from 1 to 2, if the branch is taken.
  template <class Branch>
  static void probe(Assembler& a, Branch branch) {
    a.mov(rf20, 1);
    const Label over = a.fresh_label();
    branch(over);
    slots(a);
    a.mov(rf20, 2);
    a.L(over);
    out(a, rf20);
  }
};

// Every condition with every interesting set of lanes that have A.
TEST_F(Branches, Conditions) {
  const std::uint32_t masks[] = {0x0000, 0x0001, 0x8000, 0x7fff, 0xfffe, 0xffff, 0x00f0, 0x1001};
  struct Row {
    isa::BranchCondition condition;
    bool (*taken)(std::uint32_t a);
  };
  const Row rows[] = {{always, [](std::uint32_t) { return true; }},
                      {a0, [](std::uint32_t a) { return (a & 1) != 0; }},
                      {na0, [](std::uint32_t a) { return (a & 1) == 0; }},
                      {alla, [](std::uint32_t a) { return a == 0xffff; }},
                      {anyna, [](std::uint32_t a) { return a != 0xffff; }},
                      {anya, [](std::uint32_t a) { return a != 0; }},
                      {allna, [](std::uint32_t a) { return a == 0; }}};
  std::vector<LaneWords> inputs;
  for (const std::uint32_t mask : masks)
    inputs.push_back(each_lane([&](auto lane) { return (mask >> lane & 1) != 0 ? 0 : 1; }));
  run_body(
      [&](Assembler& a) {
        for (std::size_t m = 0; m < std::size(masks); ++m) {
          in(a, rf1);
          a.bor(null, rf1, rf1, pushz);
          for (const Row& row : rows) probe(a, [&](Label over) { a.b(over, row.condition); });
        }
      },
      inputs);
  std::size_t i = 0;
  for (const std::uint32_t mask : masks)
    for (const Row& row : rows) {
      EXPECT_EQ(result(i++), all_lanes(row.taken(mask) ? 1 : 2))
          << fmt::format("{} with {:04x}",
                         isa::branch_condition_names[static_cast<unsigned>(row.condition)], mask);
    }
}

// test_branch: three delay slots are executed, taken or not.
TEST_F(Branches, DelaySlots) {
  run_body([](Assembler& a) {
    for (const bool taken : {true, false}) {
      a.mov(rf1, 0);
      a.mov(null, 1, pushz);  // no lane has A
      if (taken)
        a.b(a.R("taken"), allna);
      else
        a.b(a.R("not taken"), anya);
      a.add(rf1, rf1, 1);
      a.add(rf1, rf1, 2);
      a.add(rf1, rf1, 4);
      a.add(rf1, rf1, 8);
      a.L(taken ? "taken" : "not taken");
      out(a, rf1);
    }
  });
  EXPECT_EQ(result(0), all_lanes(7));
  EXPECT_EQ(result(1), all_lanes(15));
}

// The flags before the branch count; a push in its slots is for the next one.
TEST_F(Branches, PushesInTheSlots) {
  run_body([](Assembler& a) {
    a.mov(rf1, 4);
    a.mov(rf2, 0);
    a.mov(null, 0, pushz);  // A: once around at least
    const auto loop = a.loop();
    loop.b(anya);
    a.add(rf2, rf2, 1);
    a.sub(rf1, rf1, 1, pushz);
    a.mov(null, rf1, norz);  // A := !(A | Z): there is more to do
    a.add(rf2, rf2, 8);
    out(a, rf2);
  });
  // A is set before the first branch; the slots leave rf1 = 3, 2, 1, 0 behind, and A while it is
  // not 0. The fifth branch is not taken, its slots are executed.
  EXPECT_EQ(result(), all_lanes(5 + 8));
}

TEST_F(Branches, Loops) {
  run_body([](Assembler& a) {
    a.mov(rf1, 0);
    a.mov(rf2, 10);
    {
      const auto outer = a.loop();
      a.mov(rf3, 12);
      const auto inner = a.loop();
      a.sub(rf3, rf3, 1, pushz);
      inner.b(na0);
      a.add(rf1, rf1, 1);
      a.nop();
      a.nop();
      a.sub(rf2, rf2, 1, pushz);
      outer.b(na0);
      slots(a);
    }
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(120));
}

TEST_F(Branches, RelativeDistances) {
  run_body([](Assembler& a) {
    a.mov(rf1, 0);
    a.b(8, always);  // over one instruction
    slots(a);
    a.mov(rf1, 15);
    a.add(rf1, rf1, 1);
    a.b(0, always);  // to where it would go anyway
    slots(a);
    a.add(rf1, rf1, 1);
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(2));
}

// Into its own slots, and to itself: the target counts, not what has been executed.
TEST_F(Branches, IntoItsOwnSlots) {
  run_body([](Assembler& a) {
    a.mov(rf1, 0);
    a.b(-16, always);  // to the second slot
    a.add(rf1, rf1, 1);
    a.add(rf1, rf1, 2);
    a.add(rf1, rf1, 4);
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(7 + 6));
}

TEST_F(Branches, AbsoluteTargets) {
  // begin() is 6 instructions.
  run_body([](Assembler& a) {
    a.mov(rf1, 0);
    a.b(a.R("label"), always, absolute);
    slots(a);
    a.mov(rf1, 15);
    a.L("label");
    a.add(rf1, rf1, 1);
    a.b(code + 8 * 18, always, absolute);  // instruction 13
    slots(a);
    a.mov(rf1, 15);      // 17
    a.add(rf1, rf1, 2);  // 18
    out(a, rf1);
  });
  EXPECT_EQ(result(), all_lanes(3));
}

// The address is taken from lane 0.
TEST_F(Branches, RegisterTargets) {
  // begin() is 6 instructions, in() 2.
  for (const std::uint32_t target : {13u, 14u}) {
    run_body(
        [](Assembler& a) {
          in(a, rf1);
          a.mov(rf2, 1);
          a.b(rf1, always);
          a.mov(rf1, 0);  // the register is read when the branch issues
          a.nop();
          a.nop();
          a.mov(rf2, 15);      // 13
          a.add(rf2, rf2, 1);  // 14
          out(a, rf2);
        },
        {each_lane([&](auto lane) { return lane == 0 ? code + 8 * target : 3; })});
    EXPECT_EQ(result(), all_lanes(target == 13 ? 16 : 2));
  }
}

TEST_F(Branches, MisalignedRegisterTarget) {
  const auto kernel = [](Assembler& a) {
    a.nop(ldunifrf(rf1));
    a.b(rf1, always);
    slots(a);
  };
  const auto fault = fault_of(kernel, {code + 4});
  EXPECT_EQ(fault.kind, FaultKind::restriction);
  EXPECT_EQ(fault.message, "R43: branch to 0x00100004, which is not a multiple of 8");
  EXPECT_EQ(fault.pc, code + 8);
  // One that is not taken does not matter.
  run(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.b(rf1, a0);
        slots(a);
      },
      {code + 4});
}

// test_branch_link_reg: call, return, and what lr reads.
TEST_F(Branches, LinkRegister) {
  run_body([](Assembler& a) {
    a.mov(rf1, 0);
    for (int i = 0; i < 3; ++i) {
      a.b(a.R("subroutine"), always).set_link();
      a.add(rf1, rf1, 1);  // in the slots
      a.nop();
      a.nop();
      a.lr(rf2);  // where the call has returned to
      out(a, rf2);
    }
    out(a, rf1);
    a.b(a.R("over"), always);
    slots(a);
    a.L("subroutine");
    a.add(rf1, rf1, 10);
    a.b(link, always);
    slots(a);
    a.L("over");
  });
  // begin() 6, mov 1; a call is 4 + lr 1 + out 2.
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_EQ(result(i), all_lanes(code + 8 * (7 + 7 * i + 4))) << i;
  EXPECT_EQ(result(3), all_lanes(33));
}

TEST_F(Branches, LinkRegisterIsKeptByOtherBranches) {
  run_body([](Assembler& a) {
    a.b(a.R("first"), always).set_link();  // 6
    slots(a);
    a.L("first");
    a.b(a.R("second"), always);
    slots(a);
    a.L("second");
    a.mov(null, 1, pushz);
    a.b(a.R("third"), anya).set_link();  // not taken
    slots(a);
    a.L("third");
    a.lr(rf1);
    out(a, rf1);
    // To the link register and a new link in one branch: exchanged.
    a.b(a.R("jump"), always).set_link();  // 22
    slots(a);
    a.b(a.R("end"), always);  // 26
    slots(a);
    a.L("jump");
    a.b(link, always).set_link();  // 30, back to 26
    slots(a);
    a.L("end");
    a.lr(rf1);
    out(a, rf1);
  });
  EXPECT_EQ(result(0), all_lanes(code + 8 * 10));
  EXPECT_EQ(result(1), all_lanes(code + 8 * 34));
}

// Subroutines that call: the link goes through a register.
TEST_F(Branches, NestedCalls) {
  run_body([](Assembler& a) {
    a.mov(rf1, 0);
    a.b(a.R("outer"), always).set_link();
    slots(a);
    out(a, rf1);
    a.b(a.R("end"), always);
    slots(a);
    a.L("outer");
    a.lr(rf2);
    a.b(a.R("inner"), always).set_link();
    slots(a);
    a.add(rf1, rf1, 1);
    a.b(rf2, always);
    slots(a);
    a.L("inner");
    a.add(rf1, rf1, 8);
    a.b(link, always);
    slots(a);
    a.L("end");
  });
  EXPECT_EQ(result(), all_lanes(9));
}

// ---- the uniform stream ------------------------------------------------------------------------

// test_uniform_branch_rel: the value counts from the word behind it. Into tmud, as there.
TEST_F(Branches, RelativeUniforms) {
  run_body(
      [](Assembler& a) {
        a.b(a.R("next"), always).unif_addr();  // takes 8
        slots(a);
        a.L("next");
        a.nop(ldunifrf(rf1));
        out(a, rf1);
      },
      {}, {8, 1, 2, 3, 4});
  EXPECT_EQ(result(), all_lanes(3));
}

TEST_F(Branches, AbsoluteUniforms) {
  run_body(
      [](Assembler& a) {
        a.b(a.R("next"), always).unif_addr(absolute);
        slots(a);
        a.L("next");
        a.nop(ldunifrf(rf1));
        out(a, rf1);
      },
      {}, {uniforms + 8 + 4 * 4, 1, 2, 3, 4});
  EXPECT_EQ(result(), all_lanes(4));
}

// Lane 1, with the low three bits cleared; the other lanes do not matter.
TEST_F(Branches, RegisterUniforms) {
  for (const std::uint32_t low : {0u, 4u, 7u}) {
    run_body(
        [](Assembler& a) {
          in(a, rf1);
          a.b(a.R("next"), always).unif_addr(rf1);
          slots(a);
          a.L("next");
          a.nop(ldunifrf(rf1));
          out(a, rf1);
        },
        {each_lane([&](auto lane) { return lane == 1 ? uniforms + 16 + low : 0; })}, {10, 11, 12});
    EXPECT_EQ(result(), all_lanes(12)) << low;
  }
}

TEST_F(Branches, LinkUniforms) {
  // The link register as a uniform address: the words of the program are read as uniforms.
  run_body([](Assembler& a) {
    a.b(a.R("first"), always).set_link();  // 6
    slots(a);
    a.L("first");
    a.b(a.R("next"), always).unif_addr(link);  // 10 is the address in the link register
    slots(a);
    a.L("next");
    a.nop(ldunifrf(rf1));
    a.nop(ldunifrf(rf2));
    out(a, rf1);
    out(a, rf2);
  });
  EXPECT_EQ(result(0), all_lanes(word(code + 80)));
  EXPECT_EQ(result(1), all_lanes(word(code + 84)));
}

// A branch that is not taken consumes its word and leaves the stream alone.
TEST_F(Branches, UniformsOfBranchesNotTaken) {
  run_body(
      [](Assembler& a) {
        a.mov(null, 1, pushz);
        a.mov(rf5, 0);
        a.b(a.R("a"), anya).unif_addr();  // takes 100
        slots(a);
        a.L("a");
        a.nop(ldunifrf(rf1));
        a.b(a.R("b"), anya).unif_addr(absolute);  // takes 0
        slots(a);
        a.L("b");
        a.nop(ldunifrf(rf2));
        a.b(a.R("c"), anya).unif_addr(rf5);  // takes none
        slots(a);
        a.L("c");
        a.nop(ldunifrf(rf3));
        for (unsigned i = 1; i <= 3; ++i) out(a, rf[i]);
      },
      {}, {100, 1, 0, 2, 3});
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(result(i), all_lanes(i + 1)) << i;
}

// The copy example: -8 leads back to the word before.
TEST_F(Branches, UniformsOfALoop) {
  run_body(
      [](Assembler& a) {
        a.mov(rf1, 5);
        a.mov(rf2, 0);
        const auto loop = a.loop();
        a.nop(ldunifrf(rf3));
        a.sub(rf1, rf1, 1, pushz);
        loop.b(na0).unif_addr();
        a.add(rf2, rf2, rf3);
        a.nop();
        a.nop();
        a.nop(ldunifrf(rf4));  // behind the word of the branch
        out(a, rf2);
        out(a, rf4);
      },
      {}, {7, static_cast<std::uint32_t>(-8), 8});
  EXPECT_EQ(result(0), all_lanes(35));
  EXPECT_EQ(result(1), all_lanes(8));
}

TEST_F(Branches, BothTargetsFromOneRegister) {
  // Lane 0 holds the code address, lane 1 the uniform address.
  run_body(
      [](Assembler& a) {
        in(a, rf1);
        a.b(rf1, always).unif_addr(rf1);  // 8
        slots(a);
        a.mov(rf29, 0);        // 12: skipped
        a.nop(ldunifrf(rf2));  // 13
        out(a, rf2);
      },
      {each_lane([](auto lane) {
        return lane == 0 ? code + 8 * 13 : lane == 1 ? uniforms + 8 : 1;
      })},
      {55});
  EXPECT_EQ(result(), all_lanes(55));
}

}  // namespace
}  // namespace vc7::test
