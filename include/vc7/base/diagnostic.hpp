// SPDX-License-Identifier: MIT
//
// What is wrong with an input, as a value with its place, and the one way in which it is shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vc7 {

enum class Severity : std::uint8_t { error, warning, note };

/// "error", "warning", "note"
std::string_view name(Severity severity);

/// Something to say about a place in a text. The message names what was found and what is allowed.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string message{};               ///< one line, without a full stop
  std::string file{};                  ///< as the user named it; empty: the input has no name
  std::uint32_t line = 0, column = 0;  ///< from 1, columns count bytes; 0: unknown
  std::uint32_t length = 1;            ///< bytes that the caret underlines
  std::string rule{};                  ///< stable identifier of a verifier rule; mostly empty
};

/// True if one of them is an error.
bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// `file:line:column: error: message [rule]`, and below it the source line with carets under the
/// place, if `text`, the whole input, has that line. Ends with a line end. Lines are cut where they
/// are too long for a terminal, and bytes that are no printable ASCII are shown as `?`.
std::string format(const Diagnostic& diagnostic, std::string_view text = {});

/// All of them, one after the other.
std::string format(const std::vector<Diagnostic>& diagnostics, std::string_view text = {});

}  // namespace vc7
