// SPDX-License-Identifier: MIT
//
// One method per operation, made from isa/ops.def: the columns dest, n, kind_a, kind_b, form and
// pack give the parameters.
//
//   a.add(dst, src, src, modifiers...)    a.tidx(dst, modifiers...)    a.nop(modifiers...)
//
// Up to four modifiers: one condition or flag operation, and signals.
#pragma once

#include <source_location>

#include <vc7/asm/modifiers.hpp>
#include <vc7/isa/op.hpp>

namespace vc7::qpu {

namespace detail {

/// One half of an instruction as the methods pass it on.
struct HalfValues {
  isa::WriteAddress dst;
  isa::Pack pack = isa::Pack::none;
  isa::Source a, b;
};

/// The values of the modifiers of one half.
struct ModifierValues {
  isa::FlagUse flags;
  std::uint16_t signals = 0;
  isa::WriteAddress load_destination;
};

template <class Half, Modifier... M>
constexpr ModifierValues modifier_values(const M&... modifiers) {
  return {Half::flags, Half::signals, load_destination(modifiers...)};
}

}  // namespace detail

// Every line of these macros is a line of C++.
// clang-format off

// The end of every template parameter list and parameter list, and the body.
#define VC7_ASM_TYPES                                                                             \
  class M1 = NoModifier, class M2 = NoModifier, class M3 = NoModifier, class M4 = NoModifier
#define VC7_ASM_REQUIRES requires(Modifier<M1> && Modifier<M2> && Modifier<M3> && Modifier<M4>)
#define VC7_ASM_MODIFIERS                                                                         \
  M1 m1 = {}, M2 m2 = {}, M3 m3 = {}, M4 m4 = {},                                                 \
  std::source_location where = std::source_location::current()
#define VC7_ASM_BODY(op, ...)                                                                     \
  {                                                                                               \
    using Half = detail::HalfModifiers<M1, M2, M3, M4>;                                           \
    return VC7_ASM_EMIT<Half>(VC7_ASM_UNIT::op, {__VA_ARGS__},                                    \
                              detail::modifier_values<Half>(m1, m2, m3, m4), where);              \
  }
#define VC7_ASM_DST(form, pack) detail::DestinationOf<isa::Form::form, isa::Packing::pack>
#define VC7_ASM_SRC(kind) SourceOperand<isa::SourceKind::kind>

// One macro per shape: dest, number of sources.
#define VC7_ASM_result_0(name, op, form, ka, kb, pack_)                                           \
  template <VC7_ASM_TYPES> VC7_ASM_REQUIRES                                                       \
  constexpr auto name(VC7_ASM_DST(form, pack_) d, VC7_ASM_MODIFIERS)                              \
      VC7_ASM_BODY(op, .dst = d.address(), .pack = d.pack(), .a = {}, .b = {})
#define VC7_ASM_result_1(name, op, form, ka, kb, pack_)                                           \
  template <VC7_ASM_TYPES> VC7_ASM_REQUIRES                                                       \
  constexpr auto name(VC7_ASM_DST(form, pack_) d, VC7_ASM_SRC(ka) s, VC7_ASM_MODIFIERS)           \
      VC7_ASM_BODY(op, .dst = d.address(), .pack = d.pack(), .a = s.value(), .b = {})
#define VC7_ASM_result_2(name, op, form, ka, kb, pack_)                                           \
  template <VC7_ASM_TYPES> VC7_ASM_REQUIRES                                                       \
  constexpr auto name(VC7_ASM_DST(form, pack_) d, VC7_ASM_SRC(ka) s, VC7_ASM_SRC(kb) t,           \
                      VC7_ASM_MODIFIERS)                                                          \
      VC7_ASM_BODY(op, .dst = d.address(), .pack = d.pack(), .a = s.value(), .b = t.value())
#define VC7_ASM_none_0(name, op, form, ka, kb, pack_)                                             \
  template <VC7_ASM_TYPES> VC7_ASM_REQUIRES                                                       \
  constexpr auto name(VC7_ASM_MODIFIERS)                                                          \
      VC7_ASM_BODY(op, .dst = {}, .pack = isa::Pack::none, .a = {}, .b = {})
#define VC7_ASM_none_1(name, op, form, ka, kb, pack_)                                             \
  template <VC7_ASM_TYPES> VC7_ASM_REQUIRES                                                       \
  constexpr auto name(VC7_ASM_SRC(ka) s, VC7_ASM_MODIFIERS)                                       \
      VC7_ASM_BODY(op, .dst = {}, .pack = isa::Pack::none, .a = s.value(), .b = {})
#define VC7_ASM_none_2(name, op, form, ka, kb, pack_)                                             \
  template <VC7_ASM_TYPES> VC7_ASM_REQUIRES                                                       \
  constexpr auto name(VC7_ASM_SRC(ka) s, VC7_ASM_SRC(kb) t, VC7_ASM_MODIFIERS)                    \
      VC7_ASM_BODY(op, .dst = {}, .pack = isa::Pack::none, .a = s.value(), .b = t.value())
// The destination of a side operation is null unless given.
#define VC7_ASM_side_0(name, op, form, ka, kb, pack_)                                             \
  VC7_ASM_none_0(name, op, form, ka, kb, pack_)                                                   \
  VC7_ASM_result_0(name, op, form, ka, kb, pack_)
#define VC7_ASM_side_1(name, op, form, ka, kb, pack_)                                             \
  VC7_ASM_none_1(name, op, form, ka, kb, pack_)                                                   \
  VC7_ASM_result_1(name, op, form, ka, kb, pack_)
// clang-format on

/// The operations of the mul ALU. Host has mul_half().
template <class Host>
class MulMethods {
 public:
#define VC7_ASM_EMIT static_cast<Host&>(*this).template mul_half
#define VC7_ASM_UNIT isa::MulOp
#define VC7_MUL_OP(id, mnemonic, form, opcode, sub, dest, n, ka, kb, pack, ...) \
  VC7_ASM_##dest##_##n(id, id, form, ka, kb, pack)
#include <vc7/isa/ops.def>
#undef VC7_ASM_EMIT
#undef VC7_ASM_UNIT
};

/// The operations of the add ALU, and of the mul ALU those that the add ALU does not have: add,
/// sub, mov, fmov and nop hide the methods of the base. Host has add_half() and mul_half().
template <class Host>
class AddMethods : public MulMethods<Host> {
 public:
#define VC7_ASM_EMIT static_cast<Host&>(*this).template add_half
#define VC7_ASM_UNIT isa::AddOp
#define VC7_ADD_OP(id, mnemonic, form, opcode, sub, dest, n, ka, kb, pack, ...) \
  VC7_ASM_##dest##_##n(id, id, form, ka, kb, pack)
#include <vc7/isa/ops.def>
  // Names of py-videocore7.
  // clang-format off
  VC7_ASM_result_2(imin, min, plain, raw, raw, whole)
  VC7_ASM_result_2(imax, max, plain, raw, raw, whole)
  VC7_ASM_result_2(rotate, rot, plain, raw, raw, whole)
  VC7_ASM_result_2(quad_rotate, rotq, plain, raw, raw, whole)
  // clang-format on
#undef VC7_ASM_EMIT
#undef VC7_ASM_UNIT
};

#undef VC7_ASM_TYPES
#undef VC7_ASM_REQUIRES
#undef VC7_ASM_MODIFIERS
#undef VC7_ASM_BODY
#undef VC7_ASM_DST
#undef VC7_ASM_SRC
#undef VC7_ASM_result_0
#undef VC7_ASM_result_1
#undef VC7_ASM_result_2
#undef VC7_ASM_none_0
#undef VC7_ASM_none_1
#undef VC7_ASM_none_2
#undef VC7_ASM_side_0
#undef VC7_ASM_side_1

}  // namespace vc7::qpu
