// SPDX-License-Identifier: MIT
#pragma once

#include "vectors.hpp"

namespace vc7::sim::jit {

/// Code shared by all TMU accesses of a program: loads and stores of a word or a vec4 in every
/// lane.
class AccessCode {
 public:
  AccessCode(HostCode& code, Vectors& vectors)
      : code_{code}, vectors_{vectors}, other_{code.label()} {}

  /// Remembers the addresses of this many accesses of a program.
  static constexpr unsigned sites = 16;

  /// A subroutine. Addresses come in State::memory_addresses; Reg::site is a number below `sites`,
  /// the same for each execution of an instruction. Returns `no` if nothing was done because the
  /// access is of another kind. Clobbers what C functions may, and scratch.
  void write(const asmjit::Label& label);

 private:
  void pop_config();
  void note(const Memory& constant);
  void room(unsigned words);
  void stores(const asmjit::Label& label, unsigned words, const Memory& note);
  void load_words();
  void store_words();
  void base_of_consecutive(const asmjit::Label& no);
  void bases_of_quads(bool for_store, const asmjit::Label& no);
  void load_vec4();
  void store_vec4();
  void jump_if_far(const asmjit::Label& far);
  void prefetch(bool for_store);

  HostCode& code_;
  Vectors& vectors_;
  asmjit::Label other_;
};

}  // namespace vc7::sim::jit
