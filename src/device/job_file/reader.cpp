// SPDX-License-Identifier: MIT
#include "reader.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "half.hpp"

namespace vc7::detail {
namespace {

std::string number_text(std::uint64_t n) {
  return n < 0x10000 ? fmt::format("{}", n) : fmt::format("0x{:x}", n);
}

}  // namespace

std::string JsonNode::path() const {
  if (parent == nullptr) return {};
  std::string way = parent->path();
  if (key.empty()) return fmt::format("{}[{}]", way, index);
  return fmt::format("{}{}{}", way, way.empty() ? "" : ".", json::excerpt(key));
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, hex ? 16 : 10);
  if (error != std::errc{} || stop != end) return {};
  return value;
}

// ---- what is wrong ----

void JobReader::tell(Severity severity, std::size_t offset, std::size_t length,
                     std::string message) {
  if (full()) return;
  const std::string_view before = text_.substr(0, std::min(offset, text_.size()));
  const auto line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1);
  const auto start = before.rfind('\n');  // npos + 1 is 0
  Diagnostic diagnostic{.severity = severity,
                        .message = std::move(message),
                        .file = options_.name,
                        .line = line,
                        .column = static_cast<std::uint32_t>(before.size() - (start + 1) + 1),
                        .length = static_cast<std::uint32_t>(std::max<std::size_t>(length, 1))};
  result_.report += format(diagnostic, text_);
  result_.diagnostics.push_back(std::move(diagnostic));
}

void JobReader::error(const JsonNode& node, std::string_view message) {
  const std::string way = node.path();
  tell(Severity::error, node.value.offset, node.value.length,
       fmt::format("{}{}{}", way, way.empty() ? "" : ": ", message));
}

void JobReader::warning(const JsonNode& node, std::string_view message) {
  tell(Severity::warning, node.value.offset, node.value.length,
       fmt::format("{}: {}", node.path(), message));
}

void JobReader::error_at(std::size_t offset, std::string_view message) {
  tell(Severity::error, offset, 1, std::string{message});
}

void JobReader::add(std::vector<Diagnostic> diagnostics, std::string_view text) {
  for (Diagnostic& diagnostic : diagnostics) {
    if (full()) return;
    result_.report += format(diagnostic, text);
    result_.diagnostics.push_back(std::move(diagnostic));
  }
}

// ---- shapes ----

bool JobReader::is_object(const JsonNode& node, std::initializer_list<std::string_view> keys) {
  const auto* const members = std::get_if<json::Object>(&node.value.data);
  std::string allowed;
  for (const auto key : keys) allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", key);
  if (members == nullptr) {
    error(node, fmt::format("{}, allowed is an object with the keys {}", json::describe(node.value),
                            allowed));
    return false;
  }
  bool known = true;
  for (const json::Member& member : *members) {
    if (std::ranges::find(keys, member.key) != keys.end()) continue;
    const std::string way = node.path();
    tell(Severity::error, member.offset, member.length,
         fmt::format("{}{}unknown key \"{}\", allowed are {}", way, way.empty() ? "" : ": ",
                     json::excerpt(member.key), allowed));
    known = false;
  }
  return known;
}

std::optional<JsonNode> JobReader::child(const JsonNode& node, std::string_view key) const {
  for (const json::Member& member : std::get<json::Object>(node.value.data))
    if (member.key == key) return JsonNode{member.value, &node, member.key};
  return {};
}

std::optional<JsonNode> JobReader::required(const JsonNode& node, std::string_view key) {
  auto found = child(node, key);
  if (!found) error(node, fmt::format("the key \"{}\" is missing", key));
  return found;
}

const json::Array* JobReader::array(const JsonNode& node, std::string_view wanted) {
  const auto* const list = std::get_if<json::Array>(&node.value.data);
  if (list == nullptr)
    error(node, fmt::format("{}, allowed is a list of {}", json::describe(node.value), wanted));
  return list;
}

// ---- scalars ----

std::optional<std::uint64_t> JobReader::number(const JsonNode& node, std::uint64_t least,
                                               std::uint64_t most) {
  std::optional<std::uint64_t> value;
  if (const auto* const plain = std::get_if<std::uint64_t>(&node.value.data)) value = *plain;
  if (const auto* const text = std::get_if<std::string>(&node.value.data))
    value = parse_number(*text);
  if (value && *value >= least && *value <= most) return value;
  error(node, fmt::format("{}, allowed are numbers from {} to {}, decimal or after 0x",
                          json::describe(node.value), number_text(least), number_text(most)));
  return {};
}

std::optional<std::uint32_t> JobReader::word(const JsonNode& node, std::uint32_t least,
                                             std::uint32_t most) {
  const auto value = number(node, least, most);
  if (!value) return {};
  return static_cast<std::uint32_t>(*value);
}

std::optional<std::string> JobReader::text(const JsonNode& node, std::string_view wanted) {
  const auto* const text = std::get_if<std::string>(&node.value.data);
  if (text != nullptr && !text->empty() && text->find('\0') == text->npos) return *text;
  error(node, fmt::format("{}, allowed is {}", json::describe(node.value), wanted));
  return {};
}

std::optional<bool> JobReader::boolean(const JsonNode& node) {
  if (const auto* const value = std::get_if<bool>(&node.value.data)) return *value;
  error(node, fmt::format("{}, allowed are true and false", json::describe(node.value)));
  return {};
}

std::optional<std::uint32_t> JobReader::hex_word(const JsonNode& node) {
  const auto* const text = std::get_if<std::string>(&node.value.data);
  if (text != nullptr) {
    std::string_view digits = *text;
    if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
    std::uint32_t word = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, word, 16);
    if (error == std::errc{} && stop == end && digits.size() <= 8) return word;
  }
  error(node, fmt::format("{}, allowed is a text of 1 to 8 hexadecimal digits",
                          json::describe(node.value)));
  return {};
}

std::optional<std::uint32_t> JobReader::i32_word(const JsonNode& node) {
  constexpr std::int64_t least = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  std::optional<std::int64_t> value;
  if (const auto* const plain = std::get_if<std::uint64_t>(&node.value.data))
    value = static_cast<std::int64_t>(std::min<std::uint64_t>(*plain, std::uint64_t{1} << 62));
  if (const auto* const negative = std::get_if<std::int64_t>(&node.value.data)) value = *negative;
  if (const auto* const text = std::get_if<std::string>(&node.value.data)) {
    const bool minus = text->starts_with('-');
    const auto size = parse_number(std::string_view{*text}.substr(minus ? 1 : 0));
    if (size && *size <= std::uint64_t{1} << 32)
      value = minus ? -static_cast<std::int64_t>(*size) : static_cast<std::int64_t>(*size);
  }
  if (value && *value >= least && *value <= most) return static_cast<std::uint32_t>(*value);
  error(node, fmt::format("{}, allowed are numbers from {} to {}, decimal or after 0x",
                          json::describe(node.value), least, most));
  return {};
}

std::optional<double> JobReader::real(const JsonNode& node) {
  if (const auto* const plain = std::get_if<std::uint64_t>(&node.value.data))
    return static_cast<double>(*plain);
  if (const auto* const negative = std::get_if<std::int64_t>(&node.value.data))
    return static_cast<double>(*negative);
  if (const auto* const value = std::get_if<double>(&node.value.data)) return *value;
  if (const auto* const text = std::get_if<std::string>(&node.value.data)) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (*text == "inf") return infinity;
    if (*text == "-inf") return -infinity;
    if (*text == "nan") return std::numeric_limits<double>::quiet_NaN();
  }
  error(node, fmt::format("{}, allowed are numbers, \"inf\", \"-inf\" and \"nan\"",
                          json::describe(node.value)));
  return {};
}

std::optional<std::uint32_t> JobReader::f32_word(const JsonNode& node) {
  const auto value = real(node);
  if (!value) return {};
  if (std::isnan(*value)) return 0x7fc00000;
  // The conversion of what is out of range is undefined. Half a unit above the largest float is
  // where rounding leads to infinity.
  constexpr double too_large = 0x1.ffffffp127;
  if (std::isinf(*value) || std::fabs(*value) < too_large)
    return std::bit_cast<std::uint32_t>(static_cast<float>(*value));
  error(node, fmt::format("{}, allowed are numbers up to 3.4028235e38 (the largest f32)",
                          json::describe(node.value)));
  return {};
}

std::optional<std::uint16_t> JobReader::f16_half(const JsonNode& node) {
  const auto value = real(node);
  if (!value) return {};
  if (const auto half = half_from(*value)) return half;
  error(node, fmt::format("{}, allowed are numbers up to 65504 (the largest f16)",
                          json::describe(node.value)));
  return {};
}

// ---- files ----

std::optional<std::string> JobReader::file_path(const JsonNode& node) {
  const auto named = text(node, "the name of a file");
  if (!named) return {};
  return (std::filesystem::path{options_.directory} / *named).string();
}

std::optional<std::uint64_t> JobReader::file_size(const JsonNode& node, const std::string& path) {
  if (!options_.read_files) return 0;
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (std::filesystem::is_regular_file(status)) {
    const auto size = std::filesystem::file_size(path, code);
    if (!code) return size;
  }
  error(node, fmt::format("{}: {}", json::excerpt(path),
                          std::filesystem::exists(status) ? "no plain file"
                          : code                          ? code.message()
                                                          : "there is no such file"));
  return {};
}

std::optional<std::string> JobReader::file_text(const JsonNode& node, const std::string& path,
                                                std::uint64_t most) {
  const auto size = file_size(node, path);
  if (!size) return {};
  if (*size > most) {
    error(node,
          fmt::format("{} has {} bytes, allowed are at most {}", json::excerpt(path), *size, most));
    return {};
  }
  std::string text(*size, '\0');
  if (!options_.read_files) return text;
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (file.read(text.data(), static_cast<std::streamsize>(text.size()))) return text;
  error(node, fmt::format("cannot read {}: {}", json::excerpt(path), std::strerror(errno)));
  return {};
}

}  // namespace vc7::detail
