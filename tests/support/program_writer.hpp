// SPDX-License-Identifier: MIT
//
// The words of a random program in the order in which they are written, the uniforms that they
// take, and what is known at the end of what was written: the book-keeping that keeps random
// programs inside the rules.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/random_alu.hpp"

namespace vc7::test {

/// Registers with a fixed role, counted from the top of the file. Random instructions read them but
/// do not write them.
struct Roles {
  explicit Roles(const RandomProgramOptions& o)
      : registers{std::min(o.registers, o.four_way ? 32u : 64u)} {}
  unsigned registers;
  static constexpr unsigned count = 8;
  std::uint8_t top(unsigned n) const { return static_cast<std::uint8_t>(registers - n); }
  std::uint8_t scratch() const { return top(8); }  ///< address of the batch's scratch words
  std::uint8_t output() const { return top(7); }   ///< address of the lane's next output word
  std::uint8_t mask() const { return top(6); }     ///< random word -> offset in scratch
  std::uint8_t step() const { return top(5); }     ///< 64, bytes from one output row to the next
  std::uint8_t counter(unsigned depth) const { return top(4 - depth); }  ///< of loops, depth 0 or 1
  std::uint8_t address() const { return top(2); }    ///< scratch register of sequences
  std::uint8_t temporary() const { return top(1); }  ///< another
};

class ProgramWriter {
 public:
  static constexpr std::uint32_t code_address = 0x0010'0000;
  static constexpr std::uint32_t uniform_address = 0x0020'0000;
  static constexpr std::uint32_t uniform_bytes = 0x8000;
  static constexpr std::uint32_t unifa_offset = 0x4000;  ///< of what unifa reads

  ProgramWriter(Random& source, const RandomProgramOptions& wishes)
      : random{source}, options{wishes}, roles{wishes} {}

  // --- positions
  // ----------------------------------------------------------------------------------
  std::size_t here() const { return code.size(); }
  std::size_t uniforms_here() const { return uniforms.size(); }
  static std::uint32_t address_of(std::size_t index) {
    return code_address + static_cast<std::uint32_t>(index) * 8;
  }
  static std::uint32_t uniform_address_of(std::size_t index) {
    return uniform_address + static_cast<std::uint32_t>(index) * 4;
  }

  // --- writing
  // ------------------------------------------------------------------------------------
  /// Appends an instruction as it is. `uniform` is the word that it takes, if it takes one.
  void write(const isa::AluInstruction& i, std::uint32_t uniform);
  /// One that takes no uniform, or one for which any word will do.
  void write(const isa::AluInstruction& i) { write(i, interesting_word(random)); }
  /// Fills up what is wanted with random parts.
  void fill(const Wanted& wanted = {});
  void fill(const Wanted& wanted, std::uint32_t uniform);
  /// One half as given, the other nop, no signals.
  void plain(isa::AddOp op, isa::WriteAddress dst, isa::Source a = {}, isa::Source b = {},
             isa::Signals signals = {});
  /// Loads a register with a uniform.
  void load_register(std::uint8_t reg, std::uint32_t value);
  /// A branch and its three slots; nothing is popped in the slots. Returns its index for patching.
  std::size_t branch(const isa::BranchInstruction& b);

  // --- rules about places
  // -------------------------------------------------------------------------
  Place place() const;
  /// Random instructions until the slots of the last switch are over and a branch may follow a
  /// unifa write.
  void settle();
  /// Pops down to `words` outstanding ones.
  void drain(unsigned words);
  /// Words of the output FIFO that are not held by code around this.
  unsigned fifo_room() const { return (options.four_way ? 4 : 8) - floor; }
  /// The configuration word 0xffffffff, as after the start.
  void default_config();
  void set_config(std::uint32_t word);
  /// What must hold at a label and where a branch to it is: both ways agree about all hidden state.
  void agree();
  void at_label() { mode_known = false; }
  void wait_for_stores();
  void clear_rtop();

  Random& random;
  const RandomProgramOptions& options;
  Roles roles;
  std::vector<isa::Instruction> code;
  std::vector<std::uint32_t> uniforms;

  // --- what is known at the end
  // -------------------------------------------------------------------
  unsigned outstanding = 0;  ///< words in the output FIFO
  unsigned floor = 0;        ///< of them, those that belong to code around this
  std::uint32_t config = 0xffffffff;
  bool stores_pending = false;  ///< since the last tmuwt
  bool rtop_pending = false;
  bool mode_known = false;
  bool uniforms_allowed = true;  ///< here: not in slots of branches, not in subroutines
  bool switches_allowed = false;
  bool in_branch_slots = false;
  bool uniforms_in_slots = false;  ///< of the branch, which moves their pointer
  unsigned since_switch = 100;     ///< instructions after the last thrsw
  unsigned since_unifa = 0;        ///< and after the last write of unifa

 private:
  bool in_set_config_ = false;
};

}  // namespace vc7::test
