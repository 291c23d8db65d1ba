// SPDX-License-Identifier: MIT
//
// docs/isa.md in parts. Each is made from the tables of the library isa and from nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include <vc7/isa/op.hpp>

namespace vc7::gen {

/// How many vectors (words with their text, tests/isa/*.tsv) have each operation.
struct Evidence {
  std::array<std::size_t, isa::add_op_count> add{};
  std::array<std::size_t, isa::mul_op_count> mul{};
};

std::string word_formats();
std::string operations(const Evidence& evidence);
std::string modifiers();
std::string flags();
std::string signals();
std::string immediates();
std::string write_addresses();

/// A row of a Markdown table: `| a | b |`. Bars inside of a cell are escaped.
std::string row(std::initializer_list<std::string> cells);
std::string header(std::initializer_list<std::string> cells);
std::string code(std::string_view text);

}  // namespace vc7::gen
