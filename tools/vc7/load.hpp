// SPDX-License-Identifier: MIT
//
// Programs from files, for the commands that look at one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <vc7/asm/program.hpp>
#include <vc7/base/diagnostic.hpp>

namespace vc7::tool {

/// A program, or what is wrong with its file.
struct Loaded {
  Program program;
  std::string text;  ///< the whole file, for the lines that diagnostics show; empty if it is binary
  std::vector<Diagnostic> diagnostics;
};

/// Hexadecimal words, one per line, with or without 0x, `#` begins a comment, if the first line
/// that is not empty is one; else assembly text; or, if the file holds other than text,
/// little-endian binary words. "-" is the standard input. The program is to run at `base_address`.
/// Throws vc7::Error if the file cannot be read.
Loaded load(const std::string& path, std::uint32_t base_address);

}  // namespace vc7::tool
