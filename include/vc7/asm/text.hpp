// SPDX-License-Identifier: MIT
//
// Assembly text to machine words. The syntax is that of isa::print (Mesa's), with labels, constants
// and comments; docs/assembly.md describes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vc7/asm/program.hpp>
#include <vc7/base/diagnostic.hpp>

namespace vc7 {

struct TextOptions {
  std::string file{};              ///< name of the text in diagnostics and origins
  std::uint32_t base_address = 0;  ///< GPU address of the first instruction, as in AssembleOptions
  std::size_t max_errors = 100;    ///< after so many the rest of the text is not read
};

/// What became of a text.
struct TextResult {
  Program program{};                      ///< empty if there are errors; labels as they are defined
  std::vector<Diagnostic> diagnostics{};  ///< in the order of the lines
  explicit operator bool() const { return !has_errors(diagnostics); }
};

/// Assembles a text. Accepts any bytes; after an error it goes on with the next line. Words have
/// their don't-care bits at the canonical values, except those given as `.quad`.
TextResult assemble_text(std::string_view text, const TextOptions& options = {});

}  // namespace vc7
