// SPDX-License-Identifier: MIT
//
// TMU registers: data, configuration, address (v3d71 §10). Loads and stores of words and vec4 are
// done here, the rest in tmu_access.cpp.
#pragma once

#include "alu.hpp"

namespace vc7::sim::interp {
namespace {

VC7_INLINE const MicroOp* raise(State& st, const MicroOp* op, Trap trap, std::uint32_t value = 0,
                                std::uint32_t value2 = 0) {
  st.stop = Stop::fault;
  st.trap = trap;
  st.trap_op = op;
  st.trap_value = value;
  st.trap_value2 = value2;
  return nullptr;
}

/// The next word of a uniform stream; false if its line is not mapped.
VC7_INLINE bool next_uniform(State& st, Stream& stream, std::uint32_t& word) {
  const std::uint32_t line = stream.address & ~255u;
  if (line != stream.line_address) [[unlikely]] {
    if (!st.source->refill(stream)) return false;
  }
  word = stream.line[stream.address >> 2 & 63];
  stream.address += 4;
  return true;
}

constexpr std::uint32_t config_default = 0xff, config_vec4 = 0xfc;

// Guest loads and stores may race with those of other host threads, as they do on the device. The
// attribute has to be on whatever they are inlined into.
#define VC7_GUEST_ACCESS __attribute__((no_sanitize_thread))

// From here on consecutive lanes would run over the end of the address space, where they wrap.
constexpr std::uint32_t last_whole_slot = 0xffffffff - (sizeof(Slot) - 1);

VC7_GUEST_ACCESS VC7_INLINE void load_words(const std::byte* base, const std::uint32_t* address,
                                            Slot& result) {
  const U consecutive = (load(lane_numbers) << 2) + address[0];
  if (lane_mask(load(address) == consecutive) == 0xffff && address[0] <= last_whole_slot) {
    __builtin_memcpy(result.lane, base + address[0], sizeof result);
    return;
  }
  for (unsigned i = 0; i < 16; ++i) __builtin_memcpy(&result.lane[i], base + address[i], 4);
}

// Sixteen 128-bit loads and 4x4 transposes: on the hosts measured, twice as fast as four 16-lane
// gathers.
VC7_GUEST_ACCESS VC7_INLINE void load_vec4(const std::byte* base, const std::uint32_t* address,
                                           Slot* const* result) {
  for (unsigned g = 0; g < 16; g += 4) {
    U4 row[4];
    for (unsigned i = 0; i < 4; ++i) __builtin_memcpy(&row[i], base + address[g + i], 16);
    const U4 a = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5),
             b = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    const U4 c = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7),
             d = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    const U4 column[4] = {
        __builtin_shufflevector(a, b, 0, 1, 4, 5), __builtin_shufflevector(a, b, 2, 3, 6, 7),
        __builtin_shufflevector(c, d, 0, 1, 4, 5), __builtin_shufflevector(c, d, 2, 3, 6, 7)};
    for (unsigned k = 0; k < 4; ++k) __builtin_memcpy(&result[k]->lane[g], &column[k], 16);
  }
}

VC7_GUEST_ACCESS VC7_INLINE void store_words(std::byte* base, const std::uint32_t* address,
                                             const Slot& data) {
  const U consecutive = (load(lane_numbers) << 2) + address[0];
  if (lane_mask(load(address) == consecutive) == 0xffff && address[0] <= last_whole_slot) {
    __builtin_memcpy(base + address[0], data.lane, sizeof data);
    return;
  }
  for (unsigned i = 0; i < 16; ++i) __builtin_memcpy(base + address[i], &data.lane[i], 4);
}

VC7_GUEST_ACCESS VC7_INLINE void store_vec4(std::byte* base, const std::uint32_t* address,
                                            const Slot* data) {
  for (unsigned i = 0; i < 16; ++i) {
    const U4 row{data[0].lane[i], data[1].lane[i], data[2].lane[i], data[3].lane[i]};
    __builtin_memcpy(base + address[i], &row, 16);
  }
}

VC7_INLINE void note_access(State& st, const MicroOp* op, const U& address, std::uint32_t words,
                            bool is_store) {
  st.memory_op = op;
  store(st.memory_addresses.lane, address);
  st.memory_active = 0xffff;
  st.memory_words = words;
  st.memory_size = 4;
  st.memory_store = is_store;
  st.memory_atomic = false;
}

VC7_GUEST_ACCESS VC7_INLINE const MicroOp* access(State& st, const MicroOp* op) {
  const std::uint32_t config = st.tmu_config & 0xff;
  st.tmu_config = st.tmu_config >> 8 | 0xff000000;
  const std::uint32_t active = condition_lanes(st, op->condition) & st.live;
  const std::uint32_t* words = st.slot[op->a].lane;
  const U address = load(words);
  // Vectors at the very end of the address space wrap: not here.
  if (active == 0xffff && lane_mask((address & 3) != 0) == 0 &&
      lane_mask(address > U(0xfffffff0)) == 0 &&
      (config == config_default || config == config_vec4)) {
    const unsigned n = config == config_vec4 ? 4 : 1;
    if (st.data_count == 0) {
      if (st.fifo_count + n > st.fifo_limit)
        return raise(st, op, Trap::fifo_overflow, st.fifo_count + n);
      note_access(st, op, address, n, false);
      const unsigned at = st.fifo_head + st.fifo_count;
      if (n == 1) {
        load_words(st.memory, words, st.fifo[at & 15]);
      } else {
        Slot* const results[4] = {&st.fifo[at & 15], &st.fifo[(at + 1) & 15],
                                  &st.fifo[(at + 2) & 15], &st.fifo[(at + 3) & 15]};
        load_vec4(st.memory, words, results);
      }
      st.fifo_count += n;
      return op + 1;
    }
    if (st.data_count == n && st.data_named == 0) {
      note_access(st, op, address, n, true);
      if (n == 1)
        store_words(st.memory, words, st.tmu_data[0]);
      else
        store_vec4(st.memory, words, st.tmu_data);
      st.data_count = 0;
      return op + 1;
    }
  }
  st.memory_op = op;
  return st.source->tmu_access(st, op, words, active, config) ? op + 1 : nullptr;
}

VC7_GUEST_ACCESS const MicroOp* tmua(State& st, const MicroOp* op) { return access(st, op); }

VC7_GUEST_ACCESS const MicroOp* tmuau(State& st, const MicroOp* op) {
  std::uint32_t word = 0;
  if (!next_uniform(st, st.uniforms, word))
    return raise(st, op, Trap::uniform, st.uniforms.address);
  st.tmu_config = word;
  return access(st, op);
}

/// Lanes that are not written hold 0. All data registers feed one queue (v3d71 §10.5).
template <bool Named>
const MicroOp* tmu_data(State& st, const MicroOp* op) {
  if (st.data_count == 16) return raise(st, op, Trap::data_overflow);
  st.data_named += Named;
  Slot& data = st.tmu_data[st.data_count++];
  data = st.slot[op->a];
  if (op->condition != 0)
    store(data.lane, select(condition_lanes(st, op->condition), load(data.lane), U(0u)));
  return next(st, op);
}

/// A conditional write of a single value takes lane 0 if any lane is written (v3d71 §6 [choose]).
VC7_INLINE bool any_lane(const State& st, const MicroOp* op) {
  return condition_lanes(st, op->condition) != 0;
}

const MicroOp* tmuc(State& st, const MicroOp* op) {
  if (any_lane(st, op)) st.tmu_config = st.slot[op->a].lane[0];
  return op + 1;
}

const MicroOp* wrtmuc(State& st, const MicroOp* op) {
  std::uint32_t word = 0;
  if (!next_uniform(st, st.uniforms, word))
    return raise(st, op, Trap::uniform, st.uniforms.address);
  st.tmu_config = word;
  return op + 1;
}

const MicroOp* ldtmu(State& st, const MicroOp* op) {
  if (st.fifo_count == 0) return raise(st, op, Trap::nothing_to_pop);
  st.slot[op->dst] = st.fifo[st.fifo_head];
  st.fifo_head = (st.fifo_head + 1) & 15;
  --st.fifo_count;
  return next(st, op);
}

}  // namespace
}  // namespace vc7::sim::interp
