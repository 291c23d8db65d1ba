// SPDX-License-Identifier: MIT
#include "access_code.hpp"

namespace vc7::sim::jit {

namespace {

constexpr std::uint32_t word_config = 0xff, vec4_config = 0xfc;

Memory lane_address(unsigned lane) {
  return state_field(offsetof(State, memory_addresses) + 4 * lane);
}
Memory fifo_at(Reg offset) { return {Reg::state, offsetof(State, fifo), offset}; }

}  // namespace

/// t0 holds the configuration register; the access takes its lowest byte.
void AccessCode::pop_config() {
  code_.shift_right(Reg::t0, 8);
  code_.or_with(Reg::t0, 0xff000000);
  code_.store(state_field(offsetof(State, tmu_config)), Reg::t0);
}

/// What a page fault is reported with; the constant has the fields as they are in State.
void AccessCode::note(const Memory& constant) {
  static_assert(offsetof(State, memory_words) == offsetof(State, memory_active) + 4 &&
                offsetof(State, memory_size) == offsetof(State, memory_active) + 8 &&
                offsetof(State, memory_store) == offsetof(State, memory_active) + 12 &&
                offsetof(State, instructions) >= offsetof(State, memory_active) + 16);
  vectors_.copy_16(state_field(offsetof(State, memory_active)), constant);
}

void AccessCode::room(unsigned words) {
  code_.load(Reg::t1, state_field(offsetof(State, fifo_limit)));
  code_.shift_left(Reg::t1, 6);
  code_.sum(Reg::t2, Reg::fifo_count, Reg::none, static_cast<int>(words * sizeof(Slot)));
  code_.jump_if(Reg::t2, Test::above, Reg::t1, other_);
}

/// The start of a store of so many words per lane, if as many have been given.
void AccessCode::stores(const asmjit::Label& label, unsigned words, const Memory& note) {
  code_.bind(label);
  code_.jump_if(state_field(offsetof(State, data_count)), Test::unequal, words, other_);
  code_.jump_if(state_field(offsetof(State, data_named)), Test::unequal, 0, other_);
  pop_config();
  this->note(note);
}

/// t0 becomes the address of lane 0 if the words of the other lanes follow.
void AccessCode::base_of_consecutive(const asmjit::Label& no) {
  vectors_.check_consecutive(no);
  code_.load(Reg::t0, lane_address(0));
  code_.jump_if(Reg::t0, Test::above, 0xffffffff - (sizeof(Slot) - 1), no);  // they would wrap
}

/// quad_regs become the addresses of quads if the vec4 of their lanes follow one another.
void AccessCode::bases_of_quads(bool for_store, const asmjit::Label& no) {
  code_.load(Reg::t0, lane_address(1));
  code_.sub(Reg::t0, lane_address(0));
  code_.jump_if(Reg::t0, Test::unequal, 16, no);
  vectors_.check_quads(no);
  for (unsigned quad = 0; quad < 4; ++quad) {
    const Reg base = quad_regs[quad];
    code_.load(base, lane_address(4 * quad));
    code_.jump_if(base, Test::above, 0xffffffff - (4 * 16 - 1), no);
    // A page fault in the middle would leave lanes unwritten.
    if (for_store) code_.jump_if_any(base, 63, no);
  }
}

/// The batches of a launch often share an array by turns, and matrices are walked down: strides
/// that the prefetchers of the host do not follow. Asks for what the same instruction will want a
/// few executions later if it goes on as it did. Wrong addresses do no harm.
void AccessCode::prefetch(bool for_store) {
  constexpr unsigned steps_ahead_log2 = 3;
  const Memory last{Reg::state, work_field(work_sites).offset, Reg::site, 2};
  code_.push(Reg::t2);
  code_.move(Reg::t2, Reg::t0);
  code_.sub(Reg::t2, last);
  code_.store(last, Reg::t0);
  code_.shift_left(Reg::t2, steps_ahead_log2);
  for (const Reg base : quad_regs) {
    code_.pointer_sum(Reg::site, base, Reg::t2);
    code_.prefetch({Reg::memory, 0, Reg::site}, for_store);
  }
  code_.pop(Reg::t2);
}

void AccessCode::load_vec4() {
  const asmjit::Label scattered = code_.label();
  constexpr Reg offsets[4] = {Reg::t1, Reg::t2, Reg::t3, Reg::t4};
  Memory results[4];
  for (int k = 0; k < 4; ++k) {
    code_.sum(offsets[k], Reg::fifo_head, Reg::fifo_count, k * static_cast<int>(sizeof(Slot)));
    code_.and_with(offsets[k], fifo_mask);
    results[k] = fifo_at(offsets[k]);
  }
  bases_of_quads(false, scattered);
  prefetch(false);
  for (const bool quads : {true, false}) {
    if (!quads) code_.bind(scattered);
    vectors_.load_vec4(results, quads);
    code_.add(Reg::fifo_count, 4 * sizeof(Slot));
    code_.return_yes();
  }
}

/// An instruction that has stored over more than most caches hold will not find there what it
/// stores now. Whole lines go to memory at once then, which saves reading them before. Others see
/// them in order: the host thread takes a lock before it tells anybody that a batch has ended or
/// that its atomics come, and that completes such stores.
void AccessCode::jump_if_far(const asmjit::Label& far) {
  constexpr int cached = 8 << 20;
  const Memory first{Reg::state, work_field(work_starts).offset, Reg::site, 2};
  const asmjit::Label known = code_.label();
  code_.load(Reg::t2, first);
  code_.jump_if(Reg::t2, Test::unequal, 0, known);
  code_.store(first, Reg::t0);
  code_.bind(known);
  code_.move(Reg::t2, Reg::t0);
  code_.sub(Reg::t2, first);
  code_.add(Reg::t2, cached);
  code_.jump_if(Reg::t2, Test::above, 2 * cached, far);
}

void AccessCode::store_vec4() {
  const asmjit::Label scattered = code_.label(), far = code_.label();
  code_.clear(state_field(offsetof(State, data_count)), 4);
  bases_of_quads(true, scattered);
  if (vectors_.can_pass_caches()) jump_if_far(far);
  prefetch(true);
  vectors_.store_vec4(true, false);
  code_.return_yes();
  if (vectors_.can_pass_caches()) {
    code_.bind(far);
    vectors_.store_vec4(true, true);
    code_.return_yes();
  }
  code_.bind(scattered);
  vectors_.store_vec4(false, false);
  code_.return_yes();
}

void AccessCode::load_words() {
  const asmjit::Label scattered = code_.label();
  code_.sum(Reg::t1, Reg::fifo_head, Reg::fifo_count, 0);
  code_.and_with(Reg::t1, fifo_mask);
  base_of_consecutive(scattered);
  vectors_.load(vectors_.scratch(), Source::memory({Reg::memory, 0, Reg::t0}));
  vectors_.store(fifo_at(Reg::t1), vectors_.scratch());
  code_.add(Reg::fifo_count, sizeof(Slot));
  code_.return_yes();
  code_.bind(scattered);
  for (unsigned lane = 0; lane < 16; ++lane) {
    code_.load(Reg::t0, lane_address(lane));
    code_.load(Reg::t0, {Reg::memory, 0, Reg::t0});
    code_.store(fifo_at(Reg::t1).plus(4 * lane), Reg::t0);
  }
  code_.add(Reg::fifo_count, sizeof(Slot));
  code_.return_yes();
}

void AccessCode::store_words() {
  const asmjit::Label scattered = code_.label();
  const Memory data = state_field(offsetof(State, tmu_data));
  code_.clear(state_field(offsetof(State, data_count)), 4);
  base_of_consecutive(scattered);
  vectors_.load(vectors_.scratch(), Source::memory(data));
  vectors_.store({Reg::memory, 0, Reg::t0}, vectors_.scratch());
  code_.return_yes();
  code_.bind(scattered);
  for (unsigned lane = 0; lane < 16; ++lane) {  // of lanes with one address the highest wins
    code_.load(Reg::t0, lane_address(lane));
    code_.load(Reg::t1, data.plus(4 * lane));
    code_.store({Reg::memory, 0, Reg::t0}, Reg::t1);
  }
  code_.return_yes();
}

void AccessCode::write(const asmjit::Label& label) {
  const asmjit::Label words = code_.label(), word_store = code_.label(), vec4_store = code_.label();
  const Memory data_count = state_field(offsetof(State, data_count));
  code_.bind(label);
  vectors_.check_addresses(other_);
  code_.load(Reg::t0, state_field(offsetof(State, tmu_config)));
  code_.low_byte(Reg::t1, Reg::t0);
  code_.jump_if(Reg::t1, Test::equal, word_config, words);
  code_.jump_if(Reg::t1, Test::unequal, vec4_config, other_);

  code_.jump_if(data_count, Test::unequal, 0, vec4_store);
  room(4);
  pop_config();
  note(VC7_CONSTANT(vec4_load));
  load_vec4();
  stores(vec4_store, 4, VC7_CONSTANT(vec4_store));
  store_vec4();

  code_.bind(words);
  code_.jump_if(data_count, Test::unequal, 0, word_store);
  room(1);
  pop_config();
  note(VC7_CONSTANT(word_load));
  load_words();
  stores(word_store, 1, VC7_CONSTANT(word_store));
  store_words();

  code_.bind(other_);
  code_.return_no();
}

}  // namespace vc7::sim::jit
