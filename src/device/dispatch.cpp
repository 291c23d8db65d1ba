// SPDX-License-Identifier: MIT
#include <vc7/device/dispatch.hpp>

#include <algorithm>
#include <limits>
#include <string_view>

#include "message.hpp"

namespace vc7 {
namespace {

using Where = std::source_location;

constexpr std::uint32_t lanes_per_batch = 16;
constexpr std::uint32_t largest_workgroup = 256;
constexpr std::uint32_t most_workgroups_per_supergroup = 16;
constexpr std::uint32_t most_ids = 65536;

constexpr std::uint64_t batches_of(std::uint64_t lanes) {
  return (lanes + lanes_per_batch - 1) / lanes_per_batch;
}

void check_range(std::string_view what, std::uint64_t value, std::uint64_t lowest,
                 std::uint64_t highest, const Where& where) {
  if (value < lowest || value > highest)
    detail::fail(where, fmt::format("dispatch: {} is {}, allowed are {} to {}", what, value, lowest,
                                    highest));
}

void check_ids(char axis, std::uint32_t offset, std::uint32_t count, const Where& where) {
  check_range(fmt::format("workgroups.{}", axis), count, 1, most_ids - 1, where);
  check_range(fmt::format("offset.{}", axis), offset, 0, most_ids - 1, where);
  if (offset + count > most_ids)
    detail::fail(where, fmt::format("dispatch: offset.{0} + workgroups.{0} is {1} + {2} = {3}, "
                                    "allowed is at most {4}: workgroup ids have 16 bits",
                                    axis, offset, count, offset + count, most_ids));
}

std::uint32_t workgroup_size(const Dispatch& dispatch, const Where& where) {
  const Extent& size = dispatch.local_size;
  check_range("local_size.x", size.x, 1, largest_workgroup, where);
  check_range("local_size.y", size.y, 1, largest_workgroup, where);
  check_range("local_size.z", size.z, 1, largest_workgroup, where);
  const std::uint64_t lanes = size.product();
  if (lanes > largest_workgroup)
    detail::fail(
        where,
        fmt::format("dispatch: a local size of {} x {} x {} = {} lanes, allowed are at most {}",
                    size.x, size.y, size.z, lanes, largest_workgroup));
  return static_cast<std::uint32_t>(lanes);
}

unsigned resident_batches(const Dispatch& dispatch, const DispatchTarget& target) {
  return target.qpus * (dispatch.threading == Threading::four_way ? 4 : 2);
}

// Mesa's rule (v3d71 §13.1). With a barrier only half of the threads, so that two supergroups
// overlap.
std::uint32_t choose_supergroup(const Dispatch& dispatch, const DispatchTarget& target,
                                std::uint32_t lanes, std::uint64_t workgroups) {
  if (dispatch.subgroup_operations) return 1;
  std::uint64_t most = std::min<std::uint64_t>(most_workgroups_per_supergroup, workgroups);
  if (dispatch.barrier)
    most = std::min<std::uint64_t>(most, resident_batches(dispatch, target) / 2 * lanes_per_batch /
                                             lanes);
  std::uint32_t best = 1;
  std::uint64_t fewest = lanes_per_batch;
  for (std::uint32_t n = 1; n <= most; ++n) {
    const std::uint64_t all = std::uint64_t{n} * lanes;
    const std::uint64_t unused = batches_of(all) * lanes_per_batch - all;
    if (unused >= fewest) continue;
    fewest = unused;
    best = n;
  }
  return best;
}

}  // namespace

DispatchPlan plan(const Dispatch& dispatch, const DispatchTarget& target, Where where) {
  DispatchPlan result;
  result.workgroup_size = workgroup_size(dispatch, where);
  check_ids('x', dispatch.offset.x, dispatch.workgroups.x, where);
  check_ids('y', dispatch.offset.y, dispatch.workgroups.y, where);
  check_ids('z', dispatch.offset.z, dispatch.workgroups.z, where);
  const std::uint64_t workgroups = dispatch.workgroups.product();

  if (const auto& given = dispatch.workgroups_per_supergroup) {
    check_range("workgroups_per_supergroup", *given, 1, most_workgroups_per_supergroup, where);
    if (dispatch.subgroup_operations && *given != 1 && result.workgroup_size % lanes_per_batch != 0)
      detail::fail(where,
                   fmt::format("dispatch: workgroups_per_supergroup is {}, allowed is 1: with "
                               "subgroup operations no batch of {} lanes may hold parts of two "
                               "workgroups of {} lanes",
                               *given, lanes_per_batch, result.workgroup_size));
    result.workgroups_per_supergroup = *given;
  } else {
    result.workgroups_per_supergroup =
        choose_supergroup(dispatch, target, result.workgroup_size, workgroups);
  }
  const std::uint64_t per_supergroup = result.workgroups_per_supergroup;
  result.batches_per_supergroup =
      static_cast<std::uint32_t>(batches_of(per_supergroup * result.workgroup_size));

  constexpr std::uint64_t most_batches = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t batches = result.batches_per_supergroup * (workgroups / per_supergroup) +
                          batches_of(workgroups % per_supergroup * result.workgroup_size);
  if (dispatch.total_batches) {
    batches = *dispatch.total_batches;
    check_range("total_batches", batches, 1, most_batches, where);
  } else if (batches > most_batches) {
    detail::fail(where, fmt::format("dispatch: {} workgroups of {} lanes need {} batches, allowed "
                                    "are at most {}; split the dispatch",
                                    workgroups, result.workgroup_size, batches, most_batches));
  }
  result.batches = static_cast<std::uint32_t>(batches);

  const unsigned resident = resident_batches(dispatch, target);
  const std::uint64_t waiting = std::min<std::uint64_t>(result.batches_per_supergroup, batches);
  if (dispatch.barrier && waiting > resident)
    detail::fail(where,
                 fmt::format("dispatch: a barrier over {} batches ({} workgroups of {} lanes), "
                             "allowed are at most {}: {} QPUs with {} threads each hold no more, "
                             "and the others would be waited for forever",
                             waiting, per_supergroup, result.workgroup_size, resident, target.qpus,
                             resident / std::max(target.qpus, 1u)));
  return result;
}

std::array<std::uint32_t, 7> csd_config(const Dispatch& dispatch, std::uint32_t code,
                                        std::uint32_t uniforms, const DispatchTarget& target,
                                        Where where) {
  if (code == 0 || code % 8 != 0)
    detail::fail(where,
                 fmt::format("dispatch: code at 0x{:08x}, allowed are multiples of 8 but 0", code));
  if (uniforms % 4 != 0)
    detail::fail(
        where, fmt::format("dispatch: uniforms at 0x{:08x}, allowed are multiples of 4", uniforms));
  const DispatchPlan groups = plan(dispatch, target, where);
  // 16 workgroups and 256 lanes are written as 0 (v3d71 §18 row 32).
  const std::uint32_t supergroups = (groups.batches_per_supergroup - 1) << 12 |
                                    (groups.workgroups_per_supergroup & 0xf) << 8 |
                                    (groups.workgroup_size & 0xff);
  const std::uint32_t flags = (dispatch.propagate_nans ? 4u : 0u) |
                              (dispatch.single_segment ? 2u : 0u) |
                              (dispatch.threading == Threading::four_way ? 1u : 0u);
  return {dispatch.workgroups.x << 16 | dispatch.offset.x,
          dispatch.workgroups.y << 16 | dispatch.offset.y,
          dispatch.workgroups.z << 16 | dispatch.offset.z,
          supergroups,
          target.batches_minus_one ? groups.batches - 1 : groups.batches,
          code | flags,
          uniforms};
}

}  // namespace vc7
