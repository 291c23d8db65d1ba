// SPDX-License-Identifier: MIT
//
// What hardware leaves undefined although the model has an answer: Options::trap_hazards. The rules
// are those of v3d71 §7 that are errors on the way a batch really takes; each trap names its rule.
// Written apart from the verifier, which looks at all ways at once, so that the two can judge each
// other.
#pragma once

#include <cstdint>
#include <optional>

#include <vc7/isa/instruction.hpp>

#include "thread_state.hpp"

namespace vc7::sim::oracle {

/// What a thrsw turned out to be (v3d71 §12.5).
enum class SwitchKind : std::uint8_t { ordinary, last_marker, end };

/// Watches the instructions of one batch, numbered from 0. All members throw Trap.
class HazardWatch {
 public:
  /// Before an instruction; `state` is still untouched by it.
  void instruction(const isa::AluInstruction& i, std::uint64_t number, bool in_branch_slot,
                   const ThreadState& state);
  void branch(std::uint64_t number) const;
  /// After instruction(), if it has thrsw.
  void thread_switch(const isa::AluInstruction& i, std::uint64_t number, SwitchKind kind);
  /// A switch is complete.
  void switched();
  /// The thread ended.
  static void ended(const ThreadState& state);

 private:
  bool within(const std::optional<std::uint64_t>& event, std::uint64_t number,
              std::uint64_t distance) const {
    return event && number - *event <= distance;
  }
  void uniforms(const isa::AluInstruction& i, std::uint64_t number, bool in_branch_slot);
  void switch_slots(const isa::AluInstruction& i, std::uint64_t number) const;
  void end_slots(const isa::AluInstruction& i) const;
  void multiplication_top(const isa::AluInstruction& i);
  void rf0_after_switch(const isa::AluInstruction& i, std::uint64_t number);

  std::optional<std::uint64_t> unifa_written_;  ///< number of the last instruction that did
  std::optional<std::uint64_t> switch_at_;      ///< number of the last thrsw that was no marker
  std::optional<std::uint64_t> end_at_;
  bool rtop_pending_ = false, rtop_lost_ = false;
  bool rf0_doubtful_ = false;   ///< by its last write; R28
  bool rf0_undefined_ = false;  ///< by a switch after that
};

}  // namespace vc7::sim::oracle
