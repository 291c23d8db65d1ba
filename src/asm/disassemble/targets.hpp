// SPDX-License-Identifier: MIT
//
// Where branches go inside a program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <vc7/asm/program.hpp>
#include <vc7/isa/instruction.hpp>

namespace vc7 {

/// The instruction that a branch at `index` goes to, if it is one of 0..count (count: the end).
inline std::optional<std::size_t> target_of(const isa::BranchInstruction& branch, std::size_t index,
                                            std::size_t count, std::uint32_t base_address) {
  std::int64_t bytes = 0;
  if (branch.target == isa::BranchTarget::relative)  // from the instruction after the delay slots
    bytes = static_cast<std::int64_t>((index + 4) * bytes_per_word) +
            static_cast<std::int32_t>(branch.offset);
  else if (branch.target == isa::BranchTarget::absolute)
    bytes = std::int64_t{branch.offset} - base_address;
  else
    return std::nullopt;
  const auto size = static_cast<std::int64_t>(count * bytes_per_word);
  if (bytes < 0 || bytes > size || bytes % 8 != 0) return std::nullopt;
  return static_cast<std::size_t>(bytes) / bytes_per_word;
}

/// For every instruction, and the end, whether a branch goes there.
std::vector<bool> find_targets(std::span<const std::uint64_t> words, std::uint32_t base_address);

inline std::string label_name(std::size_t index) { return "L" + std::to_string(index); }

}  // namespace vc7
