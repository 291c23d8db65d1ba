// SPDX-License-Identifier: MIT
#pragma once

#include "x86_vectors.hpp"

namespace vc7::sim::jit {

inline const x86::Gp site_reg = x86::r8d;

/// Code shared by all TMU accesses of a program: loads and stores of a word or a vec4 in every
/// lane.
class AccessCode {
 public:
  AccessCode(x86::Assembler& assembler, X86Vectors& vectors)
      : as_{assembler}, vectors_{vectors}, other_{assembler.newLabel()} {}

  /// Remembers the addresses of this many accesses of a program.
  static constexpr unsigned sites = 16;

  /// A subroutine. Addresses come in State::memory_addresses; site_reg is a number below `sites`,
  /// the same for each execution of an instruction. The carry flag says that nothing was
  /// done because the access is of another kind. Clobbers what C functions may, and scratch.
  void write(const asmjit::Label& label);

 private:
  void pop_config();
  void note(std::size_t constant);
  void good();
  void room(unsigned words);
  void stores(const asmjit::Label& label, unsigned words, std::size_t note);
  void load_words();
  void store_words();
  void base_of_consecutive(const asmjit::Label& no);
  void bases_of_quads(bool for_store, const asmjit::Label& no);
  void load_vec4();
  void store_vec4();
  void prefetch(bool for_store);

  x86::Assembler& as_;
  X86Vectors& vectors_;
  asmjit::Label other_;
};

}  // namespace vc7::sim::jit
