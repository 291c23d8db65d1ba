// SPDX-License-Identifier: MIT
#include "dispatch.hpp"

#include <algorithm>
#include <bit>

namespace vc7::sim {
namespace {

constexpr std::uint32_t or_if_zero(std::uint32_t value, std::uint32_t instead) {
  return value == 0 ? instead : value;
}
constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

}  // namespace

Dispatch::Dispatch(const CsdConfig& cfg, const Topology& topology)
    : cfg_{cfg}, qpus_{topology.qpus()} {
  group_size_ = or_if_zero(cfg[3] & 0xff, 256);
  batches_per_supergroup_ = (cfg[3] >> 12 & 0xff) + 1;
  const std::uint32_t field = or_if_zero(cfg[3] >> 8 & 15, 16);
  // py-videocore7 lets the field overflow; then only the number of batches says how many workgroups
  // there are.
  consistent_ = batches_per_supergroup_ == divide_up(std::uint64_t{field} * group_size_, lanes);
  groups_per_supergroup_ =
      consistent_ ? field
                  : std::max<std::uint32_t>(1, batches_per_supergroup_ * lanes / group_size_);
  groups_ = std::uint64_t{cfg[0] >> 16} * (cfg[1] >> 16) * (cfg[2] >> 16);
  const std::uint64_t expected = batches_per_supergroup_ * (groups_ / groups_per_supergroup_) +
                                 divide_up(groups_ % groups_per_supergroup_ * group_size_, lanes);
  counts_are_real_ = consistent_ && expected == cfg[4];
  const std::uint32_t slots = std::bit_ceil(std::max(group_size_, 64u));
  local_index_shift_ = 16 - static_cast<unsigned>(std::countr_zero(slots));
}

std::uint32_t Dispatch::supergroups() const {
  return static_cast<std::uint32_t>(divide_up(batches(), batches_per_supergroup_));
}

std::uint32_t Dispatch::batches_in(std::uint32_t supergroup) const {
  const std::uint64_t first = std::uint64_t{supergroup} * batches_per_supergroup_;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(batches_per_supergroup_, batches() - first));
}

BatchStart Dispatch::start(std::uint32_t supergroup, std::uint32_t index) const {
  BatchStart start;
  start.task = supergroup;
  start.batch = supergroup * batches_per_supergroup_ + index;
  // Breadth first over the QPUs, then their thread slots (v3d71 §12.3).
  const std::uint32_t slot = start.batch % resident();
  start.qpu = slot % qpus_;
  start.thread = slot / qpus_ * (four_way() ? 1 : 2);

  const std::uint32_t count_x = or_if_zero(cfg_[0] >> 16, 1),
                      count_y = or_if_zero(cfg_[1] >> 16, 1);
  start.live = 0;
  std::uint32_t slot_of_group = index * lanes / group_size_, local = index * lanes % group_size_;
  for (unsigned lane = 0; lane < lanes;) {
    // The divisions are for all lanes of a workgroup: they took as long as a small kernel.
    const std::uint64_t group = std::uint64_t{supergroup} * groups_per_supergroup_ + slot_of_group;
    const bool live = (!consistent_ || slot_of_group < groups_per_supergroup_) &&
                      (!counts_are_real_ || group < groups_);
    const std::uint64_t row = group / count_x, layer = row / count_y;
    const auto x = static_cast<std::uint32_t>(group - row * count_x) + (cfg_[0] & 0xffff);
    const auto y = static_cast<std::uint32_t>(row - layer * count_y) + (cfg_[1] & 0xffff);
    const auto z = static_cast<std::uint32_t>(layer) + (cfg_[2] & 0xffff);
    const unsigned end = lane + std::min(lanes - lane, group_size_ - local);
    if (live) start.live |= (1u << end) - (1u << lane);
    for (; lane < end; ++lane, ++local) {
      start.rf2[lane] =
          ((local << local_index_shift_ | slot_of_group) & 0xffff) << 16 | (z & 0xffff);
      start.rf3[lane] = (y & 0xffff) << 16 | (x & 0xffff);
    }
    ++slot_of_group;
    local = 0;
  }
  return start;
}

}  // namespace vc7::sim
