// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "program.hpp"

namespace vc7::sim::jit {
class PerfMap;
}

namespace vc7::sim::interp {

/// When programs become native code, where there is a compiler for this host.
enum class Compile : std::uint8_t {
  never,
  later,  ///< if many batches run them, or several that can loop, or one for long
  at_once,
};

/// The programs that were run last. Checked against memory at the start of each job, as the
/// device's instruction cache is cleared there.
class ProgramCache {
 public:
  /// Throws vc7::Error if VC7_SIM_ISA names what this host does not have, or if there can be no
  /// map for perf.
  ProgramCache(const Memory& memory, Compile compile, bool perf_map);
  std::shared_ptr<Program> get(const ProgramKey& key);
  /// Whether a job of so many batches should run native code from the start. Once per job.
  bool wants_native_code(Program& program, std::uint32_t batches) const;

 private:
  static constexpr std::size_t limit = 64;
  const Memory& memory_;
  const Handlers& handlers_;
  Compile compile_;
  jit::PerfMap* perf_map_;  ///< may be null
  std::mutex mutex_;
  std::deque<std::shared_ptr<Program>> programs_;  ///< latest first
};

/// The handlers of a vector instruction set, and its name.
struct HostIsa {
  const Handlers* handlers;
  const char* name;
};
/// The best that this host has, or what VC7_SIM_ISA names; throws vc7::Error if the host lacks
/// that.
HostIsa host_isa();

}  // namespace vc7::sim::interp
