// SPDX-License-Identifier: MIT
#pragma once

#include "vectors.hpp"
#include "x86_code.hpp"

namespace vc7::sim::jit {

inline asmjit::Imm imm(auto value) { return asmjit::Imm{static_cast<std::int64_t>(value)}; }

/// What the vectors of x86-64 have in common.
class X86Vectors : public Vectors {
 public:
  explicit X86Vectors(x86::Assembler& assembler) : as{assembler} {}
  void leave() override { as.vzeroupper(); }

 protected:
  /// Of a lane's vec4.
  Memory vec4_address(unsigned lane, bool quads) {
    if (quads) return {Reg::memory, static_cast<int>(16 * (lane % 4)), quad_regs[lane / 4]};
    as.mov(x86::eax, host(state_field(offsetof(State, memory_addresses) + 4 * lane)));
    return {Reg::memory, 0, Reg::t0};
  }

  x86::Assembler& as;
};

}  // namespace vc7::sim::jit
