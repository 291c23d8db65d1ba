// SPDX-License-Identifier: MIT
//
// What can follow the operands of an operation: a condition or flag operation and signals. Each is
// a type of its own, so that the compiler refuses combinations without an encoding (v3d71 §3,
// §4.1).
#pragma once

#include <cstdint>

#include <vc7/asm/operands.hpp>
#include <vc7/isa/condition.hpp>
#include <vc7/isa/signal.hpp>

namespace vc7::qpu {

struct NoModifier {};

template <isa::Condition C>
struct ConditionModifier {};

template <isa::FlagOp F>
struct FlagModifier {};

template <isa::Signal S>
struct SignalModifier {};

/// A signal that writes what it fetched to a destination.
template <isa::Signal S>
struct LoadModifier {
  isa::WriteAddress destination;
};

/// A load signal before it has its destination. Not a modifier.
template <isa::Signal S>
struct LoadName {
  constexpr LoadModifier<S> operator()(Destination destination) const {
    return {destination.address()};
  }
};

namespace detail {

/// What the type of a modifier says.
struct ModifierFacts {
  isa::FlagUse flags;
  std::uint16_t signals = 0;
};
template <class M>
inline constexpr int facts_of = 0;  // not a modifier
template <>
inline constexpr ModifierFacts facts_of<NoModifier>{};
template <isa::Condition C>
inline constexpr ModifierFacts facts_of<ConditionModifier<C>>{.flags = {.condition = C},
                                                              .signals = 0};
template <isa::FlagOp F>
inline constexpr ModifierFacts facts_of<FlagModifier<F>>{.flags = {.op = F}, .signals = 0};
template <isa::Signal S>
inline constexpr ModifierFacts facts_of<SignalModifier<S>>{.flags = {},
                                                           .signals = isa::Signals{S}.bits()};
template <isa::Signal S>
inline constexpr ModifierFacts facts_of<LoadModifier<S>>{.flags = {},
                                                         .signals = isa::Signals{S}.bits()};

}  // namespace detail

/// What an operation takes after its operands.
template <class M>
concept Modifier = std::same_as<decltype(detail::facts_of<M>), const detail::ModifierFacts>;

inline constexpr ConditionModifier<isa::Condition::ifa> ifa{};
inline constexpr ConditionModifier<isa::Condition::ifb> ifb{};
inline constexpr ConditionModifier<isa::Condition::ifna> ifna{};
inline constexpr ConditionModifier<isa::Condition::ifnb> ifnb{};

inline constexpr FlagModifier<isa::FlagOp::pushz> pushz{};
inline constexpr FlagModifier<isa::FlagOp::pushn> pushn{};
inline constexpr FlagModifier<isa::FlagOp::pushc> pushc{};
inline constexpr FlagModifier<isa::FlagOp::andz> andz{};
inline constexpr FlagModifier<isa::FlagOp::andnz> andnz{};
inline constexpr FlagModifier<isa::FlagOp::nornz> nornz{};
inline constexpr FlagModifier<isa::FlagOp::norz> norz{};
inline constexpr FlagModifier<isa::FlagOp::andn> andn{};
inline constexpr FlagModifier<isa::FlagOp::andnn> andnn{};
inline constexpr FlagModifier<isa::FlagOp::nornn> nornn{};
inline constexpr FlagModifier<isa::FlagOp::norn> norn{};
inline constexpr FlagModifier<isa::FlagOp::andc> andc{};
inline constexpr FlagModifier<isa::FlagOp::andnc> andnc{};
inline constexpr FlagModifier<isa::FlagOp::nornc> nornc{};
inline constexpr FlagModifier<isa::FlagOp::norc> norc{};

inline constexpr SignalModifier<isa::Signal::thrsw> thrsw{};
inline constexpr SignalModifier<isa::Signal::ldunif> ldunif{};
inline constexpr SignalModifier<isa::Signal::ldunifa> ldunifa{};
inline constexpr SignalModifier<isa::Signal::wrtmuc> wrtmuc{};
inline constexpr SignalModifier<isa::Signal::ucb> ucb{};
inline constexpr LoadName<isa::Signal::ldvary> ldvary{};
inline constexpr LoadName<isa::Signal::ldtmu> ldtmu{};
inline constexpr LoadName<isa::Signal::ldtlb> ldtlb{};
inline constexpr LoadName<isa::Signal::ldtlbu> ldtlbu{};
inline constexpr LoadName<isa::Signal::ldunifrf> ldunifrf{};
inline constexpr LoadName<isa::Signal::ldunifarf> ldunifarf{};

// When a branch is taken (v3d71 §1.3). Values, not types: every one goes with every branch.
inline constexpr isa::BranchCondition always = isa::BranchCondition::always;
inline constexpr isa::BranchCondition a0 = isa::BranchCondition::a0;
inline constexpr isa::BranchCondition na0 = isa::BranchCondition::na0;
inline constexpr isa::BranchCondition alla = isa::BranchCondition::alla;
inline constexpr isa::BranchCondition anyna = isa::BranchCondition::anyna;
inline constexpr isa::BranchCondition anya = isa::BranchCondition::anya;
inline constexpr isa::BranchCondition allna = isa::BranchCondition::allna;

/// Option of branches: the target, or the uniform address, is absolute.
struct AbsoluteOption {};
inline constexpr AbsoluteOption absolute{};

namespace detail {

/// What of the flags matters for the other half.
enum class FlagClass : std::uint8_t { none, condition, push, update };

/// What the types of the modifiers of one half say together. Part of the type of a chain.
struct HalfFacts {
  std::uint16_t signals = 0;
  FlagClass flags = FlagClass::none;
};

constexpr bool loads(std::uint16_t signals) {
  return isa::Signals::from_bits(signals).has_destination();
}

constexpr unsigned load_count(std::uint16_t signals) {
  unsigned count = 0;
  for (unsigned i = 0; i < isa::signal_count; ++i) {
    const auto s = static_cast<isa::Signal>(i);
    count += isa::Signals::from_bits(signals).has(s) && isa::has_destination(s);
  }
  return count;
}

constexpr isa::FlagUse sample(FlagClass flags) {
  switch (flags) {
    case FlagClass::condition: return {.condition = isa::Condition::ifa};
    case FlagClass::push: return {.op = isa::FlagOp::pushz};
    case FlagClass::update: return {.op = isa::FlagOp::andz};
    case FlagClass::none: break;
  }
  return {};
}

/// The modifiers of both halves of an instruction; instantiating it checks them. Named in
/// signatures, so that the check happens where the call is.
template <HalfFacts add, HalfFacts mul>
struct InstructionModifiers {
  static constexpr std::uint16_t signals = add.signals | mul.signals;
  static constexpr bool has_flags = add.flags != FlagClass::none || mul.flags != FlagClass::none;
  static constexpr bool repeated = (add.signals & mul.signals) != 0;
  static constexpr bool one_load = load_count(signals) <= 1;

  static_assert(!repeated, "the same signal in both halves of an instruction");
  static_assert(one_load, "two load signals: an instruction has one signal destination (v3d71 §3)");
  static_assert(!one_load || isa::signal_index(isa::Signals::from_bits(signals)).has_value(),
                "these signals cannot be combined (v3d71 §3)");
  static_assert(
      !(has_flags && loads(signals)),
      "a condition or flag operation cannot go with a load signal: they share a field (v3d71 §3)");
  static_assert(
      isa::encode_flags({sample(add.flags), sample(mul.flags)}).has_value(),
      "the conditions and flag operations of the two halves cannot be combined (v3d71 §4.1)");

  using Complete = void;  ///< what the mul half returns: nothing can follow
};

/// The modifiers of one half; instantiating it checks them.
template <Modifier... M>
struct HalfModifiers {
  static constexpr unsigned flag_count = (0u + ... + !(facts_of<M>.flags == isa::FlagUse{}));
  static constexpr isa::FlagUse flags = [] {
    isa::FlagUse use;
    ((facts_of<M>.flags == isa::FlagUse{} ? void() : void(use = facts_of<M>.flags)), ...);
    return use;
  }();
  static constexpr std::uint16_t signals =
      static_cast<std::uint16_t>((0u | ... | facts_of<M>.signals));
  static constexpr bool repeated = (0u + ... + facts_of<M>.signals) != signals;

  static_assert(flag_count <= 1, "two conditions or flag operations in one half (v3d71 §4.1)");
  static_assert(!repeated, "the same signal twice in one half of an instruction");

  static constexpr HalfFacts facts{.signals = signals,
                                   .flags = flags.condition != isa::Condition::always
                                                ? FlagClass::condition
                                            : isa::is_push(flags.op)   ? FlagClass::push
                                            : isa::is_update(flags.op) ? FlagClass::update
                                                                       : FlagClass::none};
};

template <class M>
constexpr void take_destination(isa::WriteAddress&, const M&) {}
template <isa::Signal S>
constexpr void take_destination(isa::WriteAddress& destination, const LoadModifier<S>& load) {
  destination = load.destination;
}

/// The destination of the load signal among the modifiers.
template <Modifier... M>
constexpr isa::WriteAddress load_destination(const M&... modifiers) {
  isa::WriteAddress destination;
  (take_destination(destination, modifiers), ...);
  return destination;
}

}  // namespace detail
}  // namespace vc7::qpu
