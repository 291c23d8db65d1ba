// SPDX-License-Identifier: MIT
//
// Helpers of the isa tests: rows of the golden files, text comparison, instructions to start from.
#pragma once

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <vc7/isa/decode.hpp>
#include <vc7/isa/encode.hpp>

namespace vc7::isa::testing {

/// The text with runs of blanks collapsed and blanks around `;` removed (v3d71 §3: a half that is
/// long enough gets no blank before the semicolon).
inline std::string collapsed(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == ' ' && (result.empty() || result.back() == ' ' || result.back() == ';')) continue;
    if (c == ';' && !result.empty() && result.back() == ' ') result.pop_back();
    result += c;
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

using Row = std::vector<std::string>;

/// The rows of a file beside the tests, split at tabs; lines that start with # are comments.
inline std::vector<Row> read_rows(const std::string& name) {
  std::ifstream file{std::string{VC7_TESTS_DIR} + "/isa/" + name};
  if (!file) throw std::runtime_error("cannot read " + name);
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    Row row(1);
    for (const char c : line) {
      if (c == '\t')
        row.emplace_back();
      else
        row.back() += c;
    }
    rows.push_back(row);
  }
  return rows;
}

inline std::uint64_t hex(const std::string& text) { return std::stoull(text, nullptr, 16); }

/// The decoded ALU instruction of a word that must be one.
inline AluInstruction alu(std::uint64_t word) {
  return std::get<AluInstruction>(decode(word).instruction.value());
}
inline BranchInstruction branch(std::uint64_t word) {
  return std::get<BranchInstruction>(decode(word).instruction.value());
}

/// The nop word with a field replaced.
constexpr std::uint64_t with_field(std::uint64_t word, unsigned high, unsigned low,
                                   std::uint64_t value) {
  const std::uint64_t mask = ((std::uint64_t{1} << (high - low + 1)) - 1) << low;
  return (word & ~mask) | (value << low & mask);
}

/// True if the word decodes, encodes to itself, and its canonical form is a fixed point that means
/// the same.
inline bool survives(std::uint64_t word) {
  const Decoded decoded = decode(word);
  if (!decoded) return false;
  const Encoded again = encode(*decoded.instruction);
  if (!again || again.word != word) return false;
  const auto canonical_form = canonical_word(word);
  if (!canonical_form || canonical_word(*canonical_form) != canonical_form) return false;
  return decode(*canonical_form).instruction == canonical(*decoded.instruction);
}

}  // namespace vc7::isa::testing
