// SPDX-License-Identifier: MIT
//
// The verifier before a program is loaded.
#pragma once

#include <source_location>
#include <vector>

#include <vc7/asm/program.hpp>
#include <vc7/device/code.hpp>

namespace vc7::detail {

/// Warnings about the program; throws LoadError if it has errors.
std::vector<Diagnostic> check_program(const Program& program, const LoadOptions& options,
                                      const std::source_location& where);

}  // namespace vc7::detail
