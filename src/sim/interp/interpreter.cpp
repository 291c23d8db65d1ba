// SPDX-License-Identifier: MIT
#include "interpreter.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <tuple>

#include <vc7/isa/immediate.hpp>

#include "sim/exec/messages.hpp"
#include "sim/memory/page_fault.hpp"
#include "sim/timing/trace.hpp"

namespace vc7::sim::interp {

// ---- executor
// -----------------------------------------------------------------------------------------------------

InterpreterExecutor::InterpreterExecutor(JobContext& job)
    : job_{job},
      program_{
          job.programs->get({job.code, job.four_way, job.single_segment, job.traces != nullptr})},
      first_{program_->entry(job.code)} {}

InterpreterExecutor::~InterpreterExecutor() = default;

void InterpreterExecutor::prepare() {
  if (job_.programs->wants_native_code(*program_, job_.batches)) program_->compile();
}

std::unique_ptr<Batch> InterpreterExecutor::start(const BatchStart& start) {
  return std::make_unique<InterpreterBatch>(*this, start);
}

HostExecution InterpreterExecutor::execution() const {
  const NativeCode native = program_->native_code();
  return {.tier = native.units != 0 ? "native code" : "interpreter",
          .vector_isa = host_isa().name,
          .units = native.units,
          .code_bytes = native.bytes,
          .compile_seconds = native.seconds};
}

bool InterpreterExecutor::refill(Stream& stream) {
  const std::uint32_t start = stream.address & ~(UniformCache::line_bytes - 1);
  CachedLine& cached = lines_[start / UniformCache::line_bytes % lines_.size()];
  if (cached.address != start) {
    const UniformCache::Line* line = job_.uniforms.line(start);
    if (line == nullptr) return false;
    cached = {start, line};
  }
  stream.line_address = start;
  stream.line = cached.line->data();
  return true;
}

/// The lanes of the last access, relative to the first that is active.
static timing::Pattern pattern_of(const State& st, std::uint32_t& base) {
  timing::Pattern pattern;
  pattern.active = static_cast<std::uint16_t>(st.memory_active);
  pattern.kind = st.memory_atomic  ? timing::AccessKind::atomic
                 : st.memory_store ? timing::AccessKind::store
                                   : timing::AccessKind::load;
  pattern.components = static_cast<std::uint8_t>(st.memory_words);
  pattern.bytes = static_cast<std::uint8_t>(st.memory_size);
  base = st.memory_active == 0
             ? 0
             : st.memory_addresses.lane[static_cast<unsigned>(std::countr_zero(st.memory_active))];
  for (unsigned i = 0; i < lanes; ++i)
    if ((st.memory_active >> i & 1) != 0) pattern.offset[i] = st.memory_addresses.lane[i] - base;
  return pattern;
}

void InterpreterExecutor::trace(State& st, const MicroOp* op, TraceEvent event) {
  switch (event) {
    case TraceEvent::block: return st.trace->enter(op->value, st.instructions);
    case TraceEvent::access: {
      std::uint32_t base = 0;
      const timing::Pattern pattern = pattern_of(st, base);
      return st.trace->access(op->value, pattern, base);
    }
    case TraceEvent::unifa: return st.trace->value(timing::Event::unifa, st.unifa.address);
    case TraceEvent::barrier: return st.trace->value(timing::Event::barrier, st.barrier_pending);
    case TraceEvent::uniform_branch:
      return st.trace->value(timing::Event::uniforms,
                             st.branch_moves_uniforms ? st.branch_uniforms : st.uniforms.address);
  }
}

bool InterpreterExecutor::stop_requested() const {
  return job_.stop != nullptr && job_.stop->load(std::memory_order_relaxed);
}

std::unique_ptr<State> InterpreterExecutor::take_state() {
  if (!spare_.empty()) {
    auto state = std::move(spare_.back());
    spare_.pop_back();
    return state;
  }
  auto state = std::make_unique<State>();
  for (unsigned i = 0; i < immediate_count; ++i)
    std::fill_n(state->slot[slot_immediate + i].lane, lanes, isa::small_immediate_value(i));
  for (unsigned i = 0; i < lanes; ++i) state->slot[slot_lane].lane[i] = i;
  return state;
}

// ---- batch
// --------------------------------------------------------------------------------------------------------

InterpreterBatch::InterpreterBatch(InterpreterExecutor& executor, const BatchStart& start)
    : executor_{executor}, start_{start}, state_{executor.take_state()} {
  State& st = *state_;
  const JobContext& job = executor.job_;
  // Slots that the program does not name still are what they were in a new State.
  std::memset(st.slot, 0, std::max(4u, executor.program_->registers()) * sizeof(Slot));
  std::memset(st.slot + slot_temp, 0, executor.program_->temporaries() * sizeof(Slot));
  std::copy(start.rf2.begin(), start.rf2.end(), st.slot[2].lane);
  std::copy(start.rf3.begin(), start.rf3.end(), st.slot[3].lane);
  std::fill_n(st.slot[slot_tidx].lane, lanes, start.qpu << 2 | start.thread);
  for (unsigned i = 0; i < lanes; ++i) st.msf.lane[i] = start.live >> i & 1;
  st.live = start.live;
  st.flag_a = st.flag_b = 0;
  st.fifo_head = st.fifo_count = 0;
  st.fifo_limit = job.output_fifo();
  st.data_count = st.data_named = 0;
  st.tmu_config = 0xffffffff;
  st.link = 0;
  st.nn_mode = 0;
  st.rtop_pending = st.barrier_pending = st.last_switch_seen = st.stop_at_switch = false;
  st.uniforms = {job.uniform_start & ~3u, 1, nullptr};
  st.unifa = {0, 1, nullptr};
  st.branch_to = nullptr;
  st.branch_dynamic = st.branch_moves_uniforms = false;
  st.resume_at = executor.first_;
  st.instructions = 0;
  st.memory = job.memory.base();
  st.trap = Trap::none;
  st.source = &executor;
  st.trace = job.traces != nullptr ? &job.traces->begin(start.batch) : nullptr;
}

InterpreterBatch::~InterpreterBatch() {
  if (state_->trace != nullptr) state_->trace->finish(state_->instructions);
  executor_.spare_.push_back(std::move(state_));
}

// In a function of its own: what lives across sigsetjmp must not be in registers of the caller.
void InterpreterBatch::execute() {
  PageFaultGuard guard{executor_.job_.memory};
  if (sigsetjmp(guard.point(), 0) == 0) {
    State& st = *state_;
    const MicroOp* op = st.resume_at;
    while (op != nullptr) op = op->run(st, op);
  } else {
    page_fault_ = true;
    page_fault_address_ = guard.address();
  }
}

Exit InterpreterBatch::run(bool stop_at_switch, std::uint64_t instructions) {
  State& st = *state_;
  executor_.task_ = start_.task;
  st.stop_at_switch = stop_at_switch;
  // The budget is looked at only every so often, so that a request to stop is heard in time too.
  // The first slice of a job of one batch is short: native code may be worth its time then.
  constexpr std::uint64_t slice = 1 << 22, first_slice = 1 << 14;
  const bool alone = executor_.job_.batches == 1;
  const std::uint64_t end = st.instructions + instructions;
  for (;;) {
    const std::uint64_t length = alone && st.instructions == 0 ? first_slice : slice;
    st.budget = std::min({executor_.job_.instruction_budget, st.instructions + length, end});
    st.trap = Trap::none;
    execute();
    const bool slice_over = !page_fault_ && st.stop == Stop::fault && st.trap == Trap::budget &&
                            st.instructions <= executor_.job_.instruction_budget;
    if (!slice_over) break;
    if (executor_.stop_requested()) {
      st.trap = Trap::stopped;
      break;
    }
    if (alone) executor_.program_->compile();
    st.resume_at = st.resume_target;
    if (st.instructions > end) return Exit::paused;
  }
  if (page_fault_) {
    report_page_fault(page_fault_address_);
    return Exit::fault;
  }
  switch (st.stop) {
    case Stop::ended:
      if (st.fifo_count != 0) executor_.job_.warnings.add(messages::early_end());
      return Exit::ended;
    case Stop::switched: return Exit::switched;
    case Stop::barrier: return Exit::barrier;
    case Stop::fault: break;
  }
  report_trap();
  return Exit::fault;
}

void InterpreterBatch::fill_place(FaultKind kind, const MicroOp* op, std::string message) {
  fault_.kind = kind;
  fault_.message = std::move(message);
  fault_.batch = start_.batch;
  fault_.qpu = start_.qpu;
  fault_.thread = start_.thread;
  std::tie(fault_.pc, fault_.word) = executor_.program_->place(op);
  // A block adds its instructions when it is left; so does the jump that the budget stops.
  if (kind != FaultKind::budget) state_->instructions += op->index;
}

void InterpreterBatch::report_page_fault(std::uint32_t address) {
  const State& st = *state_;
  fault_.address = address;
  // The host names a byte; the lane is found by looking again, in the order of the accesses.
  for (unsigned i = 0; i < lanes && fault_.lane < 0; ++i) {
    if ((st.memory_active >> i & 1) == 0) continue;
    for (std::uint32_t k = 0; k < st.memory_words && fault_.lane < 0; ++k) {
      const std::uint32_t at = st.memory_addresses.lane[i] + k * st.memory_size;
      if (executor_.job_.memory.mapped(at, st.memory_size)) continue;
      fault_.lane = static_cast<int>(i);
      fault_.address = at;
    }
  }
  const char* access = st.memory_store ? "TMU store" : "TMU load";
  fill_place(FaultKind::memory, st.memory_op, messages::memory(access, fault_.address));
}

void InterpreterBatch::report_trap() {
  const State& st = *state_;
  const auto fail = [&](FaultKind kind, std::string message) {
    fill_place(kind, st.trap_op, std::move(message));
  };
  switch (st.trap) {
    case Trap::program: {
      const StaticFault& known = executor_.program_->fault(st.trap_value);
      fail(known.kind, known.message);
      if (known.kind == FaultKind::fetch) fault_.address = fault_.pc;
      return;
    }
    case Trap::uniform:
    case Trap::unifa:
      fault_.address = st.trap_value;
      return fail(FaultKind::uniform, st.trap == Trap::uniform ? messages::uniform(st.trap_value)
                                                               : messages::unifa(st.trap_value));
    case Trap::nothing_to_pop: return fail(FaultKind::deadlock, messages::nothing_to_pop());
    case Trap::fifo_overflow:
      return fail(FaultKind::deadlock, messages::fifo_overflow(st.trap_value, st.fifo_limit));
    case Trap::data_overflow: return fail(FaultKind::deadlock, messages::data_overflow());
    case Trap::sync_command: return fail(FaultKind::unsupported, messages::sync_command());
    case Trap::atomic_conventions:
      return fail(FaultKind::restriction, messages::atomic_conventions());
    case Trap::reserved_tmu_op:
      return fail(FaultKind::restriction, messages::reserved_tmu_op(st.trap_value));
    case Trap::missing_atomic_data:
      return fail(FaultKind::restriction, messages::missing_atomic_data(st.trap_value));
    case Trap::budget:
      return fail(FaultKind::budget, messages::budget(executor_.job_.instruction_budget));
    case Trap::stopped: return fail(FaultKind::budget, messages::stopped());
    case Trap::misaligned_target:
      return fail(FaultKind::restriction, messages::misaligned_target(st.trap_value));
    case Trap::second_last_switch:
      return fail(FaultKind::restriction, messages::second_last_switch());
    case Trap::none: break;
  }
  fail(FaultKind::invalid, "stopped without a reason");
}

}  // namespace vc7::sim::interp

namespace vc7::sim {
std::unique_ptr<Executor> make_interpreter(JobContext& job) {
  return std::make_unique<interp::InterpreterExecutor>(job);
}
}  // namespace vc7::sim
