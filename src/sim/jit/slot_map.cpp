// SPDX-License-Identifier: MIT
#include "slot_map.hpp"

#include <algorithm>
#include <numeric>

namespace vc7::sim::jit {

static constexpr unsigned buffers = work_sites;

void SlotMap::assign(const Unit& unit) {
  places_ = {};
  may_be_raw_ = unit.floats;
  flags_home_ = -1;
  constexpr unsigned flags = slots;  // as a number among those of slots
  const auto uses = [&](unsigned n) {
    if (n != flags) return unit.uses[n];
    return unit.loop && vectors_->can_keep_flags() ? unit.flag_uses : 0;
  };
  std::array<unsigned, slots + 1> order;
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](unsigned a, unsigned b) { return uses(a) > uses(b); });
  const auto homes = std::min<std::size_t>(vectors_->homes(), order.size());
  for (unsigned home = 0; home < homes && uses(order[home]) != 0; ++home)
    (order[home] == flags ? flags_home_ : places_[order[home]].home) = static_cast<int>(home);
}

void SlotMap::forget() {
  lose_scratch();
  for (Place& place : places_) place = {.home = place.home};
}

void SlotMap::canonical_state(const Unit& unit) {
  lose_scratch();
  for (unsigned slot = 0; slot < slots; ++slot) {
    const bool resident = places_[slot].home >= 0 && slot < interp::slot_temp;
    places_[slot] = {.home = places_[slot].home,
                     .valid = resident,
                     .stale = resident && unit.written[slot],
                     .raw = slot < interp::slot_temp && unit.floats[slot]};
  }
}

Memory SlotMap::word(const Lazy& lazy) {
  return work_field(lazy.buffer).plus(4 * std::size_t{lazy.lane});
}

void SlotMap::load_home(unsigned slot) {
  Place& place = places_[slot];
  vectors_->load(static_cast<unsigned>(place.home), Source::memory(slot_field(slot)));
  place.valid = true;
}

/// From lazy to home or, without one, to State::slot.
void SlotMap::settle(unsigned slot) {
  Place& place = places_[slot];
  if (place.lazy.kind == Lazy::Kind::none) return;
  const Lazy lazy = place.lazy;
  const unsigned to = target(slot);
  if (lazy.kind == Lazy::Kind::broadcast)
    vectors_->load(to, Source::broadcast(word(lazy)));
  else
    vectors_->rotate(to, Source::memory(work_field(lazy.buffer)), lazy.lane);
  written(slot, false);
}

Source SlotMap::source(unsigned slot, bool bits) {
  if (slot >= slots) return Source::memory(slot_field(slot));
  Place& place = places_[slot];
  if (place.lazy.kind == Lazy::Kind::rotated) settle(slot);
  if (place.lazy.kind == Lazy::Kind::broadcast) return Source::broadcast(word(place.lazy));
  if (place.home < 0) {
    if (place.raw && bits) {
      vectors_->canonical_in_memory(slot_field(slot));
      place.raw = false;
      if (static_cast<int>(slot) == in_scratch_) lose_scratch();  // it still has the other bits
    }
    return Source::memory(slot_field(slot));
  }
  if (!place.valid) load_home(slot);
  if (place.raw && bits) {
    vectors_->canonical(static_cast<unsigned>(place.home));
    place.raw = false;
  }
  return Source::of(static_cast<unsigned>(place.home));
}

Source SlotMap::recent_source(unsigned slot, bool bits) {
  if (static_cast<int>(slot) != in_scratch_ || (places_[slot].raw && bits))
    return source(slot, bits);
  return Source::of(vectors_->scratch());
}

unsigned SlotMap::target(unsigned slot) {
  if (places_[slot].home >= 0) return static_cast<unsigned>(places_[slot].home);
  lose_scratch();
  return vectors_->scratch();
}

void SlotMap::written(unsigned slot, bool raw) {
  Place& place = places_[slot];
  if (place.home >= 0) {
    place = {.home = place.home, .valid = true, .stale = true, .raw = raw};
    return;
  }
  const bool stays_raw = raw && may_be_raw_[slot];
  if (raw && !stays_raw) vectors_->canonical(vectors_->scratch());
  vectors_->store(slot_field(slot), vectors_->scratch());
  place = {.raw = stays_raw};
  in_scratch_ = static_cast<int>(slot);
}

void SlotMap::set_lazy(unsigned slot, Lazy lazy) {
  if (static_cast<int>(slot) == in_scratch_) lose_scratch();
  places_[slot] = {.home = places_[slot].home, .stale = true, .lazy = lazy};
}

void SlotMap::drop(unsigned slot) { places_[slot] = {.home = places_[slot].home}; }

bool SlotMap::in_use(unsigned buffer) const {
  return std::any_of(places_.begin(), places_.end(), [&](const Place& place) {
    return place.lazy.kind != Lazy::Kind::none && place.lazy.buffer == buffer;
  });
}

std::optional<std::uint8_t> SlotMap::spread(unsigned slot) {
  for (unsigned number = 0; number < buffers; ++number) {
    if (in_use(number)) continue;
    const Source from = source(slot);
    unsigned v = from.vector;
    if (from.kind != Source::Kind::vector) vectors_->load(v = vectors_->scratch(), from);
    vectors_->store(work_field(number), v);
    return static_cast<std::uint8_t>(number);
  }
  return std::nullopt;
}

void SlotMap::write_back() {
  for (unsigned slot = 0; slot < slots; ++slot) {
    Place& place = places_[slot];
    if (place.home < 0) source(slot);
    if (!place.stale) continue;
    settle(slot);
    if (place.home < 0) continue;
    const Source value = source(slot);
    vectors_->store(slot_field(slot), value.vector);
    place.stale = false;
  }
}

void SlotMap::check_canonical(const Unit& unit, const asmjit::Label& bad) {
  for (unsigned slot = 0; slot < interp::slot_temp; ++slot) {
    if (!unit.floats[slot]) continue;
    unsigned v = vectors_->scratch();
    if (places_[slot].valid)
      v = static_cast<unsigned>(places_[slot].home);
    else
      vectors_->load(v, Source::memory(slot_field(slot)));
    vectors_->check_canonical(v, bad);
  }
}

void SlotMap::make_canonical(const Unit& unit) {
  for (unsigned slot = 0; slot < interp::slot_temp; ++slot) {
    settle(slot);
    if (places_[slot].home >= 0) source(slot, !unit.floats[slot]);
  }
}

void SlotMap::save() {
  for (unsigned slot = 0; slot < slots; ++slot) {
    const Place& place = places_[slot];
    if (place.valid && place.stale) vectors_->store(slot_field(slot), source(slot).vector);
  }
}

void SlotMap::restore() {
  for (unsigned slot = 0; slot < slots; ++slot)
    if (places_[slot].valid) load_home(slot);
}

}  // namespace vc7::sim::jit
