// SPDX-License-Identifier: MIT
//
// Where execution goes from instruction to instruction, and what is known on the way: a data flow
// over all paths, with a work list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <vc7/verify/verify.hpp>

#include "state.hpp"

namespace vc7::verify {

/// Where a branch goes.
struct Targets {
  std::vector<std::size_t> inside;  ///< instructions of the program
  bool unknown = false;             ///< to an address in a register
  bool outside = false;             ///< to an address that is not in the program
  bool no_link = false;             ///< to the link register, which nothing sets
  std::uint32_t address = 0;        ///< if outside
};

/// What an instruction does to the modes before it.
struct ModeStep {
  ModeSet fall = 0;       ///< at the next instruction
  ModeSet jump = 0;       ///< behind the slots of the branch three instructions before
  ModeSet ending = 0;     ///< before: of those, the thread ends with the instruction
  ModeSet switching = 0;  ///< before: of those, a switch follows it that is not the end
  // Broken rules, as modes before; these paths are not followed.
  ModeSet branch_in_branch = 0, switch_in_branch = 0, branch_in_switch = 0;
  ModeSet third_switch = 0, second_announcement = 0;
  ModeSet refused() const {
    return branch_in_branch | switch_in_branch | branch_in_switch | third_switch |
           second_announcement;
  }
};

class Flow {
 public:
  Flow(std::span<const std::uint64_t> words, const Options& options);

  std::size_t size() const { return facts_.size(); }
  const Facts& facts(std::size_t i) const { return facts_[i]; }
  /// Before the instruction; modes 0 if execution cannot reach it.
  const State& before(std::size_t i) const { return states_[i]; }
  ModeStep step(std::size_t i) const { return mode_step(states_[i].modes, facts_[i]); }
  Targets targets(std::size_t branch) const;
  TmuStep tmu(std::size_t i) const { return tmu_step(states_[i].tmu, facts_[i], limits()); }
  TmuLimits limits() const { return {options_.four_way ? 4u : 8u}; }
  const Options& options() const { return options_; }
  bool reaches_end() const { return reaches_end_; }
  /// True if a path was not followed to its end because of what it does.
  bool breaks_off() const { return breaks_off_; }
  bool known() const { return known_; }

 private:
  void run();
  ModeStep mode_step(ModeSet modes, const Facts& facts) const;
  /// Everything but the modes, after the instruction.
  State after(std::size_t i, const ModeStep& step) const;
  void arrive(std::size_t i, const State& state);

  const Options options_;
  std::vector<Facts> facts_;
  std::vector<State> states_;
  std::vector<std::size_t> return_points_;  ///< instructions behind branches that set the link
  std::vector<std::size_t> heap_;           ///< instructions to look at, lowest first
  std::vector<bool> waiting_;
  bool reaches_end_ = false, breaks_off_ = false, known_ = true;
};

}  // namespace vc7::verify
