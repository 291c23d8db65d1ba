// SPDX-License-Identifier: MIT
//
// Where the value of each QPU register is at a point of compiled code. Known at compile time: code
// is straight between labels, and at the label of a loop everything is in its home.
#pragma once

#include <array>
#include <optional>

#include "units.hpp"
#include "vectors.hpp"

namespace vc7::sim::jit {

/// A value made of one of State::work, not yet in a register.
struct Lazy {
  enum class Kind : std::uint8_t { none, rotated, broadcast };
  Kind kind = Kind::none;
  std::uint8_t buffer = 0, lane = 0;  ///< which of State::work; the lane that comes first
};

struct Place {
  int home = -1;       ///< vector that may hold it
  bool valid = false;  ///< the home holds it
  bool stale = false;  ///< State::slot does not
  bool raw = false;    ///< it may hold NaNs that are not the canonical one
  Lazy lazy = {};      ///< if there: neither home nor State::slot hold it
};

class SlotMap {
 public:
  explicit SlotMap(Vectors& vectors) : vectors_{&vectors} {}

  /// Gives the homes to what is used most, slots and, in loops of hosts that can keep it there,
  /// flag A; nothing is in them yet.
  void assign(const Unit& unit);
  int flags_home() const { return flags_home_; }  ///< -1: none
  /// All values are in State::slot alone, as after a call of a handler.
  void forget();
  /// The state at the labels of a loop: all homes hold their slots.
  void canonical_state(const Unit& unit);

  /// An operand. `bits`: the exact bits matter, NaNs have to be canonical.
  Source source(unsigned slot, bool bits = true);
  /// The same; scratch if it still holds a value that was written there last.
  Source recent_source(unsigned slot, bool bits = true);
  /// Scratch was used for something else.
  void lose_scratch() { in_scratch_ = -1; }
  /// The vector to calculate a new value of a slot in: its home, or scratch.
  unsigned target(unsigned slot);
  /// After target() was written.
  void written(unsigned slot, bool raw);
  void set_lazy(unsigned slot, Lazy lazy);
  /// The value is not needed any more.
  void drop(unsigned slot);
  /// Puts the value of `slot` into a free buffer; nothing if none is free.
  std::optional<std::uint8_t> spread(unsigned slot);
  const Place& place(unsigned slot) const { return places_[slot]; }

  /// Code that brings everything to State::slot.
  void write_back();
  /// Code for the state of canonical_state.
  void make_canonical(const Unit& unit);
  /// Code that jumps away if homes hold what canonical_state says that they do not.
  void check_canonical(const Unit& unit, const asmjit::Label& bad);
  /// Code that saves the homes around a call that writes no slot, and loads them again.
  void save();
  void restore();

 private:
  static Memory word(const Lazy& lazy);
  void load_home(unsigned slot);
  void settle(unsigned slot);
  bool in_use(unsigned buffer) const;

  Vectors* vectors_;  // a pointer: maps are copied
  std::array<Place, slots> places_{};
  std::array<bool, slots> may_be_raw_{};  ///< in State::slot
  int flags_home_ = -1;
  int in_scratch_ = -1;  ///< the slot whose value is in scratch, too
};

}  // namespace vc7::sim::jit
