// SPDX-License-Identifier: MIT
#include "content.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <random>
#include <type_traits>

#include <fmt/format.h>

#include <vc7/base/error.hpp>

static_assert(std::endian::native == std::endian::little, "words are copied as they are");

namespace vc7 {
namespace detail {
namespace {

/// A list of words or halves, each read by `read`.
template <class Read>
std::optional<JobContent::Any> list(JobReader& reader, const JsonNode& node, std::uint64_t size,
                                    Read read) {
  using Word = typename std::invoke_result_t<Read, JsonNode>::value_type;
  const auto* const values = reader.array(node, "values");
  if (values == nullptr) return {};
  if (values->size() * sizeof(Word) > size) {
    reader.error(node, fmt::format("{} values of {} bytes, allowed are at most {}: the segment "
                                   "has {} bytes",
                                   values->size(), sizeof(Word), size / sizeof(Word), size));
    return {};
  }
  JobContent::Bytes content;
  content.bytes.resize(values->size() * sizeof(Word));
  bool good = true;
  for (std::size_t i = 0; i < values->size() && !reader.full(); ++i) {
    const std::optional<Word> word = read(JsonNode{(*values)[i], &node, {}, i});
    if (word)
      std::memcpy(content.bytes.data() + i * sizeof(Word), &*word, sizeof(Word));
    else
      good = false;
  }
  if (!good) return {};
  return content;
}

std::optional<JobContent::Any> file(JobReader& reader, const JsonNode& init, const JsonNode& node,
                                    std::uint64_t segment) {
  const auto path = reader.file_path(node);
  if (!path) return {};
  const auto size = reader.file_size(node, *path);
  if (!size) return {};
  const auto tell = [&](std::uint64_t allowed, std::string_view why) {
    return fmt::format("{} has {} bytes, {} {}", json::excerpt(*path), *size, why, allowed);
  };
  const bool look = reader.options().read_files;
  if (const auto wanted = reader.child(init, "size")) {
    const auto exact = reader.number(*wanted, 0, segment);
    if (!exact) return {};
    if (look && *size != *exact) {
      reader.error(node, tell(*exact, "expected are"));
      return {};
    }
  } else if (*size > segment) {
    reader.error(node, tell(segment, "allowed are at most those of the segment,"));
    return {};
  } else if (look && *size == 0) {
    reader.error(node, tell(segment, "expected are those of the segment,"));
    return {};
  } else if (look && *size < segment) {
    reader.warning(node, tell(segment, "the rest of the segment is zero up to"));
  }
  return JobContent::File{*path, *size};
}

std::optional<JobContent::Any> iota(JobReader& reader, const JsonNode& node) {
  if (!reader.is_object(node, {"start", "step"})) return {};
  JobContent::Iota content;
  // Steps may go down.
  const auto word = [&](std::string_view key, std::uint32_t& to) {
    const auto found = reader.child(node, key);
    if (!found) return true;
    const bool negative = std::holds_alternative<std::int64_t>(found->value.data) ||
                          (std::holds_alternative<std::string>(found->value.data) &&
                           std::get<std::string>(found->value.data).starts_with('-'));
    const auto value = negative ? reader.i32_word(*found) : reader.word(*found);
    if (value) to = *value;
    return value.has_value();
  };
  const bool start = word("start", content.start), step = word("step", content.step);
  if (!start || !step) return {};
  return content;
}

std::optional<JobContent::Any> random_f32(JobReader& reader, const JsonNode& node,
                                          std::uint32_t seed) {
  JobContent::RandomF32 content{.seed = seed};
  const auto limit = [&](std::string_view key, float& to) {
    const auto found = reader.child(node, key);
    if (!found) return true;
    const auto word = reader.f32_word(*found);
    if (!word) return false;
    to = std::bit_cast<float>(*word);
    if (std::isfinite(to)) return true;
    reader.error(*found,
                 fmt::format("{}, allowed are finite numbers", json::describe(found->value)));
    return false;
  };
  const bool min = limit("min", content.min), max = limit("max", content.max);
  if (!min || !max) return {};
  if (content.min <= content.max) return content;
  reader.error(node, fmt::format("min is {}, allowed are numbers up to max, which is {}",
                                 content.min, content.max));
  return {};
}

std::optional<JobContent::Any> random_u32(JobReader& reader, const JsonNode& node,
                                          std::uint32_t seed) {
  JobContent::RandomU32 content{.seed = seed};
  if (const auto max = reader.child(node, "max")) {
    const auto word = reader.word(*max);
    if (!word) return {};
    content.max = *word;
  }
  if (const auto min = reader.child(node, "min")) {
    const auto word = reader.word(*min, 0, content.max);
    if (!word) return {};
    content.min = *word;
  }
  return content;
}

std::optional<JobContent::Any> random(JobReader& reader, const JsonNode& node) {
  if (!reader.is_object(node, {"seed", "kind", "min", "max"})) return {};
  const auto seed_node = reader.required(node, "seed");
  const auto kind_node = reader.required(node, "kind");
  if (!seed_node || !kind_node) return {};
  const auto seed = reader.word(*seed_node);
  const auto kind = reader.text(*kind_node, "u32 or f32");
  if (!seed || !kind) return {};
  if (*kind == "u32") return random_u32(reader, node, *seed);
  if (*kind == "f32") return random_f32(reader, node, *seed);
  reader.error(*kind_node,
               fmt::format("{}, allowed are u32 and f32", json::describe(kind_node->value)));
  return {};
}

}  // namespace

std::optional<JobContent::Any> read_content(JobReader& reader, const JsonNode& node,
                                            std::uint64_t size) {
  if (const auto* const text = std::get_if<std::string>(&node.value.data)) {
    if (*text == "zero") return JobContent::Zero{};
    reader.error(node,
                 fmt::format("{}, allowed are \"zero\" and objects", json::describe(node.value)));
    return {};
  }
  if (!reader.is_object(
          node, {"file", "size", "hex", "u32", "i32", "f32", "f16", "repeat", "iota", "random"}))
    return {};
  const auto& members = std::get<json::Object>(node.value.data);
  const auto kinds = std::ranges::count_if(members, [](const auto& m) { return m.key != "size"; });
  const bool has_file = reader.child(node, "file").has_value();
  if (kinds != 1 || (members.size() != 1 && !has_file)) {
    reader.error(node, fmt::format("{} kinds of content, allowed is one (\"size\" goes with "
                                   "\"file\" only)",
                                   kinds));
    return {};
  }
  const auto at = [&](std::string_view key) { return reader.child(node, key); };
  if (const auto n = at("file")) return file(reader, node, *n, size);
  if (const auto n = at("hex"))
    return list(reader, *n, size, [&](const JsonNode& v) { return reader.hex_word(v); });
  if (const auto n = at("u32"))
    return list(reader, *n, size, [&](const JsonNode& v) { return reader.word(v); });
  if (const auto n = at("i32"))
    return list(reader, *n, size, [&](const JsonNode& v) { return reader.i32_word(v); });
  if (const auto n = at("f32"))
    return list(reader, *n, size, [&](const JsonNode& v) { return reader.f32_word(v); });
  if (const auto n = at("f16"))
    return list(reader, *n, size, [&](const JsonNode& v) { return reader.f16_half(v); });
  if (const auto n = at("iota")) return iota(reader, *n);
  if (const auto n = at("random")) return random(reader, *n);
  const auto n = at("repeat");
  const auto word = reader.word(*n);
  if (!word) return {};
  return JobContent::Repeat{*word};
}

namespace {

/// The words one after the other, the last one perhaps in part.
template <class Next>
void fill_words(std::span<std::byte> memory, Next next) {
  for (std::size_t at = 0; at < memory.size(); at += sizeof(std::uint32_t)) {
    const std::uint32_t word = next();
    std::memcpy(memory.data() + at, &word, std::min(sizeof word, memory.size() - at));
  }
}

struct Filler {
  std::span<std::byte> memory;

  void operator()(const JobContent::Zero&) const {}
  void operator()(const JobContent::Bytes& content) const {
    if (content.bytes.size() > memory.size())
      throw Error{fmt::format("a content of {} bytes in a segment of {}", content.bytes.size(),
                              memory.size())};
    std::ranges::copy(content.bytes, memory.begin());
  }
  void operator()(const JobContent::File& content) const {
    errno = 0;
    std::ifstream file{content.path, std::ios::binary};
    const auto size = std::min<std::uint64_t>(content.size, memory.size());
    file.read(reinterpret_cast<char*>(memory.data()), static_cast<std::streamsize>(size));
    if (!file)
      throw Error{fmt::format("cannot read {} bytes of {}: {}", size, content.path,
                              errno != 0 ? std::strerror(errno) : "the file is shorter")};
  }
  void operator()(const JobContent::Repeat& content) const {
    fill_words(memory, [&] { return content.word; });
  }
  void operator()(JobContent::Iota content) const {
    fill_words(memory, [next = content.start, step = content.step]() mutable {
      const std::uint32_t word = next;
      next += step;
      return word;
    });
  }
  void operator()(const JobContent::RandomU32& content) const {
    std::mt19937 random{content.seed};
    const std::uint64_t numbers = std::uint64_t{content.max} - content.min + 1;
    fill_words(memory, [&] {
      return static_cast<std::uint32_t>(content.min + (std::uint64_t{random()} * numbers >> 32));
    });
  }
  void operator()(const JobContent::RandomF32& content) const {
    std::mt19937 random{content.seed};
    const double min = content.min, range = static_cast<double>(content.max) - min;
    // fma, as a compiler may make one of it or not, and the numbers must not depend on that.
    fill_words(memory, [&] {
      const double fraction = static_cast<double>(random() >> 8) * 0x1p-24;
      return std::bit_cast<std::uint32_t>(static_cast<float>(std::fma(fraction, range, min)));
    });
  }
};

}  // namespace
}  // namespace detail

void fill(std::span<std::byte> memory, const JobContent::Any& content) {
  std::visit(detail::Filler{memory}, content);
}

}  // namespace vc7
