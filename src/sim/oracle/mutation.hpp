// SPDX-License-Identifier: MIT
//
// Deliberate mistakes, to see that tests notice them (tests/hardware/README.md). Compiles to
// nothing in the ordinary build: only the test library vc7_sim_mutant defines VC7_MUTATION.
#pragma once

#include <cstdint>

#include <vc7/isa/instruction.hpp>

namespace vc7::sim::oracle {

// Rules that can be broken besides the operations. Those of a family of several (unpacks, updates,
// conditions, branch conditions, TMU types, atomics, immediates) take its number.
// clang-format off
#define VC7_MUTATION_RULES(X) \
  X(unpack, 15) X(pack, 3) X(pack_keep, 3) X(immediate, 48) X(test_z, 7) X(test_n, 7) \
  X(test_c, 7) X(push_a, 1) X(push_b, 1) X(update, 16) X(condition, 5) X(flpop_flag, 1) \
  X(rtop, 1) X(rtop_clear, 1) X(dot_mode, 4) X(setmsf, 1) X(branch, 8) X(branch_p, 1) \
  X(branch_q, 1) X(target, 4) X(set_link, 1) X(uniform_target, 4) X(uniform_not_taken, 1) \
  X(branch_slots, 1) X(ldunif, 1) X(ldunifrf, 1) X(ldunifa, 1) X(ldunifarf, 1) \
  X(ldtmu, 1) X(wrtmuc, 1) X(rep, 1) X(quad, 1) X(unifa, 1) X(tmuc, 1) X(tmuau, 1) \
  X(read_first, 1) X(switch_flags, 1) X(stale_uniforms, 1) X(payload_rf2, 1) \
  X(payload_rf3, 1) X(barrier, 1) X(tmu_load, 8) X(tmu_store, 8) X(tmu_components, 1) \
  X(tmu_config_shift, 1) X(tmu_quad, 1) X(tmu_inactive, 1) X(tmu_fifo, 1) X(atomic, 11) \
  X(atomic_plain, 11) X(atomic_old, 1)
// clang-format on

#ifdef VC7_MUTATION

enum class Rule {
#define VC7_RULE(name, count) name,
  VC7_MUTATION_RULES(VC7_RULE)
#undef VC7_RULE
};

/// True if VC7_MUTATE names this rule: "push_a", "update.12".
bool mutated(Rule rule, unsigned number = 0);
/// The bits to invert in the result of an operation: not 0 if VC7_MUTATE names it, "add.fadd" or
/// "mul.umul24.top".
std::uint32_t wrong_bits(isa::AddOp op);
std::uint32_t wrong_bits(isa::MulOp op);

#define VC7_MUTATED(rule, ...) mutated(Rule::rule __VA_OPT__(, static_cast<unsigned>(__VA_ARGS__)))
#define VC7_WRONG_BITS(op) wrong_bits(op)

#else

#define VC7_MUTATED(...) false
#define VC7_WRONG_BITS(op) 0u

#endif

/// The same value with its lowest bit inverted if `broken`.
constexpr std::uint32_t broken_if(bool broken, std::uint32_t value, std::uint32_t bit = 1) {
  return broken ? value ^ bit : value;
}

}  // namespace vc7::sim::oracle
