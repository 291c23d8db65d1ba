// SPDX-License-Identifier: MIT
//
// The assembler: every call appends an instruction.
//
//   a.mov(tmuau, src).add(src, src, stride);   // add half, then mul half of the same instruction
//   a.nop(thrsw);
//   a.nop(ldtmu(rf1));
//   a.sub(n, n, 1, pushz).mov(tmud, rf1);
//   a.b(loop, na0).unif_addr();                // three delay slots follow
//
// Contract: what cannot be encoded does not compile if the types show it, else AssembleError is
// thrown, with the place of the call. Works in constant evaluation. One thread at a time. Source:
// v3d71 §1-§7, §17.1.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vc7/asm/chain.hpp>
#include <vc7/asm/guards.hpp>
#include <vc7/asm/labels.hpp>
#include <vc7/asm/program.hpp>
#include <vc7/isa/encode.hpp>

namespace vc7 {

/// Choices that change the words.
struct AssembleOptions {
  /// GPU address of the first instruction, for branches to the absolute address of a label.
  /// Program::rebase() changes it later.
  std::uint32_t base_address = 0;
  /// Write 1 to the unused uniform-address field of branches that leave the uniform stream alone,
  /// as py-videocore7 does (v3d71 §1.3).
  bool py_unused_bdu = false;

  friend constexpr bool operator==(const AssembleOptions&, const AssembleOptions&) = default;
};

class Assembler : public qpu::AddMethods<Assembler> {
 public:
  using Where = std::source_location;
  using Condition = isa::BranchCondition;
  class NameSpace;
  class Loop;

  constexpr Assembler() = default;
  constexpr explicit Assembler(const AssembleOptions& options) : options_{options} {}
  Assembler(const Assembler&) = delete;
  Assembler& operator=(const Assembler&) = delete;

  // ---- branches ----

  /// Branch to a label: relative, or to its address.
  constexpr qpu::BranchChain b(Label target, Condition condition, Where where = Where::current());
  constexpr qpu::BranchChain b(Label target, Condition condition, qpu::AbsoluteOption,
                               Where where = Where::current());
  /// Branch by a number of bytes from the instruction after the three delay slots, or to an
  /// address.
  template <qpu::Integer T>
  constexpr qpu::BranchChain b(T offset, Condition condition, Where where = Where::current());
  template <qpu::Integer T>
  constexpr qpu::BranchChain b(T address, Condition condition, qpu::AbsoluteOption,
                               Where where = Where::current());
  /// Branch to the address in a register or in the link register.
  constexpr qpu::BranchChain b(qpu::Register target, Condition condition,
                               Where where = Where::current());
  constexpr qpu::BranchChain b(qpu::detail::LinkFunction, Condition condition,
                               Where where = Where::current());

  // ---- labels ----

  /// Defines a label of the current namespace here.
  constexpr Label L(std::string_view name, Where where = Where::current());
  /// Defines a label that R() or fresh_label() gave.
  constexpr Label L(Label label, Where where = Where::current());
  /// Refers to a label of the current namespace, defined earlier or later.
  constexpr Label R(std::string_view name, Where where = Where::current());
  /// A label with a name nobody has, `stem` + number, to be defined by L().
  constexpr Label fresh_label(std::string_view stem = "__generated_label_");
  /// The full name of a label of the current namespace: "x.y.name".
  std::string full_name(std::string_view name) const { return std::string{prefix()}.append(name); }

  /// Opens a namespace for labels inside the current one. It ends with the life of the result.
  [[nodiscard]] constexpr NameSpace name_space(std::string_view name,
                                               Where where = Where::current());

  /// A label here and something to branch back with: `auto l = a.loop(); ... l.b(na0);`
  [[nodiscard]] constexpr Loop loop(Where where = Where::current());
  /// The same around a function: `a.loop([&](auto& l) { ... l.b(na0); });`
  template <std::invocable<Loop&> Body>
  constexpr void loop(Body&& body, Where where = Where::current());

  // ---- other words ----

  /// The end that every program needs: a pair of thrsw announces the last thread switch, a third
  /// thrsw ends the thread after two more instructions (v3d71 §12.5). 7 instructions.
  constexpr void end_program(Where where = Where::current());
  /// Any 64-bit word.
  constexpr void raw(std::uint64_t word, Where where = Where::current());
  /// The index of the next instruction.
  constexpr std::size_t position() const { return words_.size(); }
  /// nops until position() is a multiple of `count`.
  constexpr void align(std::size_t count, Where where = Where::current());

  // ---- results; the assembler is empty afterwards ----

  /// The program. Throws AssembleError, with the place of the branch, if a label is missing.
  Program finish();
  /// Only the words, for constant evaluation.
  constexpr std::vector<std::uint64_t> finish_words();

 private:
  template <qpu::detail::HalfFacts add>
  friend class qpu::Chain;
  friend class qpu::BranchChain;
  template <class Host>
  friend class qpu::AddMethods;
  template <class Host>
  friend class qpu::MulMethods;

  struct Reference {
    std::uint32_t word, label;
    bool absolute;
  };

  template <class Half>
  constexpr auto add_half(isa::AddOp op, const qpu::detail::HalfValues& values,
                          const qpu::detail::ModifierValues& modifiers, const Where& where)
      -> qpu::Chain<Half::facts>;
  template <class Half>
  constexpr auto mul_half(isa::MulOp op, const qpu::detail::HalfValues& values,
                          const qpu::detail::ModifierValues& modifiers, const Where& where) ->
      typename qpu::detail::InstructionModifiers<qpu::detail::HalfFacts{}, Half::facts>::Complete;
  constexpr void start(isa::AddOp op, const qpu::detail::HalfValues& values,
                       const qpu::detail::ModifierValues& modifiers, const Where& where);
  constexpr void complete(std::uint32_t serial, isa::MulOp op,
                          const qpu::detail::HalfValues& values,
                          const qpu::detail::ModifierValues& modifiers, const Where& where);
  constexpr void encode_pending();
  constexpr std::uint64_t encode_branch(const Where& where) const;
  constexpr void append(std::uint64_t word, const Where& where);

  constexpr qpu::BranchChain append_branch(const isa::BranchInstruction& branch,
                                           const Where& where);
  constexpr void refer(Label target, bool absolute, const Where& where);
  static constexpr std::uint32_t checked_offset(std::int64_t offset, bool absolute,
                                                const Where& where);

  constexpr std::string_view prefix() const { return {prefix_.data(), prefix_.size()}; }
  constexpr void check_name(std::string_view name, const Where& where) const;
  constexpr void check_owner(Label label, const Where& where) const;
  constexpr void resolve_references();

  AssembleOptions options_;
  std::vector<std::uint64_t> words_;
  std::vector<Origin> origins_;
  qpu::detail::LabelTable labels_;
  std::vector<Reference> references_;
  std::vector<char> prefix_;  // "x.y." inside namespaces x and y
  std::uint32_t fresh_labels_ = 0;
  std::uint32_t serial_ = 0;  // changes with every call, so that old chains are recognised
  isa::AluInstruction last_;  // of the last word, if that is an ALU instruction
  bool pending_ = false;      // the last word is still to be encoded from last_
  isa::BranchInstruction last_branch_;  // of the last word, if that is a branch
};

/// An open namespace for labels.
class [[nodiscard]] Assembler::NameSpace {
 public:
  NameSpace(const NameSpace&) = delete;
  NameSpace& operator=(const NameSpace&) = delete;
  constexpr ~NameSpace() { assembler_->prefix_.resize(outer_size_); }

 private:
  friend class Assembler;
  constexpr NameSpace(Assembler& assembler, std::size_t outer_size)
      : assembler_{&assembler}, outer_size_{outer_size} {}
  Assembler* assembler_;
  std::size_t outer_size_;
};

/// A loop whose begin is defined.
class Assembler::Loop {
 public:
  constexpr qpu::BranchChain b(Condition condition, Where where = Where::current()) const {
    return assembler_->b(begin_, condition, where);
  }
  constexpr qpu::BranchChain b(Condition condition, qpu::AbsoluteOption,
                               Where where = Where::current()) const {
    return assembler_->b(begin_, condition, qpu::absolute, where);
  }
  constexpr Label label() const { return begin_; }

 private:
  friend class Assembler;
  constexpr Loop(Assembler& assembler, Label begin) : assembler_{&assembler}, begin_{begin} {}
  Assembler* assembler_;
  Label begin_;
};

}  // namespace vc7

#include <vc7/asm/assembler_inline.hpp>
