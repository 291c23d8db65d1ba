// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include <vc7/sim/timing.hpp>

#include "sites.hpp"
#include "trace.hpp"

namespace vc7::sim::timing {

/// A place for a batch in a QPU, and the batch that goes through its trace there.
class QpuThread {
 public:
  bool busy() const { return trace_ != nullptr; }
  void begin(std::unique_ptr<BatchTrace> trace, std::uint32_t uniform_start) {
    trace_ = std::move(trace);
    reader_.emplace(*trace_);
    run_ = 0;
    round_ = step_ = 0;
    uniforms = uniform_start;
    unifa = 0;
    results.clear();
    loads_done = stores_done = 0;
    special = {};
    switch_in = -1;
    wants_barrier = at_barrier = false;
  }
  void end() { trace_.reset(); }

  /// False: the batch has ended.
  bool more() const { return run_ < trace_->runs().size(); }
  std::uint32_t pc() const { return trace_->runs()[run_].address + 8 * step_; }
  void advance() {
    const Run& run = trace_->runs()[run_];
    if (++step_ < run.instructions) return;
    step_ = 0;
    if (++round_ < run.times) return;
    round_ = 0;
    ++run_;
  }
  std::optional<TraceReader::Item> event(std::uint32_t site) { return reader_->next(site); }

  std::uint32_t batch = 0;
  std::uint64_t launched = 0;
  std::uint32_t uniforms = 0, unifa = 0;  ///< addresses of the next words

  // ---- when it may go on after it was switched away from
  std::uint64_t ready = 0;
  Stall why = Stall::idle;
  Site* waits_at = nullptr;  ///< the instruction that made it wait; null at the start
  int switch_in = -1;        ///< instructions before a thread switch takes effect, -1: none
  bool wants_barrier = false, at_barrier = false;

  // ---- results on their way
  std::deque<std::uint64_t> results;  ///< when the words in the output FIFO of the TMU are there
  std::uint64_t loads_done = 0, stores_done = 0;
  struct Special {
    int to = -1;
    std::uint64_t ready = 0;
  };
  std::array<Special, 2> special{};  ///< the last results of special functions

 private:
  std::unique_ptr<BatchTrace> trace_;
  std::optional<TraceReader> reader_;
  std::size_t run_ = 0;
  std::uint32_t round_ = 0, step_ = 0;
};

}  // namespace vc7::sim::timing
