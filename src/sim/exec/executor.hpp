// SPDX-License-Identifier: MIT
//
// The seam between the dispatcher, which decides which batch runs when, and the engines, which
// execute the instructions of a batch: interpreter and oracle.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <vc7/sim/fault.hpp>
#include <vc7/sim/machine.hpp>
#include <vc7/sim/memory.hpp>
#include <vc7/sim/topology.hpp>

#include "turns.hpp"
#include "uniform_cache.hpp"

namespace vc7::sim {

namespace interp {
class ProgramCache;
}
namespace timing {
class Traces;
}

inline constexpr unsigned lanes = 16;
using LaneWords = std::array<std::uint32_t, lanes>;

/// Texts for things that are accepted although hardware promises nothing; each is kept once.
/// Thread-safe.
class Warnings {
 public:
  void add(std::string text) {
    const std::lock_guard lock{mutex_};
    texts_.insert(std::move(text));
  }
  std::vector<std::string> take() {
    const std::lock_guard lock{mutex_};
    return {texts_.begin(), texts_.end()};
  }

 private:
  std::mutex mutex_;
  std::set<std::string> texts_;
};

/// What all batches of a job share.
struct JobContext {
  Memory& memory;
  UniformCache& uniforms;
  Turns& turns;
  Warnings& warnings;
  Topology topology;
  std::uint32_t batches = 1;
  std::uint32_t code = 0;           ///< GPU address of the first instruction
  std::uint32_t uniform_start = 0;  ///< cfg6
  bool four_way = false;            ///< 4 threads per QPU, 32 registers each
  bool single_segment = false;      ///< the first thread switch ends the thread
  bool trap_hazards = false;        ///< of the oracle: what hardware leaves undefined is a fault
  std::uint64_t instruction_budget = 0;
  const std::atomic<bool>* stop =
      nullptr;  ///< set by another thread: end with a budget fault; may be null
  std::atomic<std::uint64_t>* ended = nullptr;  ///< counts the batches that have ended; or null
  interp::ProgramCache* programs = nullptr;     ///< of the machine; the interpreter needs it
  timing::Traces* traces = nullptr;             ///< records what batches do; or null

  unsigned registers() const { return four_way ? 32 : 64; }
  /// Words of 16 lanes that the TMU output FIFO holds for one thread (v3d71 §10.6).
  unsigned output_fifo() const { return 16 / threads_per_qpu(four_way); }
};

/// What one batch starts with (v3d71 §13.3).
struct BatchStart {
  std::uint32_t task = 0;   ///< number of the supergroup in the job, for Turns
  std::uint32_t batch = 0;  ///< number of the batch in the job
  std::uint32_t qpu = 0;
  std::uint32_t thread =
      0;  ///< slot as the low bits of tidx: 0 or 2 in 2-way mode, 0-3 in 4-way mode
  LaneWords rf2{}, rf3{};  ///< payload
  std::uint32_t live =
      0xffff;  ///< mask of the lanes that were dispatched (non-zero multisample flags)
};

/// Why a batch stopped executing for now.
enum class Exit : std::uint8_t {
  ended,     ///< thread end
  switched,  ///< an ordinary thread switch is complete
  barrier,   ///< a thread switch is complete and a barrier was requested before it
  fault,     ///< Batch::fault() says what
  paused,    ///< the turn is over
};

/// A batch in execution.
class Batch {
 public:
  virtual ~Batch() = default;
  /// Executes until the thread ends, faults or waits at a barrier; with stop_at_switch also until
  /// the next completed thread switch. After `barrier` the caller resumes when the barrier is
  /// complete.
  virtual Exit resume(bool stop_at_switch) = 0;
  /// As resume(false), but if Executor::pauses() also until so many instructions are over and a
  /// branch is taken.
  virtual Exit turn(std::uint64_t) { return resume(false); }
  virtual const Fault& fault() const = 0;
  virtual std::uint64_t instructions() const = 0;
};

/// Makes and reuses batches for one host thread.
class Executor {
 public:
  virtual ~Executor() = default;
  /// Called once per job, on one of its executors, before any batch starts.
  virtual void prepare() {}
  /// A batch at its first instruction. At most as many at a time as the caller keeps; destroying
  /// one frees its slot.
  virtual std::unique_ptr<Batch> start(const BatchStart& start) = 0;
  /// True if supergroups have to run one after the other: programs with barriers may use the shared
  /// memory of their slot, of which there is one for all supergroups in flight (v3d71 §13.4).
  virtual bool serial() const { return true; }
  /// True if Batch::turn() can stop between.
  virtual bool pauses() const { return false; }
  /// Called before a task waits for its turn: who has several tasks under way on one host thread
  /// brings those before it to their end, and tells Turns of them. May be empty.
  std::function<void(std::uint32_t task)> finish_before;
  void wait_for_turn(Turns& turns, std::uint32_t task) {
    if (finish_before) finish_before(task);
    turns.wait_for(task);
  }
  /// Tier and native code, so far.
  virtual HostExecution execution() const = 0;
};

/// The engines. The job outlives the executor.
std::unique_ptr<Executor> make_oracle(JobContext& job);
std::unique_ptr<Executor> make_interpreter(JobContext& job);

}  // namespace vc7::sim
