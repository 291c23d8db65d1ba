// SPDX-License-Identifier: MIT
//
// What the interpreter executes on: the state of one batch and the micro-operations of a program.
// Plain structures without member functions of the standard library: this header is compiled once
// per vector instruction set, and inline code shared between those would break hosts that lack one
// (the linker keeps any copy).
#pragma once

#include <cstddef>
#include <cstdint>

namespace vc7::sim::timing {
class BatchTrace;
}

namespace vc7::sim::interp {

/// One register: 16 lanes of 32 bits.
struct alignas(64) Slot {
  std::uint32_t lane[16];
};

// ---- slots: everything that a micro-operation can read or write as a vector
// ----------------------------------------
inline constexpr unsigned slot_temp = 64;  ///< results on their way to a magic address, snapshots
inline constexpr unsigned temp_count = 8;
inline constexpr unsigned slot_immediate = slot_temp + temp_count;
inline constexpr unsigned immediate_count = 48;
inline constexpr unsigned slot_zero = slot_immediate;                    ///< immediate 0
inline constexpr unsigned slot_lane = slot_immediate + immediate_count;  ///< 0..15
inline constexpr unsigned slot_tidx = slot_lane + 1;
inline constexpr unsigned slot_count = slot_tidx + 1;
inline constexpr unsigned work_count = 20;  ///< State::work

struct State;
struct MicroOp;
class BlockSource;

/// Executes one micro-operation and returns the next; nullptr ends the run with State::exit.
using Handler = const MicroOp* (*)(State&, const MicroOp*);
/// An operation over all lanes for which the interpreter has no vector code.
using LaneFunction = void (*)(State&, const MicroOp&, const std::uint32_t* a,
                              const std::uint32_t* b, std::uint32_t* result);

struct MicroOp {
  Handler run;
  std::uint16_t dst, a, b;  ///< slots
  std::uint8_t condition;   ///< isa::Condition of the operation or of the write to a magic address
  std::uint8_t
      write_condition;  ///< isa::Condition of the write to dst; differs where dst is a temporary
  std::uint8_t flag_op, flag_rule;        ///< isa::FlagOp, isa::FlagRule
  std::uint8_t unpack_a, unpack_b, pack;  ///< isa::Unpack, isa::Pack
  std::uint32_t index;                    ///< of the instruction in its block
  std::uint32_t value;                    ///< meaning depends on the handler
  union {
    LaneFunction lane_function;
    const MicroOp* target;
  };
};

/// A position in a uniform stream and the cache line that it points into.
struct Stream {
  std::uint32_t address;
  std::uint32_t line_address;  ///< of `line`; 1 (never a line address) while there is none
  const std::uint32_t* line;
};

enum class Stop : std::uint8_t { ended, switched, barrier, fault };

/// Faults that handlers raise; the text is made outside (messages.hpp).
enum class Trap : std::uint8_t {
  none,
  program,  ///< fault number `value` of the program
  uniform,
  unifa,
  nothing_to_pop,
  fifo_overflow,
  data_overflow,
  sync_command,
  atomic_conventions,
  reserved_tmu_op,
  missing_atomic_data,
  budget,
  stopped,
  misaligned_target,
  second_last_switch,
};

struct alignas(64) State {
  Slot slot[slot_count];
  Slot fifo[16];      ///< TMU output FIFO, a ring
  Slot tmu_data[16];  ///< data words of the access that is being set up
  Slot rtop;
  Slot msf;               ///< multisample flags per lane
  Slot work[work_count];  ///< of compiled code (sim/jit)

  std::uint32_t flag_a, flag_b;  ///< bit i = lane i
  std::uint32_t live;            ///< lanes with non-zero msf
  std::uint32_t fifo_head, fifo_count, fifo_limit;
  std::uint32_t data_count,
      data_named;  ///< words in tmu_data; how many of them came by tmudref or tmuoff
  std::uint32_t tmu_config;
  std::uint32_t link;
  std::uint32_t nn_mode;  ///< semantics::DotMode
  bool rtop_pending, barrier_pending, last_switch_seen, stop_at_switch;

  Stream uniforms, unifa;

  const MicroOp*
      branch_to;  ///< static target of the branch whose slots run, nullptr: not taken or dynamic
  std::uint32_t branch_address;  ///< dynamic target
  bool branch_dynamic, branch_moves_uniforms;
  std::uint32_t branch_uniforms;

  const MicroOp* resume_at;
  const MicroOp* resume_target;  ///< where a jump was going when the budget ran out
  const MicroOp* memory_op;      ///< the access that is under way, for page faults
  Slot memory_addresses;
  std::uint32_t memory_active, memory_words,
      memory_size;  ///< lanes, components, bytes of a component
  bool memory_store, memory_atomic;

  std::uint64_t instructions, budget;
  std::byte* memory;

  Stop stop;
  Trap trap;
  const MicroOp* trap_op;
  std::uint32_t trap_value, trap_value2;

  BlockSource* source;        ///< services that are not speed-critical
  timing::BatchTrace* trace;  ///< null unless the program is traced
};

/// What is recorded of a traced program.
enum class TraceEvent : std::uint8_t { block, access, unifa, barrier, uniform_branch };

/// What handlers ask of the outside. Compiled once, for the baseline.
class BlockSource {
 public:
  /// Points `stream` to the cache line of its address; false if it is not mapped.
  virtual bool refill(Stream& stream) = 0;
  /// First micro-operation of the block at a GPU address.
  virtual const MicroOp* block(std::uint32_t address) = 0;
  /// A TMU access that the fast paths do not cover; false if it trapped.
  virtual bool tmu_access(State& state, const MicroOp* op, const std::uint32_t* addresses,
                          std::uint32_t active, std::uint32_t config) = 0;
  /// What the operation before `op` did; of a block, that it begins.
  virtual void trace(State& state, const MicroOp* op, TraceEvent event) = 0;

 protected:
  ~BlockSource() = default;
};

/// Ways in which an ALU operation is executed, from cheap to complete.
enum class Variant : std::uint8_t {
  plain,    ///< no modifiers, no condition, no flags
  masked,   ///< a condition
  flags,    ///< a flag operation
  general,  ///< everything
};
inline constexpr unsigned variant_count = 4;

inline constexpr unsigned max_add_ops = 128, max_mul_ops = 64;

/// The handlers of one vector instruction set. A null ALU handler means: use lane_function with
/// `slow`.
struct Handlers {
  Handler add[max_add_ops][variant_count];
  Handler mul[max_mul_ops][variant_count];
  Handler slow[variant_count];  ///< through MicroOp::lane_function
  Handler copy, rep, quad, ldtmu, ldunif, ldunifa, wrtmuc, live, nn_mode;
  Handler tmud, tmu_named_data, tmua, tmuau, tmuc, unifa, syncb;
  Handler branch, commit, thread_switch, announce_last, last_switch, thread_end, link, trap;
  Handler trace;  ///< MicroOp::value is an address, flag_op a TraceEvent
};

/// Unpacks and packs that have no vector code; codes are those of isa::Unpack and isa::Pack.
void unpack_lanes(unsigned code, const std::uint32_t* in, std::uint32_t* out);
void pack_lanes(unsigned code, const std::uint32_t* old, std::uint32_t* result);

const Handlers& handlers_baseline();
#if defined(__x86_64__)
const Handlers& handlers_avx2();
const Handlers& handlers_avx512();
#endif

}  // namespace vc7::sim::interp
