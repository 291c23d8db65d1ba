// SPDX-License-Identifier: MIT
//
// Instructions that the model refuses: broken rules of v3d71 §7, what works in graphics shaders
// only, and words that are no instruction. Refused when reached, not when loaded.
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vc7/isa/encode.hpp>

#include "support/machine_fixture.hpp"

namespace vc7::test {
namespace {

using namespace vc7::qpu;
using isa::Magic;
using isa::Signal;
using sim::FaultKind;

class Restrictions : public MachineFixture {
 protected:
  /// The instruction is refused with this text; so it is behind others, and not if skipped.
  void refused(std::uint64_t word, FaultKind kind, const std::string& message,
               const Launch& how = {}) {
    SCOPED_TRACE(fmt::format("0x{:016x} {}", word, message));
    const auto fault = fault_of(
        [&](Assembler& a) {
          a.nop();
          a.nop();
          a.raw(word);
        },
        {}, how);
    EXPECT_EQ(fault.kind, kind);
    EXPECT_EQ(fault.message, message);
    EXPECT_EQ(fault.pc, code + 16);
    EXPECT_EQ(fault.word, word);
    EXPECT_EQ(fault.lane, -1);
    run(
        [&](Assembler& a) {
          a.b(a.R("over"), always);
          for (int i = 0; i < 3; ++i) a.nop();
          a.raw(word);
          a.L("over");
        },
        {}, how);
  }
  void refused(const isa::AluInstruction& i, FaultKind kind, const std::string& message,
               const Launch& how = {}) {
    const isa::Encoded encoded = isa::encode(i);
    ASSERT_TRUE(encoded) << message;
    refused(encoded.word, kind, message, how);
  }
  void accepted(const isa::AluInstruction& i, const Launch& how = {}) {
    run([&](Assembler& a) { a.raw(isa::encode(i).word); }, {1, 2, 3}, how);
  }
};

constexpr isa::WriteAddress reg(unsigned r) { return {static_cast<std::uint8_t>(r), false}; }
constexpr isa::WriteAddress magic(unsigned address) {
  return {static_cast<std::uint8_t>(address), true};
}
constexpr isa::Source src(unsigned r) { return {.address = static_cast<std::uint8_t>(r)}; }
constexpr isa::AddHalf add_mov(isa::WriteAddress to) {
  return {.op = isa::AddOp::mov, .dst = to, .src = {src(1)}};
}
constexpr isa::MulHalf mul_mov(isa::WriteAddress to) {
  return {.op = isa::MulOp::mov, .dst = to, .src = {src(1)}};
}
isa::AluInstruction issue(const isa::AddHalf& add, const isa::MulHalf& mul = {}) {
  isa::AluInstruction i;
  i.add = add;
  i.mul = mul;
  return i;
}
isa::AluInstruction issue(const isa::MulHalf& mul) { return issue(isa::AddHalf{}, mul); }
isa::AluInstruction with_signal(Signal signal, isa::WriteAddress to = {}) {
  isa::AluInstruction i;
  i.signals = {signal};
  i.signal_destination = to;
  return i;
}

// ---- write addresses ---------------------------------------------------------------------------

TEST_F(Restrictions, ReservedWriteAddresses) {
  const auto name = [](unsigned address) -> std::string {
    const char* const old_sfu[] = {"recip", "rsqrt", "exp", "log", "sin", "rsqrt2"};
    if (address <= 4) return fmt::format("r{}", address);
    if (address >= 19 && address <= 24) return old_sfu[address - 19];
    return fmt::format("magic{}", address);
  };
  unsigned count = 0;
  for (unsigned address = 0; address < 64; ++address) {
    const bool reserved = address <= 4 || (address >= 19 && address <= 31) ||
                          (address >= 47 && address <= 54) || address >= 56;
    if (!reserved) continue;
    ++count;
    const std::string message = "R42: write to reserved address " + name(address);
    refused(issue(add_mov(magic(address))), FaultKind::restriction, message);
    refused(issue(mul_mov(magic(address))), FaultKind::restriction, message);
    refused(with_signal(Signal::ldunifrf, magic(address)), FaultKind::restriction, message);
  }
  EXPECT_EQ(count, 5u + 13 + 8 + 8);
}

TEST_F(Restrictions, GraphicsWriteAddresses) {
  const std::pair<unsigned, const char*> list[] = {
      {7, "tlb"},    {8, "tlbu"},     {10, "tmul"},   {14, "vpm"},     {15, "vpmu"},
      {16, "sync"},  {17, "syncu"},   {33, "tmus"},   {34, "tmut"},    {35, "tmur"},
      {36, "tmui"},  {37, "tmub"},    {40, "tmuscm"}, {41, "tmusf"},   {42, "tmuslod"},
      {43, "tmuhs"}, {44, "tmuhscm"}, {45, "tmuhsf"}, {46, "tmuhslod"}};
  for (const auto& [address, name] : list) {
    const std::string message =
        fmt::format("R48: write to {}, which works in graphics shaders only", name);
    refused(issue(add_mov(magic(address))), FaultKind::unsupported, message);
    refused(issue(mul_mov(magic(address))), FaultKind::unsupported, message);
    refused(with_signal(Signal::ldtmu, magic(address)), FaultKind::unsupported, message);
  }
}

TEST_F(Restrictions, GraphicsOperations) {
  using isa::AddOp;
  const AddOp operations[] = {
      AddOp::setrevf,    AddOp::xcd,       AddOp::ycd,        AddOp::revf,   AddOp::iid,
      AddOp::sampid,     AddOp::vpmwt,     AddOp::fxcd,       AddOp::fycd,   AddOp::ldvpmv_in,
      AddOp::ldvpmv_out, AddOp::ldvpmd_in, AddOp::ldvpmd_out, AddOp::ldvpmp, AddOp::ldvpmg_in,
      AddOp::ldvpmg_out, AddOp::stvpmv,    AddOp::stvpmd,     AddOp::stvpmp, AddOp::ftoc};
  const char* const names[] = {"setrevf",    "xcd",       "ycd",        "revf",   "iid",
                               "sampid",     "vpmwt",     "fxcd",       "fycd",   "ldvpmv_in",
                               "ldvpmv_out", "ldvpmd_in", "ldvpmd_out", "ldvpmp", "ldvpmg_in",
                               "ldvpmg_out", "stvpmv",    "stvpmd",     "stvpmp", "ftoc"};
  for (std::size_t i = 0; i < std::size(operations); ++i) {
    isa::AddHalf half{.op = operations[i], .dst = reg(5), .src = {src(1), src(2)}};
    const isa::OpInfo& info = isa::info(half.op);
    if (info.sources < 2) half.src[1] = {};
    if (info.sources < 1) half.src[0] = {};
    if (!info.has_destination()) half.dst = {};
    refused(issue(half), FaultKind::unsupported,
            fmt::format("R48: {} works in graphics shaders only", names[i]));
  }
}

TEST_F(Restrictions, GraphicsSignals) {
  const std::pair<Signal, const char*> list[] = {
      {Signal::ldvary, "ldvary"}, {Signal::ldtlb, "ldtlb"}, {Signal::ldtlbu, "ldtlbu"}};
  for (const auto& [signal, name] : list)
    refused(with_signal(signal, reg(4)), FaultKind::unsupported,
            fmt::format("R48: signal {} works in graphics shaders only", name));
}

// Nobody knows what ucb does; the model ignores it (§3).
TEST_F(Restrictions, Ucb) { accepted(with_signal(Signal::ucb)); }

// ---- one instruction ---------------------------------------------------------------------------

TEST_F(Restrictions, TwoWritesToOnePlace) {
  const auto message = [](const char* where) {
    return fmt::format("R12: two writes to {} in one instruction", where);
  };
  const auto kind = FaultKind::restriction;
  const auto with = [](isa::AluInstruction i, Signal signal, isa::WriteAddress to = {}) {
    i.signals = {signal};
    i.signal_destination = to;
    return i;
  };
  refused(issue(add_mov(reg(5)), mul_mov(reg(5))), kind, message("rf5"));
  refused(with(issue(add_mov(reg(5))), Signal::ldtmu, reg(5)), kind, message("rf5"));
  refused(with(issue(mul_mov(reg(63))), Signal::ldunifrf, reg(63)), kind, message("rf63"));
  refused(with(issue(mul_mov(reg(7))), Signal::ldunifarf, reg(7)), kind, message("rf7"));
  refused(issue(add_mov(magic(11)), mul_mov(magic(11))), kind, message("tmud"));
  refused(with(issue(add_mov(magic(12))), Signal::ldtmu, magic(12)), kind, message("tmua"));
  // rf0 as the hidden target of rep, quad, ldunif and ldunifa (R13).
  const isa::WriteAddress rep = isa::write_address(Magic::rep),
                          quad = isa::write_address(Magic::quad);
  refused(issue(add_mov(rep), mul_mov(reg(0))), kind, message("rf0"));
  refused(issue(add_mov(quad), mul_mov(rep)), kind, message("rf0"));
  refused(with(issue(add_mov(reg(0))), Signal::ldunif), kind, message("rf0"));
  refused(with(issue(mul_mov(reg(0))), Signal::ldunifa), kind, message("rf0"));
  refused(with(issue(mul_mov(quad)), Signal::ldunif), kind, message("rf0"));
  isa::AluInstruction both;
  both.signals = {Signal::ldtmu, Signal::ldunif};
  both.signal_destination = reg(0);
  refused(both, kind, message("rf0"));
  // A magic address and a register of the same number are two places, and null is none.
  accepted(issue(add_mov(reg(6)), mul_mov(magic(6))));
  accepted(issue(add_mov(magic(6)), mul_mov(magic(6))));
  accepted(issue(add_mov(reg(11)), mul_mov(magic(11))));
}

TEST_F(Restrictions, TwoUniforms) {
  const std::string message = "R3: more than one uniform taken by one instruction";
  const auto kind = FaultKind::restriction;
  const isa::WriteAddress address_and_uniform = isa::write_address(Magic::tmuau);
  isa::AluInstruction i = issue(add_mov(address_and_uniform));
  i.signals = {Signal::ldunif};
  refused(i, kind, message);
  i.signals = {Signal::wrtmuc};
  refused(i, kind, message);
  i.signals = {Signal::ldunifrf};
  i.signal_destination = reg(5);
  refused(i, kind, message);
  refused(with_signal(Signal::ldunifrf, address_and_uniform), kind, message);
  // The word of the second stream is another one.
  run(
      [](Assembler& a) {
        a.nop(ldunifrf(rf1));
        a.mov(unifa, rf1);
        for (int k = 0; k < 3; ++k) a.nop();
        a.mov(tmuau, rf1, ldunifa);
        a.nop(ldtmu(rf2));
      },
      {data, 0xffffffff});
}

// ---- 4-way threading has 32 registers ----------------------------------------------------------

TEST_F(Restrictions, HighRegistersInFourWayMode) {
  const auto message = [](unsigned r) {
    return fmt::format("R40: rf{} used in a 4-way threaded program, which has rf0-rf31", r);
  };
  const auto kind = FaultKind::restriction;
  const Launch four{.four_way = true};
  using isa::AddOp;
  using isa::MulOp;
  for (const unsigned r : {32u, 40u, 63u}) {
    const isa::AddHalf add_a{.op = AddOp::add, .dst = reg(1), .src = {src(r), src(2)}};
    const isa::AddHalf add_b{.op = AddOp::add, .dst = reg(1), .src = {src(2), src(r)}};
    const isa::MulHalf mul_c{.op = MulOp::sub, .dst = reg(1), .src = {src(r), src(2)}};
    const isa::MulHalf mul_d{.op = MulOp::sub, .dst = reg(1), .src = {src(2), src(r)}};
    const std::vector<isa::AluInstruction> list = {issue(add_a),
                                                   issue(add_b),
                                                   issue(mul_c),
                                                   issue(mul_d),
                                                   issue(add_mov(reg(r))),
                                                   issue(mul_mov(reg(r))),
                                                   with_signal(Signal::ldunifrf, reg(r))};
    for (const isa::AluInstruction& i : list) {
      refused(i, kind, message(r), four);
      accepted(i);
    }
    for (const bool code_address : {true, false}) {
      isa::BranchInstruction branch{.condition = isa::BranchCondition::a0,
                                    .reg = static_cast<std::uint8_t>(r)};
      if (code_address)
        branch.target = isa::BranchTarget::reg;
      else
        branch.uniforms = isa::UniformTarget::reg;
      refused(isa::encode(branch).word, kind, message(r), four);
    }
  }
  // Numbers above 31 that are no registers: immediates, sub-opcodes, magic addresses.
  run(
      [](Assembler& a) {
        a.fadd(rf31, rf31, 128.0f);
        a.mov(tmuc, rf31);
        a.recip(rf31, rf31).fmov(rf30, rf31);
        a.mov(rep, rf31);
      },
      {}, four);
}

// ---- branches and thread switches --------------------------------------------------------------

class Slots : public Restrictions {
 protected:
  static void nops(Assembler& a, int count) {
    for (int i = 0; i < count; ++i) a.nop();
  }
  template <class Kernel>
  void refused_at(std::uint32_t index, const std::string& message, Kernel kernel) {
    const auto fault = fault_of(kernel);
    EXPECT_EQ(fault.kind, FaultKind::restriction);
    EXPECT_EQ(fault.message, message);
    EXPECT_EQ(fault.pc, code + 8 * index);
  }
};

TEST_F(Slots, SwitchInBranchSlots) {
  for (int slot = 0; slot < 3; ++slot)
    for (const auto condition : {always, anya})
      refused_at(static_cast<std::uint32_t>(slot + 1), "R14: thrsw in a delay slot of a branch",
                 [&](Assembler& a) {
                   a.b(a.R("next"), condition);
                   nops(a, slot);
                   a.nop(thrsw);
                   nops(a, 5);
                   a.L("next");
                 });
  run([](Assembler& a) {  // right behind them
    a.b(a.R("next"), always);
    nops(a, 3);
    a.L("next");
    a.nop(thrsw);
    nops(a, 2);
  });
}

TEST_F(Slots, BranchInSwitchSlots) {
  for (int slot = 0; slot < 2; ++slot)
    refused_at(static_cast<std::uint32_t>(slot + 1),
               "R15: branch in a delay slot of a thread switch", [&](Assembler& a) {
                 a.nop(thrsw);
                 nops(a, slot);
                 a.b(a.R("next"), anya);
                 nops(a, 3);
                 a.L("next");
               });
  run([](Assembler& a) {
    a.nop(thrsw);
    nops(a, 2);
    a.b(a.R("next"), always);
    nops(a, 3);
    a.L("next");
  });
}

TEST_F(Slots, BranchInBranchSlots) {
  for (int slot = 0; slot < 3; ++slot)
    for (const auto condition : {always, anya})
      refused_at(static_cast<std::uint32_t>(slot + 1), "R19: branch in a delay slot of a branch",
                 [&](Assembler& a) {
                   a.b(a.R("next"), condition);
                   nops(a, slot);
                   a.b(a.R("next"), anya);
                   nops(a, 3);
                   a.L("next");
                 });
  run([](Assembler& a) {
    a.b(a.R("next"), anya);
    nops(a, 3);
    a.b(a.R("next"), always);
    nops(a, 3);
    a.L("next");
  });
}

TEST_F(Slots, ThreeSwitchesInARow) {
  refused_at(2, "R16: three consecutive instructions with thrsw", [](Assembler& a) {
    a.nop(thrsw);
    a.nop(thrsw);
    a.nop(thrsw);
    nops(a, 2);
  });
}

TEST_F(Slots, LastSwitchAnnouncedTwice) {
  const std::string message = "R17: last-thrsw marker after the last one";
  refused_at(5, message, [](Assembler& a) {
    a.nop(thrsw);
    a.nop(thrsw);
    nops(a, 2);
    a.nop(thrsw);
    a.nop(thrsw);
  });
  // In another block.
  refused_at(9, message, [](Assembler& a) {
    a.nop(thrsw);
    a.nop(thrsw);
    nops(a, 2);
    a.b(a.R("next"), always);
    nops(a, 3);
    a.L("next");
    a.nop(thrsw);
    a.nop(thrsw);
  });
  // The same pair, a second time.
  refused_at(1, message, [](Assembler& a) {
    const auto loop = a.loop();
    a.nop(thrsw);
    a.nop(thrsw);
    nops(a, 2);
    loop.b(always);
    nops(a, 3);
  });
}

// ---- words that are no instruction -------------------------------------------------------------

TEST_F(Restrictions, InvalidWords) {
  const auto kind = FaultKind::invalid;
  const std::uint64_t nop = isa::nop_word;
  const auto replace = [&](unsigned shift, std::uint64_t mask, std::uint64_t value) {
    return (nop & ~(mask << shift)) | value << shift;
  };
  refused(0, kind, "R41: no instruction: op_mul is 0 and there is no branch marker");
  for (const unsigned index : {23u, 28u, 29u})
    refused(replace(53, 31, index), kind, "R41: no instruction: reserved signal index");
  refused(replace(46, 127, 0x10), kind, "R41: no instruction: unused condition code 0x10");
  refused(replace(24, 255, 119), kind, "R41: no instruction: undefined add operation");
  refused(replace(58, 63, 15), kind, "R41: no instruction: undefined mul operation");
  refused(0x0200000100000000, kind, "R41: no instruction: unused branch condition 1");
  refused(0x0200000000600000, kind, "R41: no instruction: unused msfign 3");
  // smimm_a with index 48
  refused((replace(53, 31, 14) & ~(63ull << 6)) | 48ull << 6, kind,
          "R41: no instruction: small-immediate index above 47");
}

}  // namespace
}  // namespace vc7::test
