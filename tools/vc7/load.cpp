// SPDX-License-Identifier: MIT
#include "load.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <vc7/asm/text.hpp>

#include "text_io.hpp"

namespace vc7::tool {
namespace {

/// Words of machine code hold zero bytes or control characters sooner or later.
bool is_text(std::string_view content) {
  return std::ranges::all_of(content, [](char c) {
    return c == '\n' || c == '\r' || c == '\t' || (c >= ' ' && c <= '~') || (c & 0x80) != 0;
  });
}

}  // namespace

Loaded load(const std::string& path, std::uint32_t base_address) {
  Loaded loaded;
  const auto name = std::make_shared<const std::string>(shown_name(path));
  std::string content = read_input(path);
  Program::Parts parts;
  if (!is_text(content)) {
    parts.words = words_from_binary(content, *name, loaded.diagnostics);
    parts.origins.resize(parts.words.size());
  } else if (loaded.text = std::move(content); looks_like_hex(loaded.text)) {
    parts.words = words_from_hex(loaded.text, *name, loaded.diagnostics, &parts.origins);
    parts.file_names = name;
  } else {
    TextResult result = assemble_text(loaded.text, {.file = *name, .base_address = base_address});
    loaded.diagnostics = std::move(result.diagnostics);
    loaded.program = std::move(result.program);
    return loaded;
  }
  if (loaded.diagnostics.empty() && parts.words.empty())
    loaded.diagnostics.push_back({.message = "the file has no words", .file = *name});
  if (loaded.diagnostics.empty()) loaded.program = Program{std::move(parts)};
  return loaded;
}

}  // namespace vc7::tool
