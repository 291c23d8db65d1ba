// SPDX-License-Identifier: MIT
//
// The switch of the deliberate mistakes: VC7_MUTATE=list prints all names, any other value breaks
// that operation or rule. Linked into the test library vc7_sim_mutant only, see tests/hardware.
#include "sim/oracle/mutation.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace vc7::sim::oracle {
namespace {

struct Name {
  std::string text;
  int add_op = -1, mul_op = -1, rule = -1;
  std::uint32_t bits = 0;  ///< of the result of the operation
  unsigned number = 0;
};

/// A mistake that nothing could notice: `none` unpacks and packs, gaps in numberings, flags that
/// no operation sets.
bool without_effect(std::string_view rule, unsigned number) {
  const auto none_of = [&](auto... numbers) {
    return ((number != static_cast<unsigned>(numbers)) && ...);
  };
  if (rule == "unpack" || rule == "pack" || rule == "pack_keep") return number == 0;
  if (rule == "update") return number < 4;
  if (rule == "condition") return number == 0;
  if (rule == "branch") return number == 1;
  if (rule == "atomic_plain") return none_of(8, 9, 10);
  return false;
}

/// Operations of compute shaders that leave a result.
bool has_result(const isa::OpInfo& op) {
  return op.dest == isa::Dest::result && op.effect != isa::Effect::vpm &&
         op.effect != isa::Effect::graphics && op.mnemonic != "ftoc" && op.mnemonic != "multop";
}

/// Two mistakes per operation: the lowest bit of its result, or the highest. Where only about the
/// value is known, the lowest is one that changes it by 1/16 or more.
std::string name(const char* unit, const isa::OpInfo& op, bool top) {
  return unit + std::string{op.mnemonic} + (top ? ".top" : "");
}
std::uint32_t bits(const isa::OpInfo& op, bool top) {
  return top ? 0x80000000 : op.effect == isa::Effect::sfu ? 1u << 19 : 1;
}

std::vector<Name> names() {
  std::vector<Name> all;
  for (std::size_t i = 0; i < isa::add_op_count; ++i)
    if (const auto& op = info(static_cast<isa::AddOp>(i)); has_result(op))
      for (const bool top : {false, true})
        all.push_back(
            {.text = name("add.", op, top), .add_op = static_cast<int>(i), .bits = bits(op, top)});
  for (std::size_t i = 0; i < isa::mul_op_count; ++i)
    if (const auto& op = info(static_cast<isa::MulOp>(i)); has_result(op))
      for (const bool top : {false, true})
        all.push_back(
            {.text = name("mul.", op, top), .mul_op = static_cast<int>(i), .bits = bits(op, top)});
  int rule = 0;
#define VC7_RULE(name, count)                                                           \
  for (unsigned number = 0; number < (count); ++number)                                 \
    if (!without_effect(#name, number))                                                 \
      all.push_back({.text = (count) == 1 ? #name : #name "." + std::to_string(number), \
                     .rule = rule,                                                      \
                     .number = number});                                                \
  ++rule;
  VC7_MUTATION_RULES(VC7_RULE)
#undef VC7_RULE
  return all;
}

Name chosen() {
  const char* const wanted = std::getenv("VC7_MUTATE");
  if (wanted == nullptr) return {};
  const auto all = names();
  for (const Name& name : all)
    if (name.text == wanted) return name;
  const bool list = std::string_view{wanted} == "list";
  if (list)
    for (const Name& name : all) std::puts(name.text.c_str());
  else
    std::fprintf(stderr, "VC7_MUTATE is \"%s\", see VC7_MUTATE=list\n", wanted);
  std::fflush(nullptr);
  std::_Exit(list ? 0 : 3);
}

// Before main(), so that `list` needs no job.
const Name choice = chosen();

}  // namespace

bool mutated(Rule rule, unsigned number) {
  return choice.rule == static_cast<int>(rule) && choice.number == number;
}
std::uint32_t wrong_bits(isa::AddOp op) {
  return choice.add_op == static_cast<int>(op) ? choice.bits : 0;
}
std::uint32_t wrong_bits(isa::MulOp op) {
  return choice.mul_op == static_cast<int>(op) ? choice.bits : 0;
}

}  // namespace vc7::sim::oracle
