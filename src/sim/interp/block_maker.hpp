// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "program.hpp"

namespace vc7::sim::interp {

/// Makes one block: fetches and decodes words until the control flow surely leaves, and emits their
/// micro-operations.
class BlockMaker {
 public:
  BlockMaker(Program& program, Block& block) : program_{program}, block_{block} {}
  void run();

 private:
  /// Order among pieces that no register decides: results are popped and streams read before an
  /// access or a write to unifa of the same instruction.
  enum class Phase : std::uint8_t { any, early, late };

  /// One action of an instruction before its place among the others is decided.
  struct Piece {
    MicroOp op{};
    bool reads_a = false, reads_b = false;
    int writes = -1;  ///< slot
    bool reads_flags = false, writes_flags = false;
    Phase phase = Phase::any;
    bool reads(int slot) const { return (reads_a && op.a == slot) || (reads_b && op.b == slot); }
  };

  bool instruction(std::uint64_t word);
  bool alu(const isa::AluInstruction& instruction);
  bool branch(const isa::BranchInstruction& instruction);
  template <class Op>
  void choose_handler(Op operation, MicroOp& op);
  template <class Op>
  void half(const isa::AluHalf<Op>& half, const isa::FlagUse& flags, int temp, bool value_first);
  template <class Op>
  void value_to_sink(Op operation, Piece& flags, int temp);
  void pop_to_sink(Piece& pop, int temp);
  void sink(isa::WriteAddress to, int from, isa::Condition condition);
  void signals(const isa::AluInstruction& instruction);
  void load(Handler handler, isa::WriteAddress to, Phase phase);
  void emit_pieces();
  void trace(TraceEvent event);
  void trace_sink(Handler handler);
  void late_effect(isa::AddOp op);
  bool must_precede(const Piece& first, const Piece& second, bool registers_too) const;
  void snapshot(Piece& writer);

  MicroOp& emit(Handler handler);
  bool trap(FaultKind kind, std::string message);
  bool follows_switch() const {
    return switch_at_ >= 0 && switch_at_ == static_cast<int>(index_) - 1;
  }
  /// What follows from thread switches and branches whose slots end with this instruction. False:
  /// the block ends.
  bool after_instruction(bool is_switch);
  bool in_slots(int of, int count) const {
    return of >= 0 && static_cast<int>(index_) - of <= count;
  }

  Program& program_;
  Block& block_;
  std::vector<Piece> pieces_;
  int temps_ = 0;  ///< used by this instruction
  std::uint32_t index_ = 0;
  int branch_at_ = -1;  ///< index of the branch whose slots are open, -1: none
  bool branch_always_ = false;
  int switch_at_ = -1;  ///< index of the thrsw whose slots are open
  bool switch_is_pair_ = false;
  bool last_seen_ = false;  ///< a pair of thrsw was in this block
};

}  // namespace vc7::sim::interp
