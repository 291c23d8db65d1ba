// SPDX-License-Identifier: MIT
//
// Where a machine word comes from: a line of C++ or of assembly text.
#pragma once

#include <cstdint>
#include <source_location>

namespace vc7 {

/// A place in a source file. `file` lives as long as the program that the words belong to; line and
/// column count from 1, 0 means unknown.
struct Origin {
  const char* file = "";
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  constexpr Origin() = default;
  constexpr Origin(const char* file_name, std::uint32_t line_number,
                   std::uint32_t column_number = 0)
      : file{file_name}, line{line_number}, column{column_number} {}
  constexpr Origin(
      const std::source_location& where)  // NOLINT: implicit on purpose, every caller has one
      : file{where.file_name()}, line{where.line()}, column{where.column()} {}
};

}  // namespace vc7
