// SPDX-License-Identifier: MIT
//
// `memory[i].init` of a job file.
#pragma once

#include "reader.hpp"

namespace vc7::detail {

/// The content of a segment of `size` bytes.
std::optional<JobContent::Any> read_content(JobReader& reader, const JsonNode& node,
                                            std::uint64_t size);

}  // namespace vc7::detail
