// SPDX-License-Identifier: MIT
//
// SUBMIT_CPU: what the kernel does itself between jobs of the GPU, for Vulkan: indirect dispatch
// and queries. For nodes of open_simulated().
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include <vc7/drm/node.hpp>

namespace vc7::drm {

/// A compute job whose numbers of workgroups are read when it is its turn: three words at `offset`
/// of the first buffer of the SubmitCpu. If one of them is 0, nothing is executed.
struct IndirectCsd {
  SubmitCsd csd{};                   ///< without syncobjs of its own
  BoHandle uniforms = 0;             ///< where the three numbers are written to as well
  std::uint32_t offset = 0;          ///< in bytes
  std::uint32_t workgroup_size = 0;  ///< lanes
  /// In words; all bits set: not written.
  std::array<std::uint32_t, 3> uniform_offsets{~0u, ~0u, ~0u};
};

/// A place in a buffer and the syncobj that tells whether it has been written.
struct Query {
  std::uint32_t offset = 0;  ///< in bytes, of 8 bytes
  SyncobjHandle sync = 0;
};

/// Writes the time in nanoseconds (CLOCK_MONOTONIC) for the first query and 0 for the others, into
/// the first buffer; the job's fence into their syncobjs.
struct TimestampQueries {
  std::vector<Query> queries{};
};
/// Writes zeros and takes the fences out.
struct ResetTimestampQueries {
  std::vector<Query> queries{};
};

/// How results are copied.
struct QueryCopy {
  bool wide = false;                     ///< 64 bits each, else 32
  bool partial = false;                  ///< also of queries whose fence is not done
  bool availability = false;             ///< then 0 or 1: whether the fence is done
  std::uint32_t offset = 0, stride = 0;  ///< in bytes, in the first buffer
};
/// From the second buffer into the first.
struct CopyTimestampQueries {
  QueryCopy how{};
  std::vector<Query> queries{};
};

struct PerformanceQuery {
  std::vector<PerfmonId> perfmons{};
  SyncobjHandle sync = 0;
};
/// Sets their monitors to 0 and takes the fences out.
struct ResetPerformanceQueries {
  std::vector<PerformanceQuery> queries{};
};
/// The values of each monitor, 32 places for each, and availability behind `counters` places.
struct CopyPerformanceQueries {
  QueryCopy how{};
  std::uint32_t counters = 0;
  std::vector<PerformanceQuery> queries{};
};

struct SubmitCpu {
  std::variant<IndirectCsd, TimestampQueries, ResetTimestampQueries, CopyTimestampQueries,
               ResetPerformanceQueries, CopyPerformanceQueries>
      work;
  std::span<const BoHandle> bo_handles = {};
  std::optional<MultiSync> multi_sync = {};  ///< wait_stage: cpu
};

/// Queues it on the CPU queue. EINVAL: as submit_csd(), a wrong number of buffers, an unknown
/// syncobj or monitor of a query. ENOENT: unknown buffer. ENOMEM. What lies outside of a buffer
/// shows in the fence, as a fault. ENODEV: no node of open_simulated().
Result<void> submit_cpu(Node& node, const SubmitCpu& job);

}  // namespace vc7::drm
