// SPDX-License-Identifier: MIT
//
// The body of a random program: straight pieces, memory accesses, branches, loops, subroutines,
// barriers.
#pragma once

#include <cstdint>
#include <vector>

#include "support/program_writer.hpp"

namespace vc7::test {

class RandomBody {
 public:
  static constexpr std::uint32_t scratch_address = 0x0040'0000;
  static constexpr std::uint32_t scratch_stride = 4096;  ///< bytes per batch
  static constexpr std::uint32_t scratch_mask = 0x7fc;   ///< offsets that are used, plus 12
  static constexpr std::uint32_t shared_address = 0x0060'0000;

  explicit RandomBody(ProgramWriter& writer) : w_{writer}, random_{writer.random} {}

  /// Writes about `instructions` instructions; afterwards nothing is outstanding.
  void write(unsigned instructions);
  /// The subroutines that the body calls; goes behind the end of the program.
  void write_subroutines();

 private:
  void item();
  void items(unsigned instructions);

  // Memory (random_memory.cpp).
  void access();
  void compute_address(bool shared);
  void use_config(std::uint8_t byte, bool& by_tmuau, std::uint32_t& word);
  void start_access(std::uint8_t byte);
  void data(isa::Magic address, unsigned words);
  void load_access();
  void store_access();
  void atomic_access();
  void hint_access();
  void prepare(unsigned words);
  void new_unifa();

  // Control flow (random_control.cpp).
  void forward_branch();
  void loop();
  void call();
  void barrier();
  void align_uniforms();
  void vary_lanes(unsigned right);
  isa::BranchInstruction random_branch();
  void patch_target(std::size_t branch, std::size_t target);

  ProgramWriter& w_;
  Random& random_;
  unsigned depth_ = 0;  ///< of regions that are not always passed, or several times
  unsigned loop_depth_ = 0;
  bool in_subroutine_ = false;

  struct Call {
    std::size_t branch;
    unsigned subroutine;
  };
  std::vector<Call> calls_;
  unsigned outstanding_at_calls_ = 0;  ///< at most
};

}  // namespace vc7::test
