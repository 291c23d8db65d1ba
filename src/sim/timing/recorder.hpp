// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <vc7/sim/timing.hpp>

namespace vc7::sim::timing {

/// Writes the timeline of a report.
class Recorder {
 public:
  Recorder(Timeline& timeline, unsigned qpus);
  /// The QPU has spent `cycles` more.
  void spent(unsigned qpu, std::uint8_t kind, std::uint8_t thread, std::uint64_t cycles) {
    Open& open = open_[qpu];
    if (open.kind != kind || open.thread != thread) {
      close(qpu);
      open.kind = kind;
      open.thread = thread;
    }
    open.cycles += cycles;
  }
  /// The span ends here, even if the next one is of the same kind.
  void close(unsigned qpu);
  void finish();

 private:
  struct Open {
    std::uint8_t kind = Timeline::issue, thread = 0;
    std::uint64_t start = 0, cycles = 0;
  };

  void add(Timeline::Qpu& to, const Open& span);
  void halve();

  Timeline& timeline_;
  std::vector<Open> open_;
};

}  // namespace vc7::sim::timing
