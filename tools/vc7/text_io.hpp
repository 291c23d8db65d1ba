// SPDX-License-Identifier: MIT
//
// Files as `vc7 dis` and `vc7 as` read and write them. `-` is standard input or output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vc7/base/diagnostic.hpp>
#include <vc7/base/origin.hpp>

namespace vc7::tool {

/// A whole file. Throws vc7::Error "FILE: reason" if it cannot be read.
std::string read_input(const std::string& path);

/// Replaces a file. Throws vc7::Error "FILE: reason".
void write_output(const std::string& path, std::string_view content);

/// How an input is called in messages.
std::string shown_name(const std::string& path);

/// Words as text: one per line, with or without 0x, `#` comments and empty lines. `origins` gets
/// their places; it points into `name`.
std::vector<std::uint64_t> words_from_hex(std::string_view text, const std::string& name,
                                          std::vector<Diagnostic>& diagnostics,
                                          std::vector<Origin>* origins = nullptr);

/// True if the first line that is not empty holds nothing but hexadecimal digits.
bool looks_like_hex(std::string_view text);

/// Words as bytes, the lowest first.
std::vector<std::uint64_t> words_from_binary(std::string_view bytes, const std::string& name,
                                             std::vector<Diagnostic>& diagnostics);
std::string hex_of(const std::vector<std::uint64_t>& words);
std::string binary_of(const std::vector<std::uint64_t>& words);

/// Shows diagnostics on standard error; false if one of them is an error.
bool report(const std::vector<Diagnostic>& diagnostics, std::string_view text);

}  // namespace vc7::tool
