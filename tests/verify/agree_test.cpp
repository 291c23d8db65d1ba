// SPDX-License-Identifier: MIT
//
// Verifier and device model on random programs. VC7_AGREE_PROGRAMS=n runs n programs per test.
#include "support/agree.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include <vc7/isa/encode.hpp>

#include "support/random_alu.hpp"
#include "support/random_program.hpp"

namespace vc7::test {
namespace {

std::uint64_t programs(std::uint64_t standard) {
  const char* text = std::getenv("VC7_AGREE_PROGRAMS");
  if (text != nullptr) return std::strtoull(text, nullptr, 10);
  // QEMU never gives back what it notes about the pages of a machine, 4 GiB of them each.
  return *VC7_EMULATOR != 0 ? std::min<std::uint64_t>(standard, 50) : standard;
}

class Words {
 public:
  explicit Words(std::uint64_t seed) : random_{seed} {}
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool percent(unsigned p) { return below(100) < p; }

  /// Any word that is an instruction, its fields as they come.
  std::uint64_t raw() {
    for (;;) {
      const std::uint64_t word = random_();
      if (isa::decode(word)) return word;
    }
  }
  /// nop with a few of the things that rules are about.
  std::uint64_t tame(std::size_t index, std::size_t size) {
    isa::AluInstruction i;
    const auto to = [&](isa::Magic m) {
      i.add = {.op = isa::AddOp::mov, .dst = isa::write_address(m), .src = {isa::Source{2}}};
    };
    switch (below(16)) {
      case 0: i.signals = {isa::Signal::thrsw}; break;
      case 1: to(isa::Magic::tmua); break;
      case 2: to(isa::Magic::tmud); break;
      case 3:
      case 4:
        i.signals = {isa::Signal::ldtmu};
        i.signal_destination = {static_cast<std::uint8_t>(4 + below(40)), false};
        break;
      case 5: {
        isa::BranchInstruction b;
        b.condition = percent(30) ? isa::BranchCondition::always : isa::BranchCondition::a0;
        b.offset = static_cast<std::uint32_t>(below(size + 1) * 8 - (index + 4) * 8);
        b.set_link = percent(10);
        if (percent(5)) b.target = isa::BranchTarget::link;
        return isa::encode(b).word;
      }
      case 6:  // vec2 loads and stores, and atomics
        to(isa::Magic::tmuc);
        i.add.src[0] = {static_cast<std::uint8_t>(16 + below(16)), true};
        i.signals = {isa::Signal::smimm_a};
        break;
      case 7: to(percent(50) ? isa::Magic::tmudref : isa::Magic::tmuau); break;
      case 8:
        i.signals = {isa::Signal::thrsw};
        to(isa::Magic::tmua);
        break;
      case 9:
        i.add = {.op = isa::AddOp::barrierid, .dst = isa::write_address(isa::Magic::syncb)};
        break;
      case 10: to(isa::Magic::unifa); break;
      case 11: i.signals = {percent(50) ? isa::Signal::ldunif : isa::Signal::ldunifa}; break;
      case 12:
        i.add = {.op = isa::AddOp::sub,
                 .dst = {static_cast<std::uint8_t>(below(64)), false},
                 .src = {isa::Source{2}, isa::Source{3}}};
        i.flags.add.op = isa::FlagOp::pushz;
        break;
      default: break;
    }
    return isa::encode(i).word;
  }
  /// Words and a thread end.
  std::vector<std::uint64_t> program(unsigned raw_percent) {
    const std::size_t size = 1 + below(24);
    std::vector<std::uint64_t> words;
    for (std::size_t i = 0; i < size; ++i)
      words.push_back(percent(raw_percent) ? raw() : tame(i, size));
    isa::AluInstruction thrsw;
    thrsw.signals = {isa::Signal::thrsw};
    const std::uint64_t t = isa::encode(thrsw).word, n = isa::nop_word;
    if (!percent(3)) words.insert(words.end(), {n, n, t, t, n, n, t, n, n});
    return words;
  }

 private:
  std::mt19937_64 random_;
};

struct Tally {
  std::uint64_t accepted = 0, faulted = 0;
};

void count(Tally& tally, const Agreement& agreement, std::uint64_t seed) {
  tally.accepted += agreement.accepted;
  tally.faulted += agreement.faulted;
  ASSERT_FALSE(agreement.wrong) << "seed " << seed << ": " << *agreement.wrong;
}

void random_words(unsigned raw_percent, std::uint64_t standard) {
  const std::uint64_t n = programs(standard);
  Tally tally;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    Words words{seed * 2 + (raw_percent != 0)};
    const auto program = words.program(raw_percent);
    count(tally, agree(program, words.percent(20), words.percent(10)), seed);
    if (::testing::Test::HasFatalFailure()) return;
  }
  fmt::print("{} programs, {} accepted, {} faults\n", n, tally.accepted, tally.faulted);
  EXPECT_GE(tally.accepted, n / 100);  // else the test says nothing
  EXPECT_GE(tally.faulted, n / 100);
}

TEST(Agree, OnRandomWords) { random_words(6, 1500); }
TEST(Agree, OnProgramsAboutRules) { random_words(0, 1500); }

/// Valid programs of the model's tests, some with words exchanged.
TEST(Agree, OnMutatedPrograms) {
  const std::uint64_t n = programs(150);
  Tally tally;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    Words words{seed};
    RandomProgramOptions o;
    o.seed = seed;
    o.instructions = 1 + static_cast<unsigned>(words.below(40));
    o.four_way = words.percent(20);
    o.single_segment = words.percent(20);
    o.exotic = words.percent(30);
    o.barriers = o.sfu = o.flags = o.branches = words.percent(50);
    RandomProgram program = random_program(o);
    const std::size_t changes = words.below(3);
    for (std::size_t k = 0; k < changes; ++k) {
      const std::size_t at = words.below(program.code.size());
      program.code[at] = words.percent(50) ? words.raw() : words.tame(at, program.code.size());
    }
    const verify::Report report =
        verify::verify(program.code, {.four_way = o.four_way,
                                      .single_segment = o.single_segment,
                                      .base_address = program.code_address});
    Agreement agreement{!report.has_errors()};
    for (const bool trap_hazards : {false, true}) {
      if (trap_hazards && !agreement.accepted) continue;
      sim::Machine machine{{.engine = sim::Engine::oracle,
                            .host_threads = 1,
                            .instruction_budget = 100'000,
                            .trap_hazards = trap_hazards}};
      load(program, machine.memory());
      const auto result = machine.run(program.cfg);
      if (!result.fault) continue;
      agreement.faulted = true;
      if (const auto wrong = judge(report, *result.fault))
        agreement.wrong = *wrong + "\n" + sim::describe(*result.fault) + listing(program.code);
    }
    count(tally, agreement, seed);
    if (::testing::Test::HasFatalFailure()) return;
    // Programs that nobody changed run, and no rule about what cannot run may refuse them.
    if (changes != 0) continue;
    for (const verify::Finding& f : report.findings) {
      using verify::Rule;
      for (const Rule never :
           {Rule::R3, Rule::R12, Rule::R13, Rule::R14, Rule::R15, Rule::R17, Rule::R18, Rule::R19,
            Rule::R36, Rule::R38, Rule::R40, Rule::R42, Rule::R43, Rule::R48})
        ASSERT_FALSE(f.rule == never && f.severity == Severity::error)
            << "seed " << seed << ": " << f.index << ": " << f.message << "\n"
            << listing(program.code);
    }
  }
  fmt::print("{} programs, {} accepted, {} faults\n", n, tally.accepted, tally.faulted);
  EXPECT_GE(tally.faulted, n / 100);
}

}  // namespace
}  // namespace vc7::test
