// SPDX-License-Identifier: MIT
//
// The offset of a branch that is encoded already: labels are known last.
#pragma once

#include <cstdint>

#include <vc7/isa/encode.hpp>

namespace vc7::qpu::detail {

/// The bits of a branch word that hold this offset.
constexpr std::uint64_t branch_offset_bits(std::uint32_t offset) {
  return isa::encode(isa::BranchInstruction{.offset = offset}).word ^
         isa::encode(isa::BranchInstruction{}).word;
}

/// The branch with another offset, a multiple of 8.
constexpr std::uint64_t with_branch_offset(std::uint64_t word, std::uint32_t offset) {
  return (word & ~branch_offset_bits(0xfffffff8)) | branch_offset_bits(offset);
}

}  // namespace vc7::qpu::detail
