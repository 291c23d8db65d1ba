// SPDX-License-Identifier: MIT
#pragma once

#include "x86_vectors.hpp"

namespace vc7::sim::jit {

/// Two ymm registers per QPU register, of which six find room. Flag A is a bit per lane in ebp, or
/// the signs of a home, flag B is in State.
class Avx2Vectors final : public X86Vectors {
 public:
  using X86Vectors::X86Vectors;

  unsigned homes() const override { return 6; }
  unsigned scratch() const override { return 6; }
  void load(unsigned to, const Source& from) override;
  void store(const Memory& to, unsigned from) override;
  void copy_16(const Memory& to, const Memory& from) override;
  void first_lane(Reg to, unsigned from) override;
  void broadcast_lane0(unsigned to, unsigned from) override;
  void broadcast_quads(unsigned to, const Source& from) override;
  void rotate(unsigned to, const Source& from, unsigned amount) override;
  bool compute(Fast op, unsigned to, const Source& a, const Source& b) override;
  void shift(Fast op, unsigned to, const Source& a, unsigned amount) override;
  void canonical(unsigned v) override;
  void canonical_in_memory(const Memory& mem) override;
  void check_canonical(unsigned v, const asmjit::Label& bad) override;
  void flags(const MicroOp& op, const Source& a, const Source& b, unsigned result) override;
  void blend(unsigned to, const Source& from, unsigned condition, bool any) override;
  void keep(unsigned to, unsigned condition) override;
  bool can_keep_flags() const override { return true; }
  void keep_flags_in(int home) override { flags_home_ = home; }
  void load_flags() override;
  void store_flags() override;
  void flag_mask(Reg to, unsigned condition) override;
  void any_flag(Reg to) override;
  void check_addresses(const asmjit::Label& bad) override;
  void check_consecutive(const asmjit::Label& no) override;
  void check_quads(const asmjit::Label& no) override;
  void load_vec4(const Memory* results, bool quads) override;
  void store_vec4(bool quads, bool past_caches) override;
  bool can_pass_caches() const override { return true; }

 private:
  static constexpr unsigned t1 = 14, t2 = 15;  ///< ymm registers, not vectors
  static x86::Mem at(const Memory& mem, unsigned h) { return host(mem.plus(32 * h)); }
  x86::Vec half(unsigned v, unsigned h) const;
  x86::Vec in_register(const Source& source, unsigned h, unsigned temp, bool again = false);
  /// Calls function(operand) with a register or a memory operand for one half of the lanes.
  template <class Function>
  void with(const Source& source, unsigned h, Function function, bool again = false) {
    if (source.kind == Source::Kind::memory) return function(at(source.mem, h));
    function(in_register(source, h, t2, again));
  }
  void half_of(Fast op, unsigned to, const Source& a, const Source& b, unsigned h);
  void twice_in_memory(const Source& from);
  // ---- in x86_avx2_flags.cpp
  struct Tested {
    x86::Vec signs;
    bool inverted;
  };
  Tested tested(const MicroOp& op, unsigned tested, const Source& a, const Source& b,
                unsigned result, unsigned h);
  void tested_bits(const MicroOp& op, unsigned tested, const Source& a, const Source& b,
                   unsigned result);
  void update_bits(unsigned code);
  void flags_in_home(const MicroOp& op, unsigned tested, const Source& a, const Source& b,
                     unsigned result);
  bool in_flags_home(unsigned condition) const;
  x86::Vec flag_signs(unsigned h) const { return half(static_cast<unsigned>(flags_home_), h); }
  void bits_of_home(const x86::Gp& to);
  void mask(unsigned h, bool spread);

  int flags_home_ = -1;
};

}  // namespace vc7::sim::jit
