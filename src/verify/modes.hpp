// SPDX-License-Identifier: MIT
//
// Delay slots and thread switches as a small automaton, exact along every path. A mode says what
// lies right before an instruction; a set of modes is a word.
#pragma once

#include <bit>
#include <cstdint>

namespace vc7::verify {

/// What thread switches left before the instruction.
enum class After : std::uint8_t {
  nothing,
  one,   ///< the previous instruction has a thrsw: this is slot 1
  two,   ///< the one before it: this is slot 2, then the switch happens
  pair,  ///< the two before it, an announcement: this is slot 2 of the first
};

struct Mode {
  unsigned slot;   ///< of a branch: 1 to 3; 0: none
  bool announced;  ///< the last thread switch
  After after;
};
using ModeSet = std::uint32_t;

constexpr unsigned number(Mode m) {
  return m.slot * 8 + (m.announced ? 4u : 0u) + static_cast<unsigned>(m.after);
}
constexpr Mode mode(unsigned number) {
  return {number / 8, (number & 4) != 0, static_cast<After>(number & 3)};
}
constexpr ModeSet bit(Mode m) { return ModeSet{1} << number(m); }

/// Calls `use` with each mode. Most sets hold one.
template <class Use>
constexpr void for_each(ModeSet set, Use use) {
  for (ModeSet rest = set; rest != 0; rest &= rest - 1)
    use(mode(static_cast<unsigned>(std::countr_zero(rest))));
}

/// Those that fulfil a condition.
template <class Test>
constexpr ModeSet select(ModeSet set, Test test) {
  ModeSet result = 0;
  for_each(set, [&](Mode m) {
    if (test(m)) result |= bit(m);
  });
  return result;
}

/// True if slot 2 of a switch is this instruction.
constexpr bool completes(Mode m) { return m.after == After::two || m.after == After::pair; }
/// True if the thread ends with this instruction.
constexpr bool ends(Mode m, bool single_segment) {
  return completes(m) && (single_segment || (m.announced && m.after == After::two));
}
/// True if the previous or the one before it is the thrsw of the thread end.
constexpr bool in_end_slots(Mode m, bool single_segment) {
  return m.after != After::nothing && (single_segment || (m.announced && m.after != After::pair));
}
/// True if a thrsw here is the thread end.
constexpr bool begins_end(Mode m, bool single_segment) {
  return m.after == After::nothing && (single_segment || m.announced);
}

}  // namespace vc7::verify
