// SPDX-License-Identifier: MIT
//
// From the configuration words of a compute job to supergroups and batches (v3d71 §13).
#pragma once

#include <array>
#include <cstdint>

#include <vc7/sim/machine.hpp>

#include "sim/exec/executor.hpp"

namespace vc7::sim {

class Dispatch {
 public:
  Dispatch(const CsdConfig& cfg, const Topology& topology);

  std::uint32_t code() const { return cfg_[5] & ~7u; }
  std::uint32_t uniforms() const { return cfg_[6] & ~3u; }
  bool four_way() const { return (cfg_[5] & 1) != 0; }
  bool single_segment() const { return (cfg_[5] & 2) != 0; }

  /// Batches of the job; the hardware counts cfg4, not the workgroups.
  std::uint32_t batches() const { return cfg_[4]; }
  std::uint32_t supergroups() const;
  std::uint32_t batches_per_supergroup() const { return batches_per_supergroup_; }
  /// Batches of one supergroup; the last may be cut short.
  std::uint32_t batches_in(std::uint32_t supergroup) const;
  /// QPU threads of the GPU: batches that are resident at a time.
  std::uint32_t resident() const { return qpus_ * threads_per_qpu(four_way()); }

  /// What batch `index` of a supergroup starts with.
  BatchStart start(std::uint32_t supergroup, std::uint32_t index) const;

 private:
  CsdConfig cfg_;
  std::uint32_t qpus_;
  std::uint32_t group_size_, groups_per_supergroup_, batches_per_supergroup_;
  bool consistent_;  ///< the fields of cfg3 agree, so lanes behind a supergroup's workgroups are
                     ///< known
  bool counts_are_real_;  ///< the workgroup counts agree with cfg4, so lanes past the last
                          ///< workgroup are known
  std::uint64_t groups_;
  unsigned local_index_shift_;
};

}  // namespace vc7::sim
