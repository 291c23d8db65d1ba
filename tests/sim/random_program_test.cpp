// SPDX-License-Identifier: MIT
//
// The generator of random programs: reproducible, free of faults and warnings, and complete: every
// operation, modifier, signal, condition and branch form occurs or has a reason why not.
#include "support/random_program.hpp"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <vc7/isa/decode.hpp>
#include <vc7/isa/print.hpp>
#include <vc7/sim/machine.hpp>

#include "support/random_alu.hpp"

namespace vc7::test {
namespace {

RandomProgramOptions options(std::uint64_t seed) {
  RandomProgramOptions o;
  o.seed = seed;
  o.exotic = seed % 2 == 0;
  o.batches = 1 + static_cast<unsigned>(seed % 3);
  return o;
}

TEST(RandomProgram, SameSeedSameProgram) {
  const auto a = random_program(options(3)), b = random_program(options(3)),
             c = random_program(options(4));
  EXPECT_EQ(a.code, b.code);
  EXPECT_EQ(a.uniforms, b.uniforms);
  EXPECT_EQ(a.scratch, b.scratch);
  EXPECT_NE(a.code, c.code);
}

TEST(RandomProgram, EndsWithoutFaultOrWarning) {
  std::uint64_t instructions = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomProgramOptions o = options(seed);
    o.four_way = seed % 5 == 0;
    o.single_segment = seed % 7 == 0;
    o.batches_per_supergroup = 1 + static_cast<unsigned>(seed % 4);
    if (seed % 11 == 0) o.lanes = 5;
    const RandomProgram program = random_program(o);
    sim::Machine machine{{.engine = sim::Engine::oracle, .instruction_budget = 1'000'000}};
    load(program, machine.memory());
    const sim::JobResult result = machine.run(program.cfg);
    ASSERT_FALSE(result.fault) << "seed " << seed << ": " << sim::describe(*result.fault);
    EXPECT_EQ(result.batches, o.batches) << seed;
    for (const std::string& warning : result.warnings) ADD_FAILURE() << seed << ": " << warning;
    instructions += result.instructions;
    // The epilogue of every batch has stored: one register always holds 64, in all lanes.
    const auto words = results(program, machine.memory());
    const std::size_t output = words.size() - program.output_words;
    const std::size_t row = 4 + (o.four_way ? 32 : 64) - 5;
    for (std::size_t batch = 0; batch < o.batches; ++batch)
      for (std::size_t lane = 0; lane < 16; ++lane)
        EXPECT_EQ(words[output + batch * output_words_per_batch + row * 16 + lane], 64u)
            << seed << " " << batch << " " << lane;
  }
  EXPECT_GT(instructions, 60u * 500);
}

/// What occurs in the programs of many seeds, as text.
std::map<std::string, unsigned> occurrences(bool exotic) {
  std::map<std::string, unsigned> seen;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    RandomProgramOptions o = options(seed);
    o.exotic = exotic;
    for (const std::uint64_t word : random_program(o).code) {
      const auto instruction = isa::decode(word).instruction.value();
      if (const auto* b = std::get_if<isa::BranchInstruction>(&instruction)) {
        const auto number = [](auto e) { return std::to_string(static_cast<int>(e)); };
        ++seen["branch condition " + number(b->condition)];
        ++seen["branch msf " + number(b->msf)];
        ++seen["branch target " + number(b->target)];
        ++seen["branch uniforms " + number(b->uniforms)];
        if (b->set_link) ++seen["branch link"];
        continue;
      }
      const auto& i = std::get<isa::AluInstruction>(instruction);
      const auto note = [&](const auto& half, const char* alu, const isa::FlagUse& use) {
        const isa::OpInfo& op = info(half.op);
        const std::string name = std::string{alu} + std::string{op.mnemonic};
        ++seen[name];
        if (half.pack != isa::Pack::none)
          ++seen[name + " pack " + std::to_string(static_cast<int>(half.pack))];
        for (unsigned n = 0; n < op.sources; ++n)
          ++seen[name + " unpack " + std::to_string(n) + " " +
                 std::string{isa::unpack_names[static_cast<std::size_t>(half.src[n].unpack)]}];
        if (op.has_destination() && half.dst.magic) ++seen["write " + isa::print(half.dst)];
        ++seen[std::string{alu} + "condition " + std::to_string(static_cast<int>(use.condition))];
        ++seen[std::string{alu} + "flag " + std::to_string(static_cast<int>(use.op))];
      };
      note(i.add, "add ", i.flags.add);
      note(i.mul, "mul ", i.flags.mul);
      ++seen["signal " + std::to_string(*isa::signal_index(i.signals))];
      if (i.signals.has_destination() && i.signal_destination.magic)
        ++seen["load into " + isa::print(i.signal_destination)];
    }
  }
  return seen;
}

template <class Op>
void expect_operations(const std::map<std::string, unsigned>& seen, std::size_t count,
                       const std::string& alu, bool exotic) {
  for (std::size_t n = 0; n < count; ++n) {
    const auto o = static_cast<Op>(n);
    const isa::OpInfo& op = info(o);
    const std::string name = alu + std::string{op.mnemonic};
    EXPECT_EQ(seen.contains(name), !exclusion(o).has_value()) << name;
    if (exclusion(o)) continue;
    for (unsigned s = 0; s < op.sources; ++s)
      for (std::size_t u = 0; u < isa::unpack_names.size(); ++u) {
        const auto unpack = static_cast<isa::Unpack>(u);
        const bool possible = exotic ? unpack_code(op.kinds[s], unpack).has_value()
                                     : may_assemble(op.kinds[s], unpack);
        const std::string key =
            name + " unpack " + std::to_string(s) + " " + std::string{isa::unpack_names[u]};
        EXPECT_EQ(seen.contains(key), possible) << key;
      }
    for (const char* pack : {" pack 1", " pack 2"})
      EXPECT_EQ(seen.contains(name + pack), op.packing == isa::Packing::packed) << name << pack;
  }
}

TEST(RandomProgram, EveryOperationWithEveryModifier) {
  for (const bool exotic : {false, true}) {
    const auto seen = occurrences(exotic);
    expect_operations<isa::AddOp>(seen, isa::add_op_count, "add ", exotic);
    expect_operations<isa::MulOp>(seen, isa::mul_op_count, "mul ", exotic);
  }
}

TEST(RandomProgram, EverySignalConditionDestinationAndBranch) {
  const auto seen = occurrences(true);
  for (unsigned index = 0; index < 32; ++index) {
    const auto set = isa::signals_from_index(index);
    const bool graphics = set && (set->has(isa::Signal::ldvary) || set->has(isa::Signal::ldtlb) ||
                                  set->has(isa::Signal::ldtlbu));
    EXPECT_EQ(seen.contains("signal " + std::to_string(index)), set && !graphics) << index;
  }
  for (const std::string alu : {"add ", "mul "}) {
    for (int c = 0; c < 5; ++c)
      EXPECT_TRUE(seen.contains(alu + "condition " + std::to_string(c))) << alu << c;
    for (int f = 0; f < 16; ++f)
      EXPECT_TRUE(seen.contains(alu + "flag " + std::to_string(f))) << alu << f;
  }
  for (const int c : {0, 2, 3, 4, 5, 6, 7})
    EXPECT_TRUE(seen.contains("branch condition " + std::to_string(c))) << c;
  for (int m = 0; m < 3; ++m) EXPECT_TRUE(seen.contains("branch msf " + std::to_string(m))) << m;
  for (int t = 0; t < 4; ++t) EXPECT_TRUE(seen.contains("branch target " + std::to_string(t))) << t;
  // Not the link register (2): it holds code addresses, so the stream would run over instructions.
  for (const int u : {0, 1, 3, 4})
    EXPECT_TRUE(seen.contains("branch uniforms " + std::to_string(u))) << u;
  EXPECT_TRUE(seen.contains("branch link"));
  for (const char* name :
       {"-", "quad", "rep", "unifa", "tmud", "tmua", "tmuau", "tmuc", "tmudref", "tmuoff", "syncb"})
    EXPECT_TRUE(seen.contains(std::string{"write "} + name)) << name;
  for (const char* name : {"-", "quad", "rep", "tmud", "tmuc", "tmudref", "tmuoff"})
    EXPECT_TRUE(seen.contains(std::string{"load into "} + name)) << name;
}

TEST(RandomProgram, FewerRegisters) {
  RandomProgramOptions o;
  o.exotic = true;
  for (o.seed = 0; o.seed < 40; ++o.seed) {
    o.four_way = o.seed % 2 == 0;
    o.registers = o.four_way ? 64 : 16;
    const unsigned last = o.four_way ? 31 : 15;
    for (const std::uint64_t word : random_program(o).code) {
      const auto instruction = isa::decode(word).instruction.value();
      const auto* i = std::get_if<isa::AluInstruction>(&instruction);
      if (!i) continue;
      const auto low = [&](const auto& half) {
        for (unsigned s = 0; s < info(half.op).sources; ++s)
          if (!half.src[s].immediate && half.src[s].address > last) return false;
        return half.dst.magic || half.dst.address <= last;
      };
      EXPECT_TRUE(low(i->add) && low(i->mul)) << isa::print(instruction);
      EXPECT_TRUE(i->signal_destination.magic || i->signal_destination.address <= last);
    }
  }
}

TEST(RandomProgram, SwitchesCanBeTurnedOff) {
  const auto switches = [](RandomProgramOptions o) {
    unsigned n = 0;
    for (o.seed = 0; o.seed < 10; ++o.seed)
      for (const std::uint64_t word : random_program(o).code) {
        const auto instruction = isa::decode(word).instruction.value();
        const auto* i = std::get_if<isa::AluInstruction>(&instruction);
        n += i && i->signals.has(isa::Signal::thrsw) ? 1 : 0;
      }
    return n;
  };
  RandomProgramOptions o;
  EXPECT_GT(switches(o), 100u);
  o.switches = false;
  EXPECT_EQ(switches(o), 30u) << "three at the end of each";
  o.single_segment = true;
  EXPECT_EQ(switches(o), 10u);
}

TEST(RandomProgram, RefusesWhatItCannotMake) {
  for (auto change : {+[](RandomProgramOptions& o) { o.batches = 0; },
                      +[](RandomProgramOptions& o) { o.batches = 257; },
                      +[](RandomProgramOptions& o) { o.lanes = 17; },
                      +[](RandomProgramOptions& o) { o.batches_per_supergroup = 17; },
                      +[](RandomProgramOptions& o) { o.registers = 15; },
                      +[](RandomProgramOptions& o) { o.registers = 65; },
                      +[](RandomProgramOptions& o) { o.instructions = 60'000; }}) {
    RandomProgramOptions o;
    change(o);
    EXPECT_THROW(random_program(o), std::invalid_argument);
  }
}

}  // namespace
}  // namespace vc7::test
