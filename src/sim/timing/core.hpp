// SPDX-License-Identifier: MIT
//
// The timing model of a V3D core: QPUs that issue instructions in order, the units that they share,
// and the dispatcher.
//
// The model always moves the QPU that is furthest behind, by one instruction or one wait, so that
// the shared units see requests in the order of time. Ties go by the number of the QPU: the result
// is the same on every host.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include <vc7/sim/timing.hpp>

#include "cache.hpp"
#include "memory_system.hpp"
#include "qpu_thread.hpp"
#include "recorder.hpp"
#include "sites.hpp"

namespace vc7::sim::timing {

/// What the dispatcher needs to know of a job.
struct Job {
  std::uint32_t batches = 0;
  unsigned threads_per_qpu = 2;
  std::uint32_t uniform_start = 0;
  std::function<std::uint32_t(std::uint32_t batch)> supergroup_of;
  std::function<std::uint32_t(std::uint32_t supergroup)> size_of;
  /// The trace of a batch, called in ascending order; null: the job was stopped before.
  std::function<std::unique_ptr<BatchTrace>(std::uint32_t batch)> trace_of;
};

class Core {
 public:
  Core(const Job& job, Sites& sites, Report& report);
  /// Fills the report.
  void run();

 private:
  struct Slice {
    Cache instructions, uniforms;
    Server special;
  };
  struct InFlight {
    std::uint64_t leaves;  ///< the input FIFO of the TMU
    unsigned words;
  };
  struct Qpu {
    unsigned number = 0;
    std::uint64_t time = 0;  ///< up to here everything is decided
    int running = -1;        ///< thread, -1: none can
    bool granted = false;    ///< the special function unit waits for the next instruction
    std::deque<QpuThread> threads;
    std::deque<InFlight> fifo;
    unsigned unsent = 0;          ///< words written for requests that are not complete
    std::uint32_t fetched = ~0u;  ///< line of the last instruction
  };
  struct Wait {
    std::uint64_t until;
    Stall why;
  };

  Qpu* furthest_behind();
  Slice& slice_of(const Qpu& qpu) { return slices_[qpu.number / report_.topology.qpus_per_slice]; }

  // ---- dispatch
  void launch(Qpu& qpu, unsigned thread, std::uint64_t now);
  void choose(Qpu& qpu, unsigned after);
  void end_batch(Qpu& qpu, QpuThread& thread);
  void arrive(Qpu& qpu, QpuThread& thread);

  // ---- instructions
  void step(Qpu& qpu);
  Wait earliest(Qpu& qpu, QpuThread& thread, const Site& site);
  bool must_fetch(Qpu& qpu, std::uint32_t pc, Wait& wait);
  void need_uniforms(Qpu& qpu, std::uint32_t address, unsigned words, Wait& wait);
  void need_room(Qpu& qpu, unsigned words, Wait& wait) const;
  bool take_special(Qpu& qpu, Site& site);
  void issue(Qpu& qpu, QpuThread& thread, Site& site);
  void events(Qpu& qpu, QpuThread& thread, Site& site, std::uint32_t pc);
  void access(Qpu& qpu, QpuThread& thread, const Access& access);
  void after_slots(Qpu& qpu, QpuThread& thread, Site& site);
  void stall(Qpu& qpu, Site* site, Stall why, std::uint64_t until);

  const Job& job_;
  Sites& sites_;
  Report& report_;
  const Parameters& p_;
  Recorder recorder_;
  MemorySystem memory_;
  std::vector<Slice> slices_;
  std::deque<Qpu> qpus_;
  static constexpr std::uint64_t idle = ~std::uint64_t{0};
  std::vector<std::uint64_t> turns_;  ///< of the QPUs: their times, or idle
  std::uint32_t next_batch_ = 0;
  bool stopped_ = false;
  Server launches_;
  /// Threads at the barrier of a supergroup.
  std::unordered_map<std::uint32_t, std::vector<std::pair<Qpu*, QpuThread*>>> barriers_;
  std::uint64_t end_ = 0;  ///< of the last batch and store so far
};

}  // namespace vc7::sim::timing
