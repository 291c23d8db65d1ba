// SPDX-License-Identifier: MIT
#include <bit>
#include <cstring>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include <vc7/device/job_file.hpp>

#include "half.hpp"

namespace vc7 {
namespace {

/// Each element as a line. What is left over at the end is filled up with zeros.
template <class Word, class Print>
std::string lines(std::span<const std::byte> bytes, Print print) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Word)) {
    Word word = 0;
    std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
    print(out, word);
    text += '\n';
  }
  return text;
}

}  // namespace

std::string format_output(std::span<const std::byte> bytes, JobFormat format) {
  using Out = std::back_insert_iterator<std::string>;
  switch (format) {
    case JobFormat::bin: break;
    case JobFormat::hex:
      return lines<std::uint32_t>(
          bytes, [](Out out, std::uint32_t w) { fmt::format_to(out, "{:08x}", w); });
    case JobFormat::u32:
      return lines<std::uint32_t>(bytes,
                                  [](Out out, std::uint32_t w) { fmt::format_to(out, "{}", w); });
    case JobFormat::i32:
      return lines<std::uint32_t>(bytes, [](Out out, std::uint32_t w) {
        fmt::format_to(out, "{}", static_cast<std::int32_t>(w));
      });
    case JobFormat::f32:
      return lines<std::uint32_t>(bytes, [](Out out, std::uint32_t w) {
        fmt::format_to(out, "{}", std::bit_cast<float>(w));
      });
    case JobFormat::f16:
      return lines<std::uint16_t>(bytes, [](Out out, std::uint16_t h) {
        fmt::format_to(out, "{}", detail::float_from_half(h));
      });
  }
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace vc7
