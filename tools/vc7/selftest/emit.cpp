// SPDX-License-Identifier: MIT
#include "emit.hpp"

#include <array>
#include <type_traits>

#include <vc7/base/error.hpp>

namespace vc7::selftest {
namespace {

template <isa::SourceKind kind, isa::Unpack unpack>
void take(std::optional<qpu::SourceOperand<kind>>& result, const Source& source) {
  if constexpr (isa::may_assemble(kind, unpack))
    if (source.unpack == unpack)
      result.emplace(qpu::UnpackedRegister<unpack>{source.reg.address()});
}

/// Unpacks are types, so every one of them is offered to the compiler.
template <isa::SourceKind kind>
qpu::SourceOperand<kind> source(const Source& s) {
  if (s.immediate) return *s.immediate;
  std::optional<qpu::SourceOperand<kind>> result;
  const auto all = [&]<std::size_t... u>(std::index_sequence<u...>) {
    (take<kind, static_cast<isa::Unpack>(u)>(result, s), ...);
  };
  all(std::make_index_sequence<isa::unpack_names.size()>{});
  if (!result) throw Error("selftest: an operation has no such unpack");
  return *result;
}

template <class Destination>
Destination destination(const Operands& o) {
  if constexpr (std::is_constructible_v<Destination, qpu::PackedDestination>)
    if (o.pack == isa::Pack::l) return o.dst.pack(qpu::l);
  if constexpr (std::is_constructible_v<Destination, qpu::PackedDestination>)
    if (o.pack == isa::Pack::h) return o.dst.pack(qpu::h);
  return o.dst;
}

}  // namespace

// clang-format off
#define VC7_DST(form, pack) \
  destination<qpu::detail::DestinationOf<isa::Form::form, isa::Packing::pack>>(o)
#define VC7_A(ka) source<isa::SourceKind::ka>(o.a)
#define VC7_B(kb) source<isa::SourceKind::kb>(o.b)
#define VC7_EMIT_result_0(id, form, ka, kb, pack) id(VC7_DST(form, pack), modifier)
#define VC7_EMIT_result_1(id, form, ka, kb, pack) id(VC7_DST(form, pack), VC7_A(ka), modifier)
#define VC7_EMIT_result_2(id, form, ka, kb, pack) id(VC7_DST(form, pack), VC7_A(ka), VC7_B(kb), modifier)
#define VC7_EMIT_side_0(id, form, ka, kb, pack) id(modifier)
#define VC7_EMIT_side_1(id, form, ka, kb, pack) id(VC7_A(ka), modifier)
#define VC7_EMIT_none_0(id, form, ka, kb, pack) id(modifier)
#define VC7_EMIT_none_2(id, form, ka, kb, pack) id(VC7_A(ka), VC7_B(kb), modifier)
// clang-format on

template <class Modifier>
ChainOf<Modifier> emit(Assembler& a, isa::AddOp op, const Operands& o, Modifier modifier) {
  switch (op) {
#define VC7_ADD_OP(id, mnemonic, form, opcode, sub, dest, n, ka, kb, pack, ...) \
  case isa::AddOp::id:                                                          \
    return a.VC7_EMIT_##dest##_##n(id, form, ka, kb, pack);
#include <vc7/isa/ops.def>
  }
  return a.nop(modifier);
}

template <class Modifier, class Chain>
void emit(Chain chain, isa::MulOp op, const Operands& o, Modifier modifier) {
  switch (op) {
#define VC7_MUL_OP(id, mnemonic, form, opcode, sub, dest, n, ka, kb, pack, ...) \
  case isa::MulOp::id:                                                          \
    return chain.VC7_EMIT_##dest##_##n(id, form, ka, kb, pack);
#include <vc7/isa/ops.def>
  }
}

#define VC7_INSTANTIATE(Modifier)                                                     \
  template ChainOf<Modifier> emit(Assembler&, isa::AddOp, const Operands&, Modifier); \
  template void emit(ChainOf<qpu::NoModifier>, isa::MulOp, const Operands&, Modifier);
using PushZ = std::remove_const_t<decltype(qpu::pushz)>;
using PushN = std::remove_const_t<decltype(qpu::pushn)>;
using PushC = std::remove_const_t<decltype(qpu::pushc)>;
using IfA = std::remove_const_t<decltype(qpu::ifa)>;
VC7_INSTANTIATE(qpu::NoModifier)
VC7_INSTANTIATE(PushZ)
VC7_INSTANTIATE(PushN)
VC7_INSTANTIATE(PushC)
VC7_INSTANTIATE(IfA)

bool in_compute(const isa::OpInfo& op) {
  // ftoc: nobody knows what it does (v3d71 §18 row 15).
  return op.effect != isa::Effect::vpm && op.effect != isa::Effect::graphics &&
         op.mnemonic != "ftoc";
}

Word immediate_value(unsigned index) {
  if (index < 16) return index;
  if (index < 32) return index - 32;
  return (index - 32 + 119) << 23;  // 2^-8 .. 2^7
}

qpu::Immediate immediate(unsigned index) { return qpu::imm(immediate_value(index)); }

}  // namespace vc7::selftest
