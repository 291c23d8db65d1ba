// SPDX-License-Identifier: MIT
//
// What a job runs: how many lanes in which groups, and how they are packed into batches of 16
// (v3d71 §13).
//
// The words of the field: a *workgroup* has local_size.x * y * z lanes. A *supergroup* is a run of
// consecutive workgroups whose lanes are packed without gaps into *batches* of 16 lanes. A batch is
// what one thread of one QPU executes. Workgroup ids run x fastest, then y, then z.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <source_location>

namespace vc7 {

class Perfmon;

/// Three sizes, each at least 1: `{64}` is 64 x 1 x 1.
struct Extent {
  std::uint32_t x = 1, y = 1, z = 1;
  constexpr std::uint64_t product() const { return std::uint64_t{x} * y * z; }
  friend constexpr bool operator==(const Extent&, const Extent&) = default;
};

/// The first workgroup id in each direction.
struct Offset {
  std::uint32_t x = 0, y = 0, z = 0;
  friend constexpr bool operator==(const Offset&, const Offset&) = default;
};

/// How many threads share the registers of a QPU (v3d71 §12.1).
enum class Threading : std::uint8_t {
  two_way,   ///< 2 threads with rf0-rf63
  four_way,  ///< 4 threads with rf0-rf31
};

/// The GPU as far as a dispatch depends on it.
struct DispatchTarget {
  unsigned qpus = 12;
  /// Before V3D 7.1.6 the field of the number of batches holds the number minus 1.
  bool batches_minus_one = false;
};

/// What follows from a Dispatch.
struct DispatchPlan {
  std::uint32_t workgroup_size = 0;             ///< lanes
  std::uint32_t workgroups_per_supergroup = 0;  ///< 1..16
  std::uint32_t batches_per_supergroup = 0;     ///< 1..256
  std::uint32_t batches = 0;                    ///< in all
};

/// One compute dispatch. A plain value: name what differs from the defaults.
///
///   Dispatch{.local_size = {64}, .workgroups = {1024}}
///   Dispatch{.local_size = {8, 8}, .workgroups = {20, 15}, .threading = Threading::four_way}
///   Dispatch::batches(24)
struct Dispatch {
  /// Lanes of a workgroup; the product is 1..256.
  Extent local_size{16, 1, 1};
  /// Number of workgroups in each direction, 1..65535.
  Extent workgroups{1, 1, 1};
  /// First workgroup ids, 0..65535; offset + workgroups <= 65536.
  Offset offset{};
  /// Workgroups packed into a supergroup, 1..16. Not given: the smallest number that leaves the
  /// fewest lanes unused (Mesa's rule, v3d71 §13.1).
  std::optional<std::uint32_t> workgroups_per_supergroup{};
  /// Run exactly this many batches instead of all that the workgroups need, 1 or more. With more of
  /// them the z ids count on beyond workgroups.z (v3d71 §13.1).
  std::optional<std::uint32_t> total_batches{};
  Threading threading = Threading::two_way;
  /// The kernel waits at barriers. Then all batches of a supergroup must be resident at once, at
  /// most QPUs * threads of them: more would wait for each other forever (v3d71 §12.4).
  bool barrier = false;
  /// The kernel works across the lanes of a subgroup: no batch may hold lanes of two workgroups.
  bool subgroup_operations = false;
  /// The first thread switch is the thread end (v3d71 §12.5).
  bool single_segment = false;
  /// Written as given; its effect on 7.x is not known (v3d71 §18 row 29).
  bool propagate_nans = false;
  /// Counts what the job does (perfmon.hpp), one of the Device that the job is submitted to; only
  /// looked at by Device::submit().
  const Perfmon* perfmon = nullptr;

  /// Exactly `n` batches of 16 lanes, each a workgroup of its own whose id x is 0..n-1: what
  /// py-videocore7 calls thread=n. 1..65535. Each batch is a supergroup of its own too, so a
  /// barrier waits for nobody; for a barrier over 16 batches set workgroups_per_supergroup = 16.
  /// (py-videocore7 itself wrote the local size into the count fields, v3d71 §13.2: there the
  /// number of the batch shows up as x + 16 * z.)
  static constexpr Dispatch batches(std::uint32_t n) { return {.workgroups = {n, 1, 1}}; }

  friend constexpr bool operator==(const Dispatch&, const Dispatch&) = default;
};

/// The groups and batches of a dispatch. Throws Error, with the place of the call, for anything
/// outside the ranges above.
DispatchPlan plan(const Dispatch& dispatch, const DispatchTarget& target = {},
                  std::source_location where = std::source_location::current());

/// The seven configuration words (v3d71 §13.1) for code and uniforms at these GPU addresses. `code`
/// is a multiple of 8 and not 0, `uniforms` a multiple of 4 (0: none). Throws Error like plan().
std::array<std::uint32_t, 7>
csd_config(const Dispatch& dispatch, std::uint32_t code, std::uint32_t uniforms,
           const DispatchTarget& target = {},
           std::source_location where = std::source_location::current());

}  // namespace vc7
