// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <unordered_map>
#include <vector>

#include <vc7/isa/instruction.hpp>

#include "slot_map.hpp"

namespace vc7::sim::jit {

/// A micro-operation at which compiled code can be entered.
struct Entry {
  MicroOp* op;
  asmjit::Label label;
};

/// An operation by itself, and the end behind it.
using Copy = std::array<MicroOp, 2>;

/// Writes the code of units, one after the other, into one assembler.
///
/// What compiled code does is what the handlers of its micro-operations do. It is a handler itself:
/// it takes State and micro-operation and returns where to go on. Operations without native code
/// are calls of their handlers; around these, all registers are in State.
class Translator {
 public:
  Translator(HostCode& code, Vectors& vectors, const Actions& actions, bool barriers);

  void unit(const Unit& unit);
  void finish();  ///< what all units share
  const std::vector<Entry>& entries() const { return entries_; }
  /// Operations that the code refers to and that must live as long as it.
  std::deque<Copy> take_copies() { return std::move(copies_); }

 private:
  /// Code that runs rarely, written behind the rest.
  struct Cold {
    asmjit::Label label;
    SlotMap map;
    std::function<void()> write;
  };

  void entry(MicroOp* op, const asmjit::Label& to, bool canonical);
  void block(interp::Block& block);
  void operation(const MicroOp& op, const Meaning& meaning);
  bool moves_half(const MicroOp& op, const Meaning& meaning);
  void alu(const MicroOp& op, const Meaning& meaning);
  bool lazily(const MicroOp& op, const Meaning& meaning);
  void rep(const MicroOp& op);
  void put(const MicroOp& op, unsigned slot, const Source& value, bool raw);
  unsigned pops_ahead() const;
  bool enters_here() const;
  void ldtmu(const MicroOp& op);
  void load_uniform(const MicroOp& op, std::size_t stream);
  void tmu_data(const MicroOp& op, bool named);
  void tmua(const MicroOp& op);
  void branch(const MicroOp& op);
  void tested_flags(isa::BranchCondition condition, isa::MsfIgnore msf);
  void keep_tested_lanes(isa::MsfIgnore msf);
  void commit(const MicroOp& op);
  void count(const MicroOp& op, bool budget);
  void thread_switch(const MicroOp& op, bool may_end);
  Memory uniform(const MicroOp& op, std::size_t stream);

  void call(const MicroOp& op);
  void call_alu(const MicroOp& op);
  void jump_to(const MicroOp* target);
  void leave_with(const MicroOp* next);
  void store_host_state();
  void load_host_state();
  void cold(const asmjit::Label& label, std::function<void()> write);
  void trap_at(const asmjit::Label& label, const MicroOp& op);
  void drop_temporaries();
  bool read_later(std::size_t at, unsigned slot) const;

  HostCode& code_;
  Vectors& vectors_;
  const Actions& actions_;
  bool barriers_;
  SlotMap map_;
  std::vector<Entry> entries_;
  std::vector<Cold> cold_;
  std::deque<Copy> copies_;
  asmjit::Label leave_, access_;
  unsigned sites_ = 0;  ///< TMU accesses so far

  // ---- of the unit and block in the making
  const Unit* unit_ = nullptr;
  interp::Block* block_ = nullptr;
  std::size_t at_ = 0;
  std::unordered_map<const MicroOp*, asmjit::Label> labels_;
  const MicroOp* branch_ = nullptr;  ///< whose slots are open, if it has native code
  unsigned pops_ = 0;                ///< that the FIFO is known to hold
  bool ended_ = false;
};

}  // namespace vc7::sim::jit
