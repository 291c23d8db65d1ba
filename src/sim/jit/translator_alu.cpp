// SPDX-License-Identifier: MIT
//
// The operations of the ALUs.
#include <cstdint>
#include <optional>

#include <vc7/isa/immediate.hpp>
#include <vc7/isa/modifier.hpp>

#include "translator.hpp"

namespace vc7::sim::jit {

namespace {

bool shifts(Fast op) {
  return op == Fast::shl || op == Fast::shr || op == Fast::asr || op == Fast::ror;
}
bool is_immediate(unsigned slot) {
  return slot >= interp::slot_immediate && slot < interp::slot_lane;
}
unsigned immediate(unsigned slot) {
  return isa::small_immediate_value(slot - interp::slot_immediate);
}

}  // namespace

/// Writes a value to a slot; with a condition, if any lane passes.
void Translator::put(const MicroOp& op, unsigned slot, const Source& value, bool raw) {
  if (slot >= interp::slot_temp && !read_later(at_, slot)) return;
  const unsigned to = map_.target(slot);
  if (op.condition == 0) {
    vectors_.load(to, value);
  } else {
    // Not the scratch vector, which may hold the new value.
    const Source old = map_.source(slot);
    if (map_.place(slot).home >= 0) {
      vectors_.load(to, old);
      vectors_.blend(to, value, op.condition, true);
    } else {
      const Memory keep = work_field(work_keep);
      vectors_.load(vectors_.scratch(), value);
      vectors_.store(keep, vectors_.scratch());
      vectors_.load(to, old);
      vectors_.blend(to, Source::memory(keep), op.condition, true);
    }
  }
  map_.written(slot, raw);
}

/// A matrix product rotates a register by one again and again and broadcasts lane 0 each time. Its
/// lanes are brought to memory once; every broadcast is one word of it then, and the rotation is
/// not carried out before somebody wants all lanes.
void Translator::rep(const MicroOp& op) {
  if (op.condition == 0 && op.a < slots) {
    const Lazy from = map_.place(op.a).lazy;
    if (from.kind == Lazy::Kind::broadcast) return map_.set_lazy(0, from);
    std::optional<std::uint8_t> buffer;
    if (from.kind == Lazy::Kind::rotated) {
      buffer = from.buffer;
    } else if (at_ + 1 < block_->ops.size()) {
      const bool feeds = feeds_lanes(op, block_->ops[at_ + 1], actions_);
      if (feeds && (buffer = map_.spread(op.a)))
        map_.set_lazy(op.a, {Lazy::Kind::rotated, *buffer, 0});
    }
    if (buffer) {
      const std::uint8_t lane = map_.place(op.a).lazy.lane;
      return map_.set_lazy(0, {Lazy::Kind::broadcast, *buffer, lane});
    }
  }
  const Source from = map_.source(op.a);
  if (from.kind == Source::Kind::vector) {
    vectors_.broadcast_lane0(vectors_.scratch(), from.vector);
    return put(op, 0, Source::of(vectors_.scratch()), false);
  }
  put(op, 0, Source::broadcast(from.mem), false);
}

/// Rotations of what rep() brought to memory.
bool Translator::lazily(const MicroOp& op, const Meaning& meaning) {
  if (meaning.fast != Fast::rot || meaning.variant != Variant::plain || !is_immediate(op.b) ||
      op.a >= slots || op.dst >= interp::slot_temp)
    return false;
  Lazy value = map_.place(op.a).lazy;
  if (value.kind == Lazy::Kind::none) return false;
  if (value.kind == Lazy::Kind::rotated)
    value.lane = static_cast<std::uint8_t>((value.lane + immediate(op.b)) & 15);
  map_.set_lazy(op.dst, value);
  return true;
}

/// A half of each lane, which is how batches get their ids, is two shifts.
bool Translator::moves_half(const MicroOp& op, const Meaning& meaning) {
  using isa::Unpack;
  const auto unpack = static_cast<Unpack>(op.unpack_a);
  const bool low = unpack == Unpack::ul || unpack == Unpack::il,
             sign = unpack == Unpack::il || unpack == Unpack::ih;
  if (meaning.fast != Fast::mov || !(low || sign || unpack == Unpack::uh) || op.flag_op != 0 ||
      op.pack != 0 || op.write_condition != 0)
    return false;
  if (op.dst >= interp::slot_temp && !read_later(at_, op.dst)) return true;
  const unsigned to = map_.target(op.dst);
  Source from = map_.source(op.a);
  if (low) {
    vectors_.shift(Fast::shl, to, from, 16);
    from = Source::of(to);
  }
  vectors_.shift(sign ? Fast::asr : Fast::shr, to, from, 16);
  map_.written(op.dst, false);
  return true;
}

void Translator::alu(const MicroOp& op, const Meaning& meaning) {
  if (lazily(op, meaning) || moves_half(op, meaning)) return;
  if (meaning.fast == Fast::none || meaning.variant == Variant::general) return call_alu(op);
  const bool dead = op.dst >= interp::slot_temp && !read_later(at_, op.dst);
  if (dead && op.flag_op == 0 && meaning.fast != Fast::umul24) return;
  const bool masked = meaning.variant == Variant::masked, flags = meaning.variant == Variant::flags;
  const bool floats = is_arithmetic(meaning.fast);
  // Flags are tested on sources, too, and those must not be overwritten before.
  const bool elsewhere = masked || flags || dead;
  const Source tested_a = map_.source(op.a, !floats), tested_b = map_.source(op.b, !floats);
  const Source a = map_.recent_source(op.a, !floats), b = map_.recent_source(op.b, !floats);
  if (elsewhere) map_.lose_scratch();
  const unsigned to = elsewhere ? vectors_.scratch() : map_.target(op.dst);
  if (meaning.fast == Fast::rot && is_immediate(op.b)) {
    vectors_.rotate(to, a, immediate(op.b));
  } else if (shifts(meaning.fast) && is_immediate(op.b)) {
    vectors_.shift(meaning.fast, to, a, immediate(op.b));
  } else if (!vectors_.compute(meaning.fast, to, a, b)) {
    return call_alu(op);
  }
  // Only a register full of results may be raw: in others, an integer may look like a NaN.
  const bool raw = floats && !flags && !masked;
  if (floats && !raw) vectors_.canonical(to);
  if (flags) vectors_.flags(op, tested_a, tested_b, to);
  if (dead) return;
  if (masked) {
    const Source old = map_.source(op.dst, true);
    if (map_.place(op.dst).home < 0) {
      const Memory keep = work_field(work_keep);
      vectors_.store(keep, to);
      vectors_.load(to, old);
      vectors_.blend(to, Source::memory(keep), op.write_condition);
    } else {
      const unsigned home = map_.target(op.dst);
      vectors_.load(home, old);
      vectors_.blend(home, Source::of(to), op.write_condition);
    }
  } else if (to != map_.target(op.dst)) {
    vectors_.load(map_.target(op.dst), Source::of(to));
  }
  map_.written(op.dst, raw);
}

}  // namespace vc7::sim::jit
