// SPDX-License-Identifier: MIT
//
// Reading values out of JSON, with errors that name the way to the value: `memory[1].address`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vc7/base/diagnostic.hpp>
#include <vc7/device/job_file.hpp>

#include "json.hpp"

namespace vc7::detail {

/// A value and the way to it. Lives on the stack of the reading functions; the text of the way is
/// made only if somebody asks.
struct JsonNode {
  const json::Value& value;
  const JsonNode* parent = nullptr;
  std::string_view key{};
  std::size_t index = 0;

  /// "memory[1].init.hex[0]"; empty for the whole file.
  std::string path() const;
};

/// Numbers in text: decimal, or hexadecimal after 0x.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// Collects what is wrong with one job file. Functions that read answer nothing after they have
/// told what is wrong.
class JobReader {
 public:
  JobReader(std::string_view text, const JobFileOptions& options, JobFileResult& result)
      : text_{text}, options_{options}, result_{result} {}

  const JobFileOptions& options() const { return options_; }

  void error(const JsonNode& node, std::string_view message);
  void warning(const JsonNode& node, std::string_view message);
  /// An error of the text as a whole, e.g. of its syntax.
  void error_at(std::size_t offset, std::string_view message);
  /// What is wrong with another text.
  void add(std::vector<Diagnostic> diagnostics, std::string_view text);
  /// Nobody reads hundreds of errors.
  bool full() const { return result_.diagnostics.size() >= 20; }

  /// An object with these keys alone?
  bool is_object(const JsonNode& node, std::initializer_list<std::string_view> keys);
  std::optional<JsonNode> child(const JsonNode& node, std::string_view key) const;
  /// The same; it must be there.
  std::optional<JsonNode> required(const JsonNode& node, std::string_view key);
  const json::Array* array(const JsonNode& node, std::string_view wanted);
  std::optional<std::uint64_t> number(const JsonNode& node, std::uint64_t least,
                                      std::uint64_t most);
  std::optional<std::uint32_t> word(const JsonNode& node, std::uint32_t least = 0,
                                    std::uint32_t most = 0xffffffff);
  std::optional<std::string> text(const JsonNode& node, std::string_view wanted);
  std::optional<bool> boolean(const JsonNode& node);

  // Values of lists, as the words that stand for them.
  std::optional<std::uint32_t> hex_word(const JsonNode& node);
  std::optional<std::uint32_t> i32_word(const JsonNode& node);
  std::optional<double> real(const JsonNode& node);
  std::optional<std::uint32_t> f32_word(const JsonNode& node);
  std::optional<std::uint16_t> f16_half(const JsonNode& node);

  /// The path of a file that the job names.
  std::optional<std::string> file_path(const JsonNode& node);
  /// Its size; not of things that are no plain files.
  std::optional<std::uint64_t> file_size(const JsonNode& node, const std::string& path);
  /// All of it, if it is not longer than `most`.
  std::optional<std::string> file_text(const JsonNode& node, const std::string& path,
                                       std::uint64_t most);

 private:
  void tell(Severity severity, std::size_t offset, std::size_t length, std::string message);

  std::string_view text_;
  const JobFileOptions& options_;
  JobFileResult& result_;
};

}  // namespace vc7::detail
