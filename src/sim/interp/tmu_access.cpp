// SPDX-License-Identifier: MIT
//
// TMU accesses of every kind (v3d71 §10.2-§10.5). The handlers come here for what their fast paths
// leave out: partly active accesses, vec2 and vec3, bytes and half-words, atomics, wrong numbers of
// data words.
#include <algorithm>
#include <cstring>

#include "interpreter.hpp"
#include "sim/exec/messages.hpp"

namespace vc7::sim::interp {
namespace {

struct Config {
  bool pixel;
  unsigned op, type;

  explicit Config(std::uint32_t byte)
      : pixel{(byte & 0x80) != 0}, op{byte >> 3 & 15}, type{byte & 7} {}
  unsigned components() const { return type >= 2 && type <= 4 ? type : 1; }
  std::uint32_t bytes() const {
    return type == 0 || type == 5 ? 1 : type == 1 || type == 6 ? 2 : 4;
  }
  bool is_signed() const { return type < 2; }
};

constexpr unsigned regular = 15, compare_exchange = 3, op_increment = 8, op_decrement = 9,
                   op_not = 10;
constexpr const char* type_names[] = {"int8", "int16", "vec2",   "vec3",
                                      "vec4", "uint8", "uint16", "uint32"};

/// All four lanes of every quad with an active lane.
std::uint32_t whole_quads(std::uint32_t active) {
  std::uint32_t quads = active | active >> 1;
  quads = (quads | quads >> 2) & 0x1111;
  return quads * 15;
}

bool refuse(State& st, const MicroOp* op, Trap trap, std::uint32_t value = 0) {
  st.stop = Stop::fault;
  st.trap = trap;
  st.trap_op = op;
  st.trap_value = value;
  return false;
}

// Guest accesses may race with those of other host threads, as on the device.
__attribute__((no_sanitize_thread)) std::uint32_t read(const std::byte* at, std::uint32_t bytes) {
  std::uint32_t word = 0;
  if (bytes == 4)
    __builtin_memcpy(&word, at, 4);
  else if (bytes == 2)
    __builtin_memcpy(&word, at, 2);
  else
    __builtin_memcpy(&word, at, 1);
  return word;
}
__attribute__((no_sanitize_thread)) void write(std::byte* at, std::uint32_t word,
                                               std::uint32_t bytes) {
  if (bytes == 4)
    __builtin_memcpy(at, &word, 4);
  else if (bytes == 2)
    __builtin_memcpy(at, &word, 2);
  else
    __builtin_memcpy(at, &word, 1);
}

void note(State& st, const MicroOp* op, std::uint32_t active, std::uint32_t words,
          std::uint32_t bytes, bool store) {
  st.memory_op = op;
  st.memory_active = active;
  st.memory_words = words;
  st.memory_size = bytes;
  st.memory_store = store;
  st.memory_atomic = false;
}

/// Puts the next `words` results behind those that wait; nullptr if they do not fit.
Slot* const* reserve(State& st, const MicroOp* op, unsigned words, Slot** results) {
  if (st.fifo_count + words > st.fifo_limit) {
    refuse(st, op, Trap::fifo_overflow, st.fifo_count + words);
    return nullptr;
  }
  for (unsigned k = 0; k < words; ++k) {
    results[k] = &st.fifo[(st.fifo_head + st.fifo_count + k) & 15];
    std::memset(results[k], 0, sizeof(Slot));
  }
  return results;
}

/// Component k of a lane's access. Addresses have 32 bits: they wrap.
std::byte* component(const State& st, unsigned lane, unsigned k) {
  return st.memory + static_cast<std::uint32_t>(st.memory_addresses.lane[lane] + 4 * k);
}

bool load(State& st, const MicroOp* op, const Config& config, std::uint32_t active) {
  Slot* results[4];
  const unsigned n = config.components();
  if (reserve(st, op, n, results) == nullptr) return false;
  note(st, op, active, n, config.bytes(), false);
  for (unsigned i = 0; i < lanes; ++i) {
    if ((active >> i & 1) == 0) continue;
    for (unsigned k = 0; k < n; ++k) {
      std::uint32_t word = read(component(st, i, k), config.bytes());
      if (config.is_signed()) {
        const unsigned shift = 32 - 8 * config.bytes();
        word = static_cast<std::uint32_t>(static_cast<std::int32_t>(word << shift) >> shift);
      }
      results[k]->lane[i] = word;
    }
  }
  st.fifo_count += n;
  return true;
}

void store(State& st, const MicroOp* op, const Config& config, std::uint32_t active,
           Warnings& warnings) {
  const unsigned n = std::min(config.components(), st.data_count);
  if (st.data_count != config.components())
    warnings.add(messages::data_count(st.data_count, type_names[config.type]));
  note(st, op, active, n, config.bytes(), true);
  for (unsigned i = 0; i < lanes; ++i)
    for (unsigned k = 0; k < n; ++k)
      if ((active >> i & 1) != 0)
        write(component(st, i, k), st.tmu_data[k].lane[i], config.bytes());
}

std::uint32_t combine(unsigned op, std::uint32_t old, std::uint32_t x, std::uint32_t y) {
  const auto s = [](std::uint32_t v) { return static_cast<std::int32_t>(v); };
  switch (op) {
    case 0: return old + x;
    case 1: return old - x;
    case 2: return x;
    case compare_exchange: return old == x ? y : old;
    case 4: return std::min(old, x);
    case 5: return std::max(old, x);
    case 6: return s(old) < s(x) ? old : x;
    case 7: return s(old) > s(x) ? old : x;
    case 8: return old & x;
    case 9: return old | x;
    default: return old ^ x;
  }
}

/// True if the data words will do as operands of an atomic: all by tmud, or all by tmudref and
/// tmuoff (v3d71 §10.5).
bool atomic_operands(State& st, const MicroOp* op, unsigned code) {
  if (st.data_named != 0 && st.data_named != st.data_count)
    return refuse(st, op, Trap::atomic_conventions);
  if (code == compare_exchange && st.data_count < 2)
    return refuse(st, op, Trap::missing_atomic_data, code);
  return true;
}

template <class Function>
bool atomic(State& st, const MicroOp* op, std::uint32_t active, Function function) {
  Slot* result = nullptr;
  if (reserve(st, op, 1, &result) == nullptr) return false;
  note(st, op, active, 1, 4, true);
  st.memory_atomic = true;
  for (unsigned i = 0; i < lanes; ++i) {
    if ((active >> i & 1) == 0) continue;
    std::byte* const at = st.memory + st.memory_addresses.lane[i];
    const std::uint32_t old = read(at, 4);
    write(at, function(old, i), 4);
    result->lane[i] = old;
  }
  st.fifo_count += 1;
  return true;
}

}  // namespace

bool InterpreterExecutor::tmu_access(State& st, const MicroOp* op, const std::uint32_t* addresses,
                                     std::uint32_t active, std::uint32_t config_byte) {
  const Config config{config_byte};
  if (!config.pixel) active = whole_quads(active);
  const bool has_data = st.data_count != 0;
  const bool plain = config.op == regular;
  // Low address bits are ignored (v3d71 §10.4); atomics work on words.
  const std::uint32_t align = ~((plain ? config.bytes() : 4) - 1);
  for (unsigned i = 0; i < lanes; ++i) st.memory_addresses.lane[i] = addresses[i] & align;

  if (!has_data) {
    if (plain) return load(st, op, config, active);
    // Prefetch, clears, flushes: nothing to see in the model.
    if (config.op < op_increment) {
      note(st, op, 0, 0, 4, false);
      return true;
    }
    if (config.op > op_not) return refuse(st, op, Trap::reserved_tmu_op, config.op);
    wait_for_turn(job_.turns, task_);
    return atomic(st, op, active, [&](std::uint32_t old, unsigned) {
      return config.op == op_increment ? old + 1 : config.op == op_decrement ? old - 1 : ~old;
    });
  }

  bool good = true;
  if (plain) {
    store(st, op, config, active, job_.warnings);
  } else if (config.op > op_not) {
    return refuse(st, op, Trap::reserved_tmu_op, config.op);
  } else {
    if (!atomic_operands(st, op, config.op)) return false;
    wait_for_turn(job_.turns, task_);
    good = atomic(st, op, active, [&](std::uint32_t old, unsigned i) {
      return combine(config.op, old, st.tmu_data[0].lane[i], st.tmu_data[1].lane[i]);
    });
  }
  st.data_count = st.data_named = 0;
  return good;
}

}  // namespace vc7::sim::interp
