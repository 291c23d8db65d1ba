// SPDX-License-Identifier: MIT
//
// `code` of a job file.
#pragma once

#include <vc7/asm/program.hpp>

#include "reader.hpp"

namespace vc7::detail {

/// What is in `code` besides the address. Hexadecimal words of a file know their lines.
std::optional<Program> read_code(JobReader& reader, const JsonNode& node);

/// A program from assembly text.
struct AssembledText {
  Program program;
  std::vector<Diagnostic> diagnostics;
};
/// The one place that calls the text assembler. `file` may be empty.
AssembledText assemble_job_text(std::string_view text, const std::string& file);

}  // namespace vc7::detail
