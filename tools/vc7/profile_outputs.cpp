// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "profile.hpp"
#include "text_io.hpp"

namespace vc7::tool {

void write_outputs(const Profile& profile, const ProfileOutputs& wanted, const std::string& name) {
  if (wanted.annotate) fmt::print("\n{}", profile.annotated());
  if (!wanted.chrome_trace.empty()) write_output(wanted.chrome_trace, profile.chrome_trace());
  if (!wanted.html.empty()) write_output(wanted.html, profile.page(name));
}

}  // namespace vc7::tool
