// SPDX-License-Identifier: MIT
#include "code.hpp"

#include <utility>

#include <vc7/asm/text.hpp>

namespace vc7::detail {

AssembledText assemble_job_text(std::string_view text, const std::string& file) {
  TextResult result = assemble_text(text, {.file = file});
  return {.program = std::move(result.program), .diagnostics = std::move(result.diagnostics)};
}

}  // namespace vc7::detail
