// SPDX-License-Identifier: MIT
//
// Any operation of the table through the methods of the Assembler, chosen at run time.
#pragma once

#include <optional>

#include <vc7/asm.hpp>

#include "context.hpp"

namespace vc7::selftest {

/// A source: a register with an unpack, or a small immediate.
struct Source {
  qpu::Register reg = qpu::rf0;
  isa::Unpack unpack = isa::Unpack::none;
  std::optional<qpu::Immediate> immediate{};
};

struct Operands {
  qpu::Register dst = qpu::rf0;
  isa::Pack pack = isa::Pack::none;
  Source a{}, b{};
};

/// What an add half returns if it has no modifiers, or one that only says something about flags.
template <class Modifier>
using ChainOf = decltype(std::declval<Assembler&>().nop(std::declval<Modifier>()));

/// An add operation; `modifier` is ifa, a push, or NoModifier.
template <class Modifier>
ChainOf<Modifier> emit(Assembler& a, isa::AddOp op, const Operands& operands, Modifier modifier);
/// A mul operation as the second half of an instruction.
template <class Modifier, class Chain>
void emit(Chain chain, isa::MulOp op, const Operands& operands, Modifier modifier);

/// Operations that exist in a compute shader and whose meaning is known.
bool in_compute(const isa::OpInfo& op);

/// The 48 small immediates (v3d71 §5).
qpu::Immediate immediate(unsigned index);
Word immediate_value(unsigned index);

}  // namespace vc7::selftest
