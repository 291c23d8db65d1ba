// SPDX-License-Identifier: MIT
//
// What the rules ask about an instruction, found out once.
#pragma once

#include <array>
#include <cstdint>

#include <vc7/isa/decode.hpp>

namespace vc7::verify {

/// A set of registers rf0-rf63.
using RegisterSet = std::uint64_t;
constexpr RegisterSet register_bit(unsigned reg) { return RegisterSet{1} << reg; }

/// Up to three destinations: add half, mul half, signal. Those that do not write hold null.
struct Destinations {
  isa::WriteAddress add, mul, signal;
  std::array<isa::WriteAddress, 3> all() const { return {add, mul, signal}; }
};

struct Facts {
  isa::Decoded decoded;
  Destinations to;
  RegisterSet reads = 0;       ///< by operations and by a branch
  RegisterSet writes = 0;      ///< with the hidden writes to rf0
  RegisterSet alu_writes = 0;  ///< named as destination of the add or mul half
  unsigned uniforms = 0;       ///< words taken from the main stream
  bool thrsw = false, ldtmu = false, ldunifa = false, wrtmuc = false, ldvary = false;
  bool hidden_rf0 = false;  ///< ldunif or ldunifa
  bool sfu = false, tmuwt = false, barrier = false, unifa = false;
  bool tmu_write = false;  ///< any TMU register
  bool pushes = false, changes_flags = false, reads_flags = false;
  bool multop = false, umul24 = false;

  explicit Facts(std::uint64_t word);
  const isa::AluInstruction* alu() const {
    return decoded ? std::get_if<isa::AluInstruction>(&*decoded.instruction) : nullptr;
  }
  const isa::BranchInstruction* branch() const {
    return decoded ? std::get_if<isa::BranchInstruction>(&*decoded.instruction) : nullptr;
  }
  bool writes_magic(isa::Magic magic) const {
    return to.add.is(magic) || to.mul.is(magic) || to.signal.is(magic);
  }

 private:
  void look_at(const isa::AluInstruction& i);
  void look_at(const isa::BranchInstruction& i);
};

}  // namespace vc7::verify
