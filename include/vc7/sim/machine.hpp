// SPDX-License-Identifier: MIT
//
// The device model: a V3D 7.1 core that executes compute jobs from machine words.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vc7/sim/counters.hpp>
#include <vc7/sim/fault.hpp>
#include <vc7/sim/memory.hpp>
#include <vc7/sim/timing.hpp>
#include <vc7/sim/topology.hpp>

namespace vc7::sim {

/// Which implementation of the semantics executes the words.
enum class Engine : std::uint8_t {
  interpreter,  ///< micro-operations on 16-lane host vectors
  jit,          ///< native code; on hosts without a compiler, the interpreter
  automatic,    ///< native code for what runs long enough to gain from it
  oracle,       ///< one lane and one instruction at a time; slow, the judge of the others
};

struct Options {
  Topology topology = topology_7_1_10;
  Engine engine = Engine::automatic;
  /// Host threads that share the batches of a job, 0 = as many as the host has. Results do not
  /// depend on it.
  unsigned host_threads = 0;
  /// A batch that has executed more instructions than this at a jump is stopped with a budget
  /// fault, which names the last delay slot of the branch.
  std::uint64_t instruction_budget = 4'000'000'000;
  /// A batch that breaks a rule of v3d71 §7 whose effect on hardware is undefined, where the model
  /// would have an answer, is stopped with a restriction fault that names the rule. Runs on the
  /// oracle whatever `engine` says.
  bool trap_hazards = false;
  /// Native code is listed in /tmp/perf-PID.map, where `perf report` finds the names of units.
  bool perf_map = false;
  /// If set, jobs are timed with these parameters: on one host thread by the interpreter, whatever
  /// `engine` says, with the results that they have without.
  std::optional<timing::Parameters> timing = std::nullopt;
};

/// Options as the environment asks for them: VC7_SIM=auto|interp|jit|oracle, VC7_SIM_THREADS=n,
/// VC7_SIM_BUDGET=n, VC7_SIM_HAZARDS=0|1, VC7_SIM_PERF_MAP=0|1, VC7_SIM_TIMING=0|1|FILE
/// with parameters (timing.hpp). Throws
/// vc7::Error for values that are none of these.
Options options_from_environment(Options defaults = {});

/// The seven configuration words of a compute job (v3d71 §13.1).
using CsdConfig = std::array<std::uint32_t, 7>;

/// How the host executed a job. Says nothing about the time on a real GPU.
struct HostExecution {
  /// "oracle", "interpreter", or "native code" if the program had some when the job ended (the
  /// interpreter may have begun it).
  std::string tier;
  std::string vector_isa;  ///< as vector_isa(); empty for the oracle
  unsigned threads = 0;    ///< of the host that shared the job
  double seconds = 0;      ///< from the start of the job to its end, compiling included
  // ---- native code of the program, from earlier jobs as well
  std::size_t units = 0;       ///< compiled: loops and single blocks
  std::size_t code_bytes = 0;  ///< without the rest of the last page
  double compile_seconds = 0;
};

struct JobResult {
  std::optional<Fault> fault;         ///< nothing if every batch came to its end
  std::uint64_t instructions = 0;     ///< executed by all batches
  std::uint64_t batches = 0;          ///< that were run to their end
  std::vector<std::string> warnings;  ///< accepted, but not what hardware promises; each text once
  HostExecution host = {};
  CounterValues counters{};  ///< what the hardware would have counted, where known
  std::shared_ptr<const timing::Report> timing = nullptr;  ///< with Options::timing
};

/// Runs jobs one at a time; run() may be called from any thread, calls are serialised.
class Machine {
 public:
  /// Throws vc7::Error if the address space cannot be reserved, VC7_SIM_ISA names a vector
  /// instruction set that the host does not have, or the map for perf cannot be written.
  explicit Machine(Options options = {});
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Memory& memory();
  const Options& options() const;

  /// Executes one job to its end or its first fault. Memory written before a fault stays written.
  /// `stop`, if given and set by another thread, ends the job early with a budget fault; `ended`
  /// counts the batches that have come to their end, while the job runs.
  JobResult run(const CsdConfig& cfg, const std::atomic<bool>* stop = nullptr,
                std::atomic<std::uint64_t>* ended = nullptr);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The vector instruction set that the interpreter of a new machine uses: "avx512", "avx2", "sse2",
/// "neon" or "generic". Throws vc7::Error as Machine does.
std::string vector_isa();

}  // namespace vc7::sim
