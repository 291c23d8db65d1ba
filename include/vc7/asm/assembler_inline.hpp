// SPDX-License-Identifier: MIT
//
// Bodies of assembler.hpp and chain.hpp. All constexpr, so they are in a header.
#pragma once

#include <vc7/asm/assembler.hpp>
#include <vc7/asm/branch_offset.hpp>

namespace vc7 {

// ---- ALU instructions ----

constexpr void Assembler::append(std::uint64_t word, const Where& where) {
  encode_pending();
  if (words_.empty()) {
    // Most programs never grow; in constant evaluation that is a fifth of the work.
    words_.reserve(256);
    origins_.reserve(256);
  }
  words_.push_back(word);
  origins_.push_back(where);
  ++serial_;
}

// The word of the last instruction is written when the next one comes: until then it may get its
// mul half, and encoding is most of the work. Nothing can fail here that start() and complete()
// have not refused.
constexpr void Assembler::encode_pending() {
  if (!pending_) return;
  pending_ = false;
  using enum isa::Signal;
  if (last_.add.src[0].immediate) last_.signals = {smimm_a};
  if (last_.add.src[1].immediate) last_.signals = {smimm_b};
  if (last_.mul.src[0].immediate) last_.signals = {smimm_c};
  if (last_.mul.src[1].immediate) last_.signals = {smimm_d};
  isa::arrange_operands(last_);
  const isa::Encoded encoded = isa::encode(last_);
  if (!encoded) qpu::detail::not_encodable(encoded.error, origins_.back());
  words_.back() = encoded.word;
}

constexpr void Assembler::start(isa::AddOp op, const qpu::detail::HalfValues& values,
                                const qpu::detail::ModifierValues& modifiers, const Where& where) {
  isa::AluInstruction instruction;
  instruction.add = {.op = op, .dst = values.dst, .pack = values.pack, .src = {values.a, values.b}};
  instruction.flags.add = modifiers.flags;
  instruction.signals = isa::Signals::from_bits(modifiers.signals);
  instruction.signal_destination = modifiers.load_destination;
  qpu::detail::check(instruction, where);
  append(0, where);
  last_ = instruction;
  pending_ = true;
}

constexpr void Assembler::complete(std::uint32_t serial, isa::MulOp op,
                                   const qpu::detail::HalfValues& values,
                                   const qpu::detail::ModifierValues& modifiers,
                                   const Where& where) {
  if (serial != serial_) qpu::detail::chain_is_stale(where);
  isa::AluInstruction instruction = last_;
  instruction.mul = {.op = op, .dst = values.dst, .pack = values.pack, .src = {values.a, values.b}};
  instruction.flags.mul = modifiers.flags;
  const auto signals = isa::Signals::from_bits(modifiers.signals);
  instruction.signals =
      isa::Signals::from_bits(static_cast<std::uint16_t>(last_.signals.bits() | signals.bits()));
  if (signals.has_destination()) instruction.signal_destination = modifiers.load_destination;
  qpu::detail::check(instruction, where);
  last_ = instruction;
  ++serial_;
}

template <class Half>
constexpr auto Assembler::add_half(isa::AddOp op, const qpu::detail::HalfValues& values,
                                   const qpu::detail::ModifierValues& modifiers, const Where& where)
    -> qpu::Chain<Half::facts> {
  start(op, values, modifiers, where);
  return {*this, serial_};
}

template <class Half>
constexpr auto Assembler::mul_half(isa::MulOp op, const qpu::detail::HalfValues& values,
                                   const qpu::detail::ModifierValues& modifiers, const Where& where)
    -> typename qpu::detail::InstructionModifiers<qpu::detail::HalfFacts{}, Half::facts>::Complete {
  start(isa::AddOp::nop, {}, {}, where);
  complete(serial_, op, values, modifiers, where);
}

// ---- branches ----

constexpr std::uint64_t Assembler::encode_branch(const Where& where) const {
  isa::BranchInstruction branch = last_branch_;
  if (options_.py_unused_bdu && branch.uniforms == isa::UniformTarget::unchanged)
    branch.residue = 1u << 15;
  const isa::Encoded encoded = isa::encode(branch);
  if (!encoded) qpu::detail::not_encodable(encoded.error, where);
  return encoded.word;
}

constexpr qpu::BranchChain Assembler::append_branch(const isa::BranchInstruction& branch,
                                                    const Where& where) {
  last_branch_ = branch;
  append(encode_branch(where), where);
  return {*this, serial_};
}

constexpr std::uint32_t Assembler::checked_offset(std::int64_t offset, bool absolute,
                                                  const Where& where) {
  const std::int64_t lowest = absolute ? 0 : -(std::int64_t{1} << 31);
  if (offset < lowest || offset > 0xffffffff ||
      offset % static_cast<std::int64_t>(bytes_per_word) != 0)
    qpu::detail::branch_offset_not_encodable(offset, absolute, where);
  return static_cast<std::uint32_t>(offset);
}

constexpr void Assembler::refer(Label target, bool absolute, const Where& where) {
  check_owner(target, where);
  references_.push_back(
      {.word = static_cast<std::uint32_t>(position()), .label = target.id_, .absolute = absolute});
}

constexpr qpu::BranchChain Assembler::b(Label target, Condition condition, Where where) {
  refer(target, false, where);
  return append_branch({.condition = condition}, where);
}

constexpr qpu::BranchChain Assembler::b(Label target, Condition condition, qpu::AbsoluteOption,
                                        Where where) {
  refer(target, true, where);
  return append_branch({.condition = condition, .target = isa::BranchTarget::absolute}, where);
}

template <qpu::Integer T>
constexpr qpu::BranchChain Assembler::b(T offset, Condition condition, Where where) {
  const std::uint32_t bytes = checked_offset(static_cast<std::int64_t>(offset), false, where);
  return append_branch({.condition = condition, .offset = bytes}, where);
}

template <qpu::Integer T>
constexpr qpu::BranchChain Assembler::b(T address, Condition condition, qpu::AbsoluteOption,
                                        Where where) {
  const std::uint32_t bytes = checked_offset(static_cast<std::int64_t>(address), true, where);
  return append_branch(
      {.condition = condition, .target = isa::BranchTarget::absolute, .offset = bytes}, where);
}

constexpr qpu::BranchChain Assembler::b(qpu::Register target, Condition condition, Where where) {
  return append_branch(
      {.condition = condition, .target = isa::BranchTarget::reg, .reg = target.address()}, where);
}

constexpr qpu::BranchChain Assembler::b(qpu::detail::LinkFunction, Condition condition,
                                        Where where) {
  return append_branch({.condition = condition, .target = isa::BranchTarget::link}, where);
}

// ---- labels ----

constexpr void Assembler::check_name(std::string_view name, const Where& where) const {
  // A dot would reach into another namespace.
  if (name.empty() || name.find('.') != name.npos)
    qpu::detail::label_name_is_not_valid(name, where);
}

constexpr void Assembler::check_owner(Label label, const Where& where) const {
  if (label.owner_ != this || label.id_ >= labels_.size())
    qpu::detail::label_of_another_assembler(where);
}

constexpr Label Assembler::R(std::string_view name, Where where) {
  check_name(name, where);
  return {this, labels_.find_or_make(prefix(), name)};
}

constexpr Label Assembler::L(Label label, Where where) {
  check_owner(label, where);
  auto& entry = labels_[label.id_];
  if (entry.position != labels_.undefined)
    qpu::detail::label_defined_twice(labels_.name(label.id_), entry.where, where);
  entry.position = static_cast<std::uint32_t>(position());
  entry.where = where;
  ++serial_;  // the next instruction may be a branch target, the last one is complete
  return label;
}

constexpr Label Assembler::L(std::string_view name, Where where) {
  return L(R(name, where), where);
}

constexpr Label Assembler::fresh_label(std::string_view stem) {
  std::vector<char> name;
  do {
    name.assign(stem.begin(), stem.end());
    const std::uint32_t number = fresh_labels_++;
    std::uint32_t scale = 1;
    while (number / scale >= 10) scale *= 10;
    for (; scale != 0; scale /= 10) name.push_back(static_cast<char>('0' + number / scale % 10));
  } while (labels_.contains(prefix(), {name.data(), name.size()}));
  return R({name.data(), name.size()});
}

constexpr Assembler::NameSpace Assembler::name_space(std::string_view name, Where where) {
  check_name(name, where);
  const std::size_t outer_size = prefix_.size();
  prefix_.insert(prefix_.end(), name.begin(), name.end());
  prefix_.push_back('.');
  return {*this, outer_size};
}

constexpr Assembler::Loop Assembler::loop(Where where) {
  return {*this, L(fresh_label("__generated_loop_label_"), where)};
}

template <std::invocable<Assembler::Loop&> Body>
constexpr void Assembler::loop(Body&& body, Where where) {
  Loop l = loop(where);
  std::forward<Body>(body)(l);
}

// ---- other words, results ----

constexpr void Assembler::end_program(Where where) {
  constexpr std::uint64_t thrsw_word = [] {
    isa::AluInstruction instruction;
    instruction.signals = {isa::Signal::thrsw};
    return isa::encode(instruction).word;
  }();
  for (const std::uint64_t word : {thrsw_word, thrsw_word, isa::nop_word, isa::nop_word, thrsw_word,
                                   isa::nop_word, isa::nop_word})
    append(word, where);
}

constexpr void Assembler::raw(std::uint64_t word, Where where) { append(word, where); }

constexpr void Assembler::align(std::size_t count, Where where) {
  if (count == 0) qpu::detail::alignment_out_of_range(0, where);
  while (position() % count != 0) append(isa::nop_word, where);
}

constexpr void Assembler::resolve_references() {
  encode_pending();
  for (const Reference& r : references_) {
    const auto& label = labels_[r.label];
    if (label.position == labels_.undefined)
      qpu::detail::label_not_defined(labels_.name(r.label), origins_[r.word]);
    // Relative to the instruction after the three delay slots. The arithmetic wraps as the
    // hardware's does.
    const std::uint32_t offset =
        r.absolute ? options_.base_address + label.position * std::uint32_t{bytes_per_word}
                   : (label.position - r.word - 4) * std::uint32_t{bytes_per_word};
    words_[r.word] = qpu::detail::with_branch_offset(words_[r.word], offset);
  }
}

constexpr std::vector<std::uint64_t> Assembler::finish_words() {
  resolve_references();
  references_.clear();
  origins_.clear();
  labels_ = {};
  return std::exchange(words_, {});
}

namespace qpu {

// ---- chains ----

template <detail::HalfFacts add>
template <class Half>
constexpr auto Chain<add>::mul_half(isa::MulOp op, const detail::HalfValues& values,
                                    const detail::ModifierValues& modifiers,
                                    const std::source_location& where) const ->
    typename detail::InstructionModifiers<add, Half::facts>::Complete {
  assembler_->complete(serial_, op, values, modifiers, where);
}

template <class Change>
constexpr BranchChain BranchChain::change(const Where& where, Change change) const {
  if (serial_ != assembler_->serial_) detail::chain_is_stale(where);
  change(assembler_->last_branch_);
  assembler_->words_.back() = assembler_->encode_branch(where);
  return {*assembler_, ++assembler_->serial_};
}

constexpr BranchChain BranchChain::set_link(Where where) const {
  return change(where, [&](isa::BranchInstruction& b) {
    if (b.set_link) detail::branch_option_given_twice("set_link", where);
    b.set_link = true;
  });
}

constexpr BranchChain BranchChain::set_msf(isa::MsfIgnore msf, const Where& where) const {
  return change(where, [&](isa::BranchInstruction& b) {
    if (b.msf != isa::MsfIgnore::none) detail::branch_option_given_twice("p or q", where);
    b.msf = msf;
  });
}
constexpr BranchChain BranchChain::p(Where where) const {
  return set_msf(isa::MsfIgnore::p, where);
}
constexpr BranchChain BranchChain::q(Where where) const {
  return set_msf(isa::MsfIgnore::q, where);
}

constexpr BranchChain BranchChain::set_uniforms(isa::UniformTarget target,
                                                const Where& where) const {
  return change(where, [&](isa::BranchInstruction& b) {
    if (b.uniforms != isa::UniformTarget::unchanged)
      detail::branch_option_given_twice("unif_addr", where);
    b.uniforms = target;
  });
}
constexpr BranchChain BranchChain::unif_addr(Where where) const {
  return set_uniforms(isa::UniformTarget::relative, where);
}
constexpr BranchChain BranchChain::unif_addr(AbsoluteOption, Where where) const {
  return set_uniforms(isa::UniformTarget::absolute, where);
}
constexpr BranchChain BranchChain::unif_addr(detail::LinkFunction, Where where) const {
  return set_uniforms(isa::UniformTarget::link, where);
}
constexpr BranchChain BranchChain::unif_addr(Register address, Where where) const {
  return change(where, [&](isa::BranchInstruction& b) {
    if (b.uniforms != isa::UniformTarget::unchanged)
      detail::branch_option_given_twice("unif_addr", where);
    if (b.target == isa::BranchTarget::reg && b.reg != address.address())
      detail::branch_registers_differ(b.reg, address.address(), where);
    b.uniforms = isa::UniformTarget::reg;
    b.reg = address.address();
  });
}

}  // namespace qpu
}  // namespace vc7
