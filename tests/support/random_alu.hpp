// SPDX-License-Identifier: MIT
//
// One random ALU instruction for a given place in a program: drawn freely from the operation table,
// then accepted or rejected by the rules of v3d71 §7.
#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include <vc7/isa/encode.hpp>
#include <vc7/isa/instruction.hpp>

#include "support/random_program.hpp"

namespace vc7::test {

/// std::uniform_int_distribution differs between standard libraries; this does not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_{seed} {}
  std::uint64_t word() { return engine_(); }
  /// 0 .. limit - 1.
  unsigned below(unsigned limit) { return static_cast<unsigned>((engine_() >> 32) % limit); }
  bool percent(unsigned chance) { return below(100) < chance; }

 private:
  std::mt19937_64 engine_;
};

/// A word that finds errors: special floats, pairs of halves, small integers, limits, random bits.
std::uint32_t interesting_word(Random& random);

/// What holds at the place where the instruction goes.
struct Place {
  unsigned registers = 64;       ///< that exist
  unsigned free_registers = 56;  ///< 0 .. free_registers - 1 may be overwritten
  bool switch_slot = false;      ///< one of the two slots after a thrsw
  bool second_switch_slot = false;
  bool branch_slot = false;
  bool may_switch = false;  ///< thrsw is legal here
  bool may_pop = false;     ///< a TMU result is outstanding
  bool may_take_uniform = false;
  bool may_read_unifa = false;
  bool mode_known = false;    ///< v8dot's mode was set since the last switch and label
  bool rtop_pending = false;  ///< a multop whose umul24 did not come yet
};

/// What the caller wants; the rest is drawn.
struct Wanted {
  std::optional<isa::AddHalf> add;
  std::optional<isa::MulHalf> mul;
  isa::FlagUse add_use, mul_use;  ///< of the wanted halves
  std::optional<isa::Signals> signals;
  isa::WriteAddress signal_destination;
};

/// Draws until an instruction is legal at the place. Throws std::logic_error if what is wanted
/// never is.
isa::AluInstruction random_alu(Random& random, const RandomProgramOptions& options,
                               const Place& place, const Wanted& wanted = {});

/// Why an operation never appears in random programs, nothing if it does.
std::optional<const char*> exclusion(isa::AddOp op);
std::optional<const char*> exclusion(isa::MulOp op);

}  // namespace vc7::test
