// SPDX-License-Identifier: MIT
#include "code.hpp"

namespace vc7::detail {

AssembledText assemble_job_text(std::string_view, const std::string& file) {
  return {.program = {},
          .diagnostics = {{.message = "assembly text: not in this build", .file = file}}};
}

}  // namespace vc7::detail
